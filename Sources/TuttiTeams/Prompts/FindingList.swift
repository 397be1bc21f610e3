import TuttiCore
import TuttiDocuments

/// Findings as a model is shown them, each with a short name for its answer.
///
/// Identities are long, and models copy long names badly; the names hold for one question and its answer.
struct FindingList {
    /// The most findings of one question; they come the worst first, so the mildest are left out.
    static let shownMax = 60
    private static let textMax = 800
    /// A comment of a person is shown whole, with the name.
    private static let commentMax = RoundtableComment.textMax + 200

    private let findings: [Finding]

    init(_ findings: [Finding]) { self.findings = Array(findings.prefix(Self.shownMax)) }

    var isEmpty: Bool { findings.isEmpty }

    /// `F1` to `F12`, in words.
    var range: String { findings.count == 1 ? "F1" : "F1 to F\(findings.count)" }

    /// In the order of the list.
    var named: [(name: String, finding: Finding)] { findings.enumerated().map { ("F\($0 + 1)", $1) } }

    /// The finding of a name, however a model writes it: `F2`, `f2`, `#2`.
    func index(named name: String) -> Int? {
        let digits = name.utf8.drop { !(0x30...0x39).contains($0) }.prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(Substring(digits))), findings.indices.contains(number - 1) else { return nil }
        return number - 1
    }

    /// All of them, quoted: they hold words of the document and of other models.
    var quoted: String {
        let texts = named.map { name, finding in
            var lines = ["\(name) [\(finding.severity.rawValue)] \(finding.code): \(message(of: finding))"]
            let place = finding.section.isEmpty ? "" : " (\(one(finding.section)))"
            lines.append("   line \(finding.line)\(place)")
            if !finding.quote.isEmpty { lines.append("   says: \(one(finding.quote))") }
            if !finding.suggestion.isEmpty { lines.append("   suggested: \(one(finding.suggestion))") }
            for question in finding.questions.prefix(5) {
                lines.append("   the author has to answer: \(one(question))")
            }
            return lines.joined(separator: "\n")
        }
        return Quotation.plain(texts.joined(separator: "\n"), as: "findings")
    }

    private func message(of finding: Finding) -> String {
        guard finding.critic == Roundtable.commentsID else { return one(finding.message) }
        return CleanText.line(finding.message, bytesMax: Self.commentMax)
    }

    private func one(_ text: String) -> String { CleanText.line(text, bytesMax: Self.textMax) }
}
