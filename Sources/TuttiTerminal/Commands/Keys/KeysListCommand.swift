import TuttiAccess
import TuttiCore

/// `tutti keys ls`
package enum KeysListCommand: CommandHandler {
    package static let command = KeysCommands.list

    /// How many are read; more than that is told.
    static let listedMax = 10_000

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let found = try await context.withAccessIfThere(arguments) { access in
            let accounts = access.accounts
            var user: User?
            if let typed = arguments[KeysFlags.listed] { user = try await UserReference(typed).find(in: accounts) }
            let keys = try await accounts.store.keys(of: user?.id, tenant: accounts.tenant, limit: listedMax)
            let people = if let user { [user] } else { try await UserReference.all(of: accounts) }
            return KeyTable(
                keys: keys, people: Dictionary(people.map { ($0.id, $0.username) }) { one, _ in one },
                now: accounts.now)
        }
        guard let found else {
            if let typed = arguments[KeysFlags.listed] {
                throw CommandFailure("--user: there is no account '\(ShownText.line(typed))'; nobody has one yet")
            }
            return try show(nil, arguments, context)
        }
        return try show(found, arguments, context)
    }

    private static func show(
        _ found: KeyTable?, _ arguments: Arguments, _ context: CommandContext
    ) throws -> ExitCode {
        if arguments[Flags.json] {
            let keys = (found?.keys ?? []).map { key in
                var members = key.members
                members["username"] = .text(found?.people[key.user])
                return JSONValue.object(members)
            }
            try context.show(json: .array(keys))
        } else if let found, !found.keys.isEmpty {
            try context.show(found.table, arguments)
        } else {
            try context.show(
                ["There are no API keys; 'tutti keys create NAME --user USER' makes one."], arguments)
        }
        if found?.keys.count == listedMax { try context.tell("note: only the newest \(listedMax) keys are shown") }
        return .reached
    }
}
