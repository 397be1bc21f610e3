import TuttiAccess
import TuttiConfiguration
import TuttiCore

/// `tutti users change`
package enum UsersChangeCommand: CommandHandler {
    package static let command = UsersCommands.change

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let change = try change(arguments, PolicySource(context.configuration(for: arguments)).rules)
        guard change != UserChange() else {
            throw InputError(
                "nothing is said that is to be different; give --role, --email, --name, --disable or --enable")
        }
        let (before, after) = try await context.withAccounts(arguments) { access in
            let user = try await UserReference(arguments[UsersWords.user]).find(in: access.accounts)
            let changed = try await access.accounts.change(
                user.id, change, by: context.machineActor, from: context.machineVisit)
            return (user, changed)
        }
        if arguments[Flags.json] {
            try context.show(json: after.json)
        } else if before == after {
            try context.show([after.title + StyledLine(" is so already.")], arguments)
        } else {
            let state = after.isActive == before.isActive ? "" : after.isActive ? " Enabled." : " Disabled."
            try context.show([StyledLine("Changed ") + after.title + StyledLine("." + state)], arguments)
        }
        return .reached
    }

    private static func change(_ arguments: Arguments, _ rules: PolicyRules) throws(InputError) -> UserChange {
        let roles = try RoleNames.checked(arguments[UsersFlags.newRoles], rules)
        return UserChange(
            email: arguments[UsersFlags.newEmail], name: arguments[UsersFlags.name],
            roles: roles.isEmpty ? nil : roles,
            isActive: arguments[UsersFlags.disable] ? false : arguments[UsersFlags.enable] ? true : nil)
    }
}
