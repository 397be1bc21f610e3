import TuttiAccess
import TuttiConfiguration
import TuttiCore

/// `tutti users add`
package enum UsersAddCommand: CommandHandler {
    package static let command = UsersCommands.add

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let rules = try PolicySource(context.configuration(for: arguments)).rules
        var roles = try RoleNames.checked(arguments[UsersFlags.roles], rules)
        let (user, isFirst) = try await context.withAccess(arguments) { access in
            let names = try UserNames(
                username: arguments[UsersWords.username], email: arguments[UsersFlags.email],
                name: arguments[UsersFlags.name])
            let account = NewAccount(accounts: access.accounts, actor: context.machineActor)
            try await account.checkFree(names)
            let isFirst = try await !access.accounts.hasUsers()
            if isFirst { roles.insert(User.owner) }
            if roles.isEmpty { roles = NewAccount.rolesUsual }
            let hash = try await hash(arguments, context)
            let user = try await account.add(names, hash.value, isImported: hash.isImported, roles, isFirst: isFirst)
            return (user, isFirst)
        }
        if arguments[Flags.json] {
            try context.show(json: user.json)
        } else {
            try context.show([StyledLine("Made the account ") + user.title + StyledLine(".")], arguments)
        }
        if isFirst { try context.tell("This is the first account, the owner's: from now on everybody has to log in.") }
        return .reached
    }

    private static func hash(
        _ arguments: Arguments, _ context: CommandContext
    ) async throws -> (value: PasswordHash, isImported: Bool) {
        if let path = arguments[UsersFlags.hashFile] { return (try NewAccount.hash(in: path, context.input), true) }
        return (try await NewAccount.hash(asking: context), false)
    }
}
