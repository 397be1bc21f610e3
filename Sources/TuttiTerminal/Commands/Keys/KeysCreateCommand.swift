import TuttiAccess
import TuttiCore

/// `tutti keys create`
package enum KeysCreateCommand: CommandHandler {
    package static let command = KeysCommands.create

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let lifetime = try lifetime(arguments)
        let project = try arguments[KeysFlags.project].map { typed throws(InputError) in
            try ProjectName.read(typed, for: "--project")
        }
        if let project { try await context.check(project: project, for: "--project", arguments) }
        let limits = try KeyLimits(arguments)
        let scopes = arguments[KeysFlags.scopes]
        let made = try await context.withAccounts(arguments) { access in
            let user = try await UserReference(arguments[KeysFlags.user]).find(in: access.accounts)
            return try await AccessFailure.telling(naming: ["/name": "NAME", "/scopes": "--scope"]) {
                let made = try await access.accounts.makeKey(
                    named: arguments[KeysWords.name], for: user.id, scopes: scopes.isEmpty ? nil : Set(scopes),
                    project: project, limits: limits, lifetime: lifetime, by: context.machineActor,
                    from: context.machineVisit)
                return (key: made.key, text: made.text, username: user.username)
            }
        }
        if arguments[Flags.json] {
            var members = made.key.members
            members["username"] = .string(made.username)
            members["key"] = .string(made.text.revealed)
            try context.show(json: .object(members))
        } else {
            try context.output.write(made.text.revealed + "\n")
            let end = made.key.expires.map { ", is good until \(ShownText.moment($0))," } ?? ""
            try context.tell(
                "The key \(made.key.id) is \(ShownText.line(made.username))'s\(end) and is shown this once only.")
        }
        return .reached
    }

    private static func lifetime(_ arguments: Arguments) throws(InputError) -> Duration? {
        guard let typed = arguments[KeysFlags.expires] else { return nil }
        let daysMax = APIKey.lifetimeDays.upperBound
        guard let lifetime = DurationText.read(typed, atMost: .seconds(daysMax * 86_400)), lifetime > .zero else {
            throw InputError(
                "--expires: '\(CleanText.line(typed, bytesMax: 60))' does not fit; give a time such as 90d, "
                    + "\(daysMax)d at most, or leave the flag out for a key that does not expire")
        }
        return lifetime
    }
}
