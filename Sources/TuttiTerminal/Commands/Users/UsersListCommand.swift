import TuttiAccess
import TuttiCore
import TuttiReadings
import TuttiRuntime

/// `tutti users ls`
package enum UsersListCommand: CommandHandler {
    package static let command = UsersCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let users =
            try await context.withAccessIfThere(arguments) { try await UserReference.all(of: $0.accounts) } ?? []
        if arguments[Flags.json] {
            try context.show(json: .array(users.map(\.json)))
        } else if users.isEmpty {
            try context.show(
                ["Nobody has an account yet; 'tutti users add USERNAME --email ADDRESS' makes the first one."],
                arguments)
        } else {
            try context.show(table(users), arguments)
        }
        return .reached
    }

    private static func table(_ users: [User]) -> TextTable {
        let now = SystemTimekeeper().now()
        var table = TextTable([
            .init("USERNAME"), .init("ROLES"), .init("EMAIL", isFlexible: true), .init("STATE"),
            .init("LAST LOGIN", alignment: .trailing), .init("ID"),
        ])
        for user in users {
            table.add([
                StyledLine(ShownText.line(user.username), .strong), StyledLine(ShownText.list(user.roles)),
                StyledLine(ShownText.line(user.email)),
                user.isActive ? StyledLine("active") : StyledLine("disabled", .bad),
                StyledLine(user.lastLogin.map { AgeText.text(now - $0) } ?? "never", .muted),
                StyledLine(user.id.text, .muted),
            ])
        }
        return table
    }
}
