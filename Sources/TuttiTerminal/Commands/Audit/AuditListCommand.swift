import TuttiAccess
import TuttiAccessSQLite
import TuttiCore
import TuttiReadings

/// `tutti audit ls`
package enum AuditListCommand: CommandHandler {
    package static let command = AuditCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let action = try action(arguments)
        let found = try await context.withAuditLog(arguments) { store in
            var filter = AuditFilter(action: action, limit: arguments[AuditFlags.limit])
            if let typed = arguments[AuditFlags.actor] { filter.actor = try await actor(typed, in: store) }
            return (entries: try await store.entries(filter), warning: try await store.size().warning)
        }
        let entries = found?.entries ?? []
        if arguments[Flags.json] {
            try context.show(json: .array(entries.map(\.json)))
        } else if entries.isEmpty {
            try context.show(["The audit log has no such entry."], arguments)
        } else {
            try context.show(table(entries), arguments)
        }
        if let warning = found?.warning { try context.tell("note: \(warning)") }
        return .reached
    }

    /// An action that there is, or the beginning of some: a slip of the finger must not look like an empty log.
    private static func action(_ arguments: Arguments) throws(InputError) -> String? {
        guard let typed = arguments[AuditFlags.action] else { return nil }
        do throws(AuditAction.Unknown) {
            return try AuditAction.filter(typed)
        } catch {
            throw InputError("--action: \(error)")
        }
    }

    /// Who is gone is still named by the whole identifier.
    private static func actor(_ typed: String, in store: some AccountStore) async throws -> String {
        if let id = UserID(typed) { return id.text }
        return try await UserReference(typed).find(in: store, tenant: HomeAccess.tenant).id.text
    }

    private static func table(_ entries: [AuditEntry]) -> TextTable {
        var table = TextTable([
            .init("N", alignment: .trailing), .init("TIME"), .init("WHO"), .init("ACTION"), .init("OUTCOME"),
            .init("TO"), .init("FROM"), .init("DETAIL", isFlexible: true),
        ])
        for entry in entries {
            let draft = entry.draft
            let target = draft.target.map { "\($0.kind) \($0.id)" }
            table.add([
                StyledLine("\(entry.n)", .muted), StyledLine(draft.time.description, .muted),
                StyledLine(ShownText.line(who(draft.actor))), StyledLine(ShownText.line(draft.action.text), .strong),
                StyledLine(
                    ShownText.line(draft.outcome.description),
                    [.refused, .failed].contains(draft.outcome) ? .bad : .plain),
                StyledLine(ShownText.line(target)), StyledLine(ShownText.line(draft.actor.address), .muted),
                StyledLine(ShownText.line(detail(draft.details)), .muted),
            ])
        }
        return table
    }

    /// A key is not its owner, whoever has it.
    private static func who(_ actor: AuditActor) -> String {
        if actor.credential.kind == "key" { "\(actor.name) by a key" } else { actor.name }
    }

    private static func detail(_ details: [String: String]) -> String {
        let shown = details.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        return shown.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
