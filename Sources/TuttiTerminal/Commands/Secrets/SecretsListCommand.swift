import TuttiAccess
import TuttiCore
import TuttiReadings

/// `tutti secrets ls`
package enum SecretsListCommand: CommandHandler {
    package static let command = SecretsCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let found = try await context.withAccessIfThere(arguments) { access in
            var scope: SecretScope?
            if let typed = arguments[SecretsFlags.listed] {
                scope = try await ScopeName.read(typed, mustExist: false, in: access.accounts)
            }
            let people = try await UserReference.all(of: access.accounts).map { ($0.id.text, $0.username) }
            return (
                summaries: try await access.secrets.summaries(tenant: HomeAccess.tenant, scope: scope),
                people: Dictionary(people) { one, _ in one }, now: access.accounts.now
            )
        }
        let summaries = found?.summaries ?? []
        let people = found?.people ?? [:]
        if arguments[Flags.json] {
            try context.show(json: .array(summaries.map { $0.json(people) }))
        } else if let now = found?.now, !summaries.isEmpty {
            try context.show(table(summaries, people, now), arguments)
        } else {
            try context.show(["There are no secrets; 'tutti secrets set NAME' keeps one."], arguments)
        }
        return .reached
    }

    private static func table(_ summaries: [SecretSummary], _ people: [String: String], _ now: Timestamp) -> TextTable {
        var table = TextTable([
            .init("NAME"), .init("SCOPE"), .init("PROVIDER"), .init("LABEL", isFlexible: true), .init("ENDS IN"),
            .init("CHANGED", alignment: .trailing), .init("LAST USED", alignment: .trailing),
        ])
        for summary in summaries {
            table.add([
                StyledLine(summary.name.text, .strong),
                StyledLine(ShownText.line(ScopeName.text(summary.scope, people))),
                StyledLine(ShownText.line(summary.provider)), StyledLine(ShownText.line(summary.label)),
                StyledLine(ShownText.line(summary.hint), .muted),
                StyledLine(AgeText.text(now - summary.updated), .muted),
                StyledLine(summary.lastUsed.map { AgeText.text(now - $0) } ?? "never", .muted),
            ])
        }
        return table
    }
}
