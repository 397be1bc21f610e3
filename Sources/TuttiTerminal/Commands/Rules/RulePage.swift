import TuttiCore
import TuttiDocuments

/// One rule explained.
struct RulePage {
    private let rule: Rule
    private let columns: Int

    init(_ rule: Rule, width: Int?) {
        self.rule = rule
        columns = max(30, min(width ?? 100, 100)) - 3
    }

    var lines: [StyledLine] {
        let severity = StyledLine(rule.severity.rawValue, Role(rule.severity))
        let head = StyledLine(rule.code, .strong) + "  " + severity + StyledLine("  critic \(rule.critic)", .muted)
        let kinds = rule.kinds.map(\.rawValue).joined(separator: ", ")
        return [head] + paragraph(rule.title) + [""] + section("Why it matters", rule.reason)
            + section("Breaks the rule", rule.bad, .deletion) + section("Keeps it", rule.good, .insertion)
            + section("Asked of", kinds) + silencing
    }

    private var silencing: [StyledLine] {
        [StyledLine("To silence it, say why", .strong)] + [
            StyledLine("  <!-- tutti-ignore \(rule.code): the reason -->"),
            StyledLine("    above a paragraph, list, table or heading: for that part", .muted),
            StyledLine("  <!-- tutti-ignore-document \(rule.code): the reason -->"),
            StyledLine("    anywhere: for the whole document. Without a reason it does not count.", .muted),
        ]
    }

    private func section(_ title: String, _ text: String, _ role: Role = .plain) -> [StyledLine] {
        [StyledLine(title, .strong)] + paragraph(text, role) + [""]
    }

    /// Line breaks of the text stay, since examples may have several lines.
    private func paragraph(_ text: String, _ role: Role = .plain) -> [StyledLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            TextWrap.wrap(String(line), columns: columns).split(separator: "\n", omittingEmptySubsequences: false)
                .map { StyledLine("  " + $0, role) }
        }
    }
}
