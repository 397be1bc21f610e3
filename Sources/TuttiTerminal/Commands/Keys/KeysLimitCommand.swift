import TuttiAccess
import TuttiCore

/// `tutti keys limit`
package enum KeysLimitCommand: CommandHandler {
    package static let command = KeysCommands.limit

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let typed = try KeyReference(arguments[KeysWords.key])
        guard let limits = try KeyLimits(arguments) else {
            throw InputError("give --limits, --model or both; --limits none takes all limits away")
        }
        let key = try await context.withAccounts(arguments) { access in
            let key = try await typed.find(in: access.accounts)
            return try await AccessFailure.telling {
                let changed = try await access.accounts.limit(
                    key.id, to: limits, of: nil, by: context.machineActor, from: context.machineVisit)
                guard let changed else { throw typed.unknown }
                return changed
            }
        }
        if arguments[Flags.json] {
            try context.show(json: .object(key.members))
        } else {
            try context.show(
                [
                    StyledLine("The key ") + StyledLine(ShownText.line(key.name), .strong)
                        + StyledLine(" is held to: \(ShownText.line(key.limits?.sentence ?? "nothing")).")
                ], arguments)
        }
        return .reached
    }
}
