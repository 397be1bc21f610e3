import TuttiAccess
import TuttiConfiguration
import TuttiCore
import TuttiReadings

/// `tutti users reset`
package enum UsersResetCommand: CommandHandler {
    package static let command = UsersCommands.reset

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let (user, made) = try await context.withAccounts(arguments) { access in
            let user = try await UserReference(arguments[UsersWords.user]).find(in: access.accounts)
            let made = try await access.accounts.makeResetCode(
                for: user.id, by: context.machineActor, from: context.machineVisit)
            return (user, made)
        }
        try CodeDisplay(code: made.code, expires: made.expires).show(
            ["id": .string(user.id.text), "username": .string(user.username)],
            "With this code \(ShownText.line(user.username)) chooses a new password, once", arguments, context)
        return .reached
    }
}

/// `tutti users invite`
package enum UsersInviteCommand: CommandHandler {
    package static let command = UsersCommands.invite

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let rules = try PolicySource(context.configuration(for: arguments)).rules
        let given = try RoleNames.checked(arguments[UsersFlags.roles], rules)
        let roles = given.isEmpty ? NewAccount.rolesUsual : given
        let email = arguments[UsersFlags.invited]
        let made = try await context.withAccounts(arguments) { access in
            guard try await access.accounts.hasUsers() else {
                throw CommandFailure(
                    "nobody has an account yet, and the first is made without an invitation: 'tutti users add USERNAME "
                        + "--email ADDRESS'")
            }
            return try await access.accounts.invite(
                roles: roles, email: email, by: context.machineActor, from: context.machineVisit)
        }
        try CodeDisplay(code: made.code, expires: made.expires).show(
            ["roles": .array(roles.sorted().map { .string($0) }), "email": .text(email?.lowercased())],
            "With this code somebody makes an account (\(ShownText.list(roles))), once", arguments, context,
            hint: "It is typed in at \(try context.page("/register", arguments)).")
        return .reached
    }
}

extension CommandContext {
    /// Where people find a page of the server.
    fileprivate func page(_ path: String, _ arguments: Arguments) throws -> String {
        let configuration = try configuration(for: arguments)
        let served = ServerNote.find(in: configuration.home.value)?.address
        return (configuration.value(of: ConfigurationKeys.serverPublicURL) ?? served).map { $0 + path }
            ?? "the page \(path) of the server"
    }
}

/// A code that is told once.
private struct CodeDisplay {
    let code: SecretText
    let expires: Timestamp

    /// The code alone goes to standard output, what is to be known of it to standard error.
    func show(
        _ members: [String: JSONValue], _ sentence: String, _ arguments: Arguments, _ context: CommandContext,
        hint: String? = nil
    ) throws {
        if arguments[Flags.json] {
            var members = members
            members["code"] = .string(code.revealed)
            members["expires"] = .time(expires)
            return try context.show(json: .object(members))
        }
        try context.output.write(code.revealed + "\n")
        try context.tell("\(sentence), until \(ShownText.moment(expires)). It is shown this once only.")
        if let hint { try context.tell(hint) }
    }
}
