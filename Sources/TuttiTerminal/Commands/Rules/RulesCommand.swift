import TuttiConfiguration
import TuttiCore
import TuttiDocuments

/// `tutti rules [CODE]`
package enum RulesCommand: CommandHandler {
    package static let command = Commands.rules

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let rules = Rulebook.standard.rules
        guard let code = arguments[Words.rule] else {
            if arguments[Flags.json] {
                try context.show(json: .array(rules.map(\.json)))
            } else {
                try list(rules, arguments, context)
            }
            return .reached
        }
        let rule = try find(code, in: rules)
        if arguments[Flags.json] {
            try context.show(json: rule.json)
        } else {
            try context.show(RulePage(rule, width: context.output.terminalSize?.columns).lines, arguments)
        }
        return .reached
    }

    private static func find(_ code: String, in rules: [Rule]) throws(InputError) -> Rule {
        if let rule = rules.first(where: { $0.code == code.lowercased() }) { return rule }
        let near = NearestName.find(code, among: rules.map(\.code)).map { "did you mean '\($0)'?" }
        throw InputError("there is no rule '\(code)'; \(near ?? "'tutti rules' lists them")")
    }

    private static func list(_ rules: [Rule], _ arguments: Arguments, _ context: CommandContext) throws(OutputError) {
        for critic in CriticProfile.all {
            let own = rules.filter { $0.critic == critic.id }
            guard !own.isEmpty else { continue }
            try context.show([StyledLine(critic.id, .strong) + StyledLine("  " + critic.looksAt, .muted)], arguments)
            var table = TextTable([.init("  CODE"), .init("SEVERITY"), .init("TITLE", isFlexible: true)])
            for rule in own {
                table.add([
                    StyledLine("  " + rule.code), StyledLine(rule.severity.rawValue, Role(rule.severity)),
                    StyledLine(rule.title),
                ])
            }
            try context.show(table.lines(width: context.output.terminalSize?.columns) + [""], arguments)
        }
        try context.hint(["'tutti rules CODE' explains a rule and shows an example."], arguments)
    }
}

extension Rule {
    /// As `--json` shows it.
    fileprivate var json: JSONValue {
        [
            "code": .string(code), "title": .string(title), "severity": .string(severity.rawValue),
            "critic": .string(critic), "kinds": .array(kinds.map { .string($0.rawValue) }),
            "reason": .string(reason), "bad": .string(bad), "good": .string(good),
        ]
    }
}
