import Glibc
import Testing
import TuttiCore

@testable import TuttiDocuments

/// Time grows with the length of the text, whatever the text is. Bounds are wide: they tell a line from a square, on
/// a loaded machine and without optimisation.
struct SpeedTests {
    private static let megabyte = 1_000_000
    private static let part = 200_000

    static let hostile: [(String, String)] = [
        ("one line of a megabyte", String(repeating: "word ", count: megabyte / 5)),
        ("a million brackets", String(repeating: "[", count: megabyte)),
        ("a million quotes", String(repeating: ">", count: megabyte)),
        ("closed brackets", String(repeating: "[](", count: part / 3)),
        ("reference brackets", String(repeating: "[a][", count: part / 4)),
        ("backticks", String(repeating: "`a ``b ", count: part / 7)),
        ("nested lists", (0..<1_000).map { String(repeating: " ", count: $0) + "- a" }.joined(separator: "\n")),
        ("comments", String(repeating: "<!-- a ", count: part / 7)),
        ("closed comments", String(repeating: "<!-- a -->", count: part / 10)),
        ("tags", String(repeating: "<a ", count: part / 3)),
        ("headings", String(repeating: "# a\n", count: part / 4)),
        ("deeper headings", String(repeating: "# a\n## b\n### c\n#### d\n", count: part / 22)),
        ("pipes", String(repeating: "|", count: part)),
        ("tables", String(repeating: "| a | b |\n|---|---|\n", count: part / 20)),
        ("fences", String(repeating: "```\n", count: part / 4)),
        ("footnotes", String(repeating: "[^a] ", count: part / 5)),
        ("dots", String(repeating: ". ", count: part / 2)),
        ("placeholders", String(repeating: "TODO. ", count: part / 6)),
        ("questions", String(repeating: "<!-- tutti-question: placeholder 0a -->\n- Question: x?\n", count: part / 54)),
        ("silences", String(repeating: "<!-- tutti-ignore placeholder: a -->\n\nTBD x.\n\n", count: part / 46)),
        ("one word", String(repeating: "a", count: part)),
        ("references", String(repeating: "See section 9.9 and Figure 8. ", count: part / 30)),
        ("numbers", String(repeating: "The session timeout is 30 s. ", count: part / 29)),
        ("acronyms", (0..<part / 7).map { "A\(String($0, radix: 36).uppercased()) x " }.joined()),
        ("slashes", String(repeating: "a/b/", count: part / 4)),
        ("emphasis", String(repeating: "*a", count: part / 2)),
    ]

    @Test(arguments: hostile.map(\.0))
    func troubleTakesLinearTime(name: String) throws {
        let text = try #require(Self.hostile.first { $0.0 == name }).1
        let start = Self.threadSeconds()
        let document = Document(text: text)
        let findings = Rulebook.standard.review(document, kind: .prd, critics: CriticProfile.all.map(\.id))
            .flatMap(\.findings)
        _ = Editor().revise(document, kind: .prd, findings: findings)
        let elapsed = Self.threadSeconds() - start
        #expect(elapsed < 10, "\(name): \(elapsed) s")
    }

    /// Processor time of this thread, so that other tests and a busy machine do not count.
    private static func threadSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func aRuleKeepsABoundedNumberOfFindings() {
        let text = (0..<1_000).map { "The limit \($0) is TBD.\n\n" }.joined()
        let found = Rulebook.standard.rawFindings(Document(text: text), kind: .generic)
        #expect(found.count == Rulebook.findingsPerRule)
    }
}
