import TuttiAccess
import TuttiCore
import TuttiReadings

/// `tutti users rm`
package enum UsersRemoveCommand: CommandHandler {
    package static let command = UsersCommands.remove

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let user = try await context.withAccounts(arguments) { access in
            let user = try await UserReference(arguments[UsersWords.user]).find(in: access.accounts)
            try await access.accounts.remove(user.id, by: context.machineActor, from: context.machineVisit)
            return user
        }
        if arguments[Flags.json] {
            try context.show(json: ["id": .string(user.id.text), "username": .string(user.username)])
        } else {
            try context.show([StyledLine("Removed the account ") + user.title + StyledLine(".")], arguments)
        }
        return .reached
    }
}

/// `tutti users logout`
package enum UsersLogoutCommand: CommandHandler {
    package static let command = UsersCommands.logout

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let (user, ended) = try await context.withAccounts(arguments) { access in
            let user = try await UserReference(arguments[UsersWords.user]).find(in: access.accounts)
            let ended = try await access.accounts.endAll(
                of: user.id, by: context.machineActor, from: context.machineVisit)
            return (user, ended)
        }
        if arguments[Flags.json] {
            try context.show(
                json: [
                    "id": .string(user.id.text), "username": .string(user.username), "ended": .int(Int64(ended)),
                ])
        } else {
            let line = "Ended \(CountText.text(ended, "session")) of \(ShownText.line(user.username))."
            try context.show([StyledLine(line)], arguments)
        }
        return .reached
    }
}
