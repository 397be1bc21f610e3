import TuttiAccess
import TuttiCore
import TuttiReadings
import TuttiRuntime

/// `tutti users show`
package enum UsersShowCommand: CommandHandler {
    package static let command = UsersCommands.show

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let page = try await context.withAccounts(arguments) { access in
            let accounts = access.accounts
            let user = try await UserReference(arguments[UsersWords.user]).find(in: accounts)
            return UserPage(
                user: user,
                sessions: try await accounts.store.sessions(
                    of: user.id, tenant: accounts.tenant, at: accounts.now, limit: AccountLimits.sessionsPerPersonMax),
                keys: try await accounts.store.keys(of: user.id, tenant: accounts.tenant, limit: APIKey.perPersonMax),
                now: accounts.now)
        }
        if arguments[Flags.json] {
            try context.show(json: page.json)
        } else {
            try context.show(page.lines(width: context.output.terminalSize?.columns), arguments)
        }
        return .reached
    }
}

/// A person with sessions and keys, as it is shown.
private struct UserPage {
    var user: User
    var sessions: [LoginSession]
    var keys: [APIKey]
    var now: Timestamp

    var json: JSONValue {
        var members = user.members
        members["sessions"] = .array(sessions.map(\.json))
        members["keys"] = .array(keys.map { .object($0.members) })
        return .object(members)
    }

    func lines(width: Int?) -> [StyledLine] {
        var lines = [user.title]
        for (label, value) in facts { lines.append(StyledLine("\(label)  ", .muted) + StyledLine(value)) }
        if !sessions.isEmpty { lines += ["", "Sessions:"] + sessionTable.lines(width: width) }
        if !keys.isEmpty {
            lines += ["", "API keys:"] + KeyTable(keys: keys, people: [:], now: now).table.lines(width: width)
        }
        return lines
    }

    private var facts: [(String, String)] {
        [
            ("id        ", user.id.text), ("name      ", ShownText.line(user.name)),
            ("email     ", ShownText.line(user.email)), ("state     ", user.isActive ? "active" : "disabled"),
            ("password  ", user.password?.schemeName ?? "none"), ("created   ", ShownText.moment(user.created)),
            ("last login", user.lastLogin.map { ShownText.moment($0) } ?? "never"),
        ]
    }

    private var sessionTable: TextTable {
        var table = TextTable([
            .init("ID"), .init("DEVICE", isFlexible: true), .init("ADDRESS"),
            .init("LAST USED", alignment: .trailing), .init("EXPIRES"),
        ])
        for session in sessions {
            table.add([
                StyledLine(session.id.text), StyledLine(ShownText.line(session.device)),
                StyledLine(ShownText.line(session.address)),
                StyledLine(AgeText.text(now - session.lastUsed), .muted),
                StyledLine(ShownText.moment(session.expires), .muted),
            ])
        }
        return table
    }
}
