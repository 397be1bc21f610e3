import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiDocuments
@testable import TuttiTeams

@Suite("Answers of models")
struct ModelAnswerTests {
    private static func json(_ text: String) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }

    /// As the model critics do: the schema first.
    private static func read<Answer: ModelAnswer>(_ text: String, as type: Answer.Type) throws -> Answer {
        let value = try json(text)
        let violations = Answer.schema.validate(value)
        if let first = violations.first { throw first }
        return try Answer.read(value)
    }

    private static func violation<Answer: ModelAnswer>(_ text: String, _ type: Answer.Type) throws -> String? {
        Answer.schema.validate(try json(text)).first?.message
    }

    @Test func theExamplesFit() throws {
        #expect(try Self.read(ReviewQuestion.example, as: ReviewAnswer.self).findings.count == 1)
        let moderated = try Self.read(ModeratorQuestion.example, as: ModeratorAnswer.self)
        #expect(moderated.edits.map(\.action) == [.replace, .insertAfter] && moderated.unresolved.count == 1)
        #expect(moderated.edits[1].text == "\n> **Open question:** Who decides that it is rolled back?")
        #expect(try Self.read(ParticipantQuestion.example, as: ParticipantAnswer.self).name == "site-reliability")
        #expect(try Self.read(FocusQuestion.example, as: FocusAnswer.self).moderatorFocus.hasPrefix("Keep"))
        #expect(try Self.read(KindQuestion.example, as: KindAnswer.self).kind == .rfc)
    }

    private static let item =
        #"{"category": "Missing limit", "title": "T", "description": "D", "severity": "SEVERITY"}"#

    @Test(arguments: [
        ("high", Severity.high), ("High", .high), ("HIGH", .high), ("Critical", .critical), ("low", .low),
    ]) func severitiesAreReadInAnyUsualCase(word: String, severity: Severity) throws {
        let text = "{\"findings\": [\(Self.item.replacing("SEVERITY", with: word))]}"
        let answer = try Self.read(text, as: ReviewAnswer.self)
        #expect(answer.findings.map(\.severity) == [severity])
        #expect(answer.openFindings == [] && answer.assessment == "" && answer.findings[0].quote == nil)
    }

    @Test func whatDoesNotFitNamesItsPlace() throws {
        let blocker = "{\"findings\": [\(Self.item.replacing("SEVERITY", with: "blocker"))]}"
        #expect(try Self.violation(blocker, ReviewAnswer.self)?.hasPrefix("'/findings/0/severity' ") == true)
        #expect(
            try Self.violation("{}", ReviewAnswer.self) == "'/findings' is missing; it takes a list")
        #expect(try Self.violation(#"{"edits": [{"action": "move", "first_line": 1}]}"#, ModeratorAnswer.self) != nil)
        #expect(try Self.violation(#"{"kind": "poem"}"#, KindAnswer.self) != nil)
        #expect(try Self.read(#"{"kind": "PRD", "evidence": null}"#, as: KindAnswer.self).kind == .prd)
    }

    @Test func textsAreBoundedAndClean() throws {
        let item = ReviewAnswer.Item(
            category: "c", title: "a\u{1B}[31m\nb", description: String(repeating: "x", count: 9000), severity: .low,
            quote: String(repeating: "q", count: 9000), suggestion: "one\r\ntwo\u{7}")
        let answer = ReviewAnswer(
            findings: Array(repeating: item, count: 90),
            openFindings: Array(repeating: .init(id: "F1", isFixed: true, reason: "r\u{0}"), count: 90),
            assessment: "\n a")
        let value = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(answer))
        let read = try ReviewAnswer.read(value)
        #expect(read.findings.count == AnswerLimits.findingsMax && read.openFindings.count == 60)
        #expect(read.findings[0].title == "a[31m b" && read.findings[0].suggestion == "one\ntwo")
        #expect(read.findings[0].description.utf8.count == 2000 && read.findings[0].quote?.utf8.count == 600)
        #expect(read.openFindings[0].reason == "r" && read.openFindings[0].isFixed && read.assessment == "a")
    }

    // MARK: What it means

    private static func open(_ count: Int) -> [Finding] {
        (1...count).map {
            Finding(critic: "a", code: "c\($0)", severity: .high, subject: "s\($0)", message: "m")
        }
    }

    @Test func verdictsAreHeldAgainstWhatWasAsked() {
        let open = Self.open(5)
        let answer = ReviewAnswer(
            findings: [],
            openFindings: [
                .init(id: "F1", isFixed: true, reason: "yes"), .init(id: " f2.", isFixed: false, reason: "no"),
                .init(id: "#3", isFixed: true, reason: "first"), .init(id: "F3", isFixed: false, reason: "second"),
                .init(id: "F3", isFixed: true, reason: "third"), .init(id: "F9", isFixed: true, reason: "none"),
                .init(id: "F0", isFixed: true, reason: "none"), .init(id: "", isFixed: true, reason: "none"),
                .init(id: "F99999999999999999999", isFixed: true, reason: "none"),
            ])
        let verdicts = answer.verdicts(on: open)
        #expect(verdicts.fixed == [.init(finding: open[0], reason: "yes")])
        #expect(verdicts.open == [.init(finding: open[1], reason: "no"), .init(finding: open[2], reason: "second")])
        #expect(verdicts.unanswered == [open[3], open[4]])
    }

    private static let document = Document(
        text: "# Plan\n\nUsers can upload files.\n\n## Limits\n\nNone are\nknown.\n\nEnd.\n")

    private static func item(_ title: String, _ quote: String?, _ line: Int?, _ last: Int? = nil) -> ReviewAnswer.Item {
        ReviewAnswer.Item(
            category: "Missing Limit!", title: title, description: "Why.", severity: .high, quote: quote,
            firstLine: line, lastLine: last, suggestion: "Do.")
    }

    @Test func findingsStandWhereTheirWordsAre() {
        let findings = ReviewAnswer(findings: [
            Self.item("No limit", "none are known", 3), Self.item("Twice", "None are known.", nil),
            Self.item("Gone", "never written", 7, 8), Self.item("Whole", nil, nil, 5),
            Self.item("End", "End", .max, .max), Self.item("Low", nil, .min, .min),
        ]).findings(of: "security", in: Self.document)
        #expect(findings.map(\.line) == [7, 7, 1, 10, 1])
        #expect(findings.map(\.section) == ["Limits", "Limits", "Plan", "Limits", "Plan"])
        #expect(findings.map(\.lines) == [[7], [7, 8], [1], [10], [1]])
        #expect(findings.map(\.quote) == ["none are known", "", "", "End", ""])
        #expect(findings[0].message == "No limit: Why." && findings[0].code == "missing-limit")
        #expect(findings[0].identity == "security/missing-limit/none are known")
        #expect(findings[1].identity == "security/missing-limit/limits gone")
        #expect(findings.allSatisfy { $0.critic == "security" && $0.suggestion == "Do." })
    }

    @Test(arguments: [
        ("", "other"), ("!?", "other"), ("Missing Limit", "missing-limit"), ("a_b/c d e", "a-b-c-d"), ("店", "other"),
        (String(repeating: "x", count: 99), String(repeating: "x", count: 40)),
    ]) func categoriesBecomeCodes(category: String, code: String) {
        #expect(ReviewAnswer.code(category) == code)
    }
}
