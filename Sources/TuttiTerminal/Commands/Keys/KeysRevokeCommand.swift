import TuttiAccess
import TuttiCore

/// `tutti keys revoke`
package enum KeysRevokeCommand: CommandHandler {
    package static let command = KeysCommands.revoke

    private static let candidatesMax = 8

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let typed = arguments[KeysWords.key]
        if typed.hasPrefix(OpaqueToken.Kind.apiKey.rawValue) {
            throw InputError(
                "ID: this is a key itself, which now stands in the history of your shell; give its identifier, as "
                    + "'tutti keys ls' shows it")
        }
        let key = try await context.withAccounts(arguments) { access in
            let key = try await find(typed, in: access.accounts)
            guard
                try await access.accounts.revoke(
                    key.id, of: nil, by: context.machineActor, from: context.machineVisit)
            else { throw unknown(typed) }
            return key
        }
        if arguments[Flags.json] {
            try context.show(json: .object(key.members))
        } else {
            try context.show(
                [StyledLine("Ended the key ") + StyledLine(ShownText.line(key.name), .strong) + StyledLine(".")],
                arguments)
        }
        return .reached
    }

    /// The one key whose identifier begins so.
    private static func find(_ typed: String, in accounts: Accounts) async throws -> APIKey {
        let head = APIKeyID.prefix + "_"
        let lowered = typed.lowercased()
        guard lowered.hasPrefix(head), lowered.utf8.count > head.utf8.count else {
            throw InputError(
                "ID: '\(CleanText.line(typed, bytesMax: 60))' is no beginning of a key's identifier, which looks like "
                    + "key_01k9z3wq4e5v6s7t8a9b0c1d2f; 'tutti keys ls' lists the keys")
        }
        let keys = try await accounts.store.keys(
            of: nil, tenant: accounts.tenant, limit: KeysListCommand.listedMax)
        let found = keys.filter { $0.id.text.hasPrefix(lowered) }
        guard let first = found.first else { throw unknown(typed) }
        guard found.count > 1 else { return first }
        throw CommandFailure(
            "'\(CleanText.line(typed, bytesMax: 60))' is the beginning of several keys; type more of it:\n"
                + found.prefix(candidatesMax).map { "  \($0.id) \(ShownText.line($0.name))" }.joined(separator: "\n"))
    }

    private static func unknown(_ typed: String) -> CommandFailure {
        CommandFailure(
            "there is no key '\(CleanText.line(typed, bytesMax: 60))'; 'tutti keys ls' lists what there is")
    }
}
