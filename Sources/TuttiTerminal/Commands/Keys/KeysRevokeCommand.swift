import TuttiAccess
import TuttiCore

/// `tutti keys revoke`
package enum KeysRevokeCommand: CommandHandler {
    package static let command = KeysCommands.revoke

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let typed = try KeyReference(arguments[KeysWords.key])
        let key = try await context.withAccounts(arguments) { access in
            let key = try await typed.find(in: access.accounts)
            guard
                try await access.accounts.revoke(
                    key.id, of: nil, by: context.machineActor, from: context.machineVisit)
            else { throw typed.unknown }
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
}
