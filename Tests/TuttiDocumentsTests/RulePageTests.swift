import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiDocuments

/// `docs/rules.md` ends with a table of all rules; it is made from them.
struct RulePageTests {
    private let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/rules.md")

    private var table: String {
        var lines = ["| code | critic | usually | kinds | finds | why it matters |", "|---|---|---|---|---|---|"]
        for rule in Rulebook.standard.rules {
            let kinds =
                rule.kinds.count == DocumentKind.allCases.count
                ? "all" : rule.kinds.map(\.rawValue).joined(separator: ", ")
            let cells = ["`\(rule.code)`", rule.critic, rule.severity.rawValue, kinds, rule.title, rule.reason]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func theTableIsThatOfTheRulebook() throws {
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        #expect(text.hasSuffix("\n" + table), "docs/rules.md must end with this table:\n\(table)")
    }
}
