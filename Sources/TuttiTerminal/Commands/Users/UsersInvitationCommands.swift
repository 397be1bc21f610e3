import TuttiAccess
import TuttiCore
import TuttiReadings
import TuttiRuntime

/// `tutti users invitations`
package enum UsersInvitationsCommand: CommandHandler {
    package static let command = UsersCommands.invitations

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let open =
            try await context.withAccessIfThere(arguments) { access in
                try await access.accounts.store.invitations(tenant: HomeAccess.tenant, at: access.accounts.now)
            } ?? []
        if arguments[Flags.json] {
            try context.show(json: .array(open.map(\.json)))
        } else if open.isEmpty {
            try context.show(["There are no open invitations; 'tutti users invite' makes one."], arguments)
        } else {
            try context.show(table(open), arguments)
        }
        return .reached
    }

    private static func table(_ open: [OneTimeCode]) -> TextTable {
        let now = SystemTimekeeper().now()
        var table = TextTable([
            .init("HINT"), .init("ROLES"), .init("EMAIL", isFlexible: true), .init("BY"),
            .init("MADE", alignment: .trailing), .init("UNTIL"),
        ])
        for code in open {
            table.add([
                StyledLine(code.hint, .strong), StyledLine(ShownText.list(code.roles)),
                StyledLine(ShownText.line(code.email)), StyledLine(ShownText.line(code.createdBy)),
                StyledLine(AgeText.text(now - code.created), .muted),
                StyledLine(ShownText.moment(code.expires), .muted),
            ])
        }
        return table
    }
}

/// `tutti users withdraw`
package enum UsersWithdrawCommand: CommandHandler {
    package static let command = UsersCommands.withdraw

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let hint = arguments[UsersWords.hint]
        let wasThere = try await context.withAccounts(arguments) { access in
            try await access.accounts.withdrawInvitation(
                hint: hint, by: context.machineActor, from: context.machineVisit)
        }
        guard wasThere else {
            throw CommandFailure(
                "there is no invitation that begins with '\(CleanText.line(hint, bytesMax: 60))'; 'tutti users "
                    + "invitations' lists the open ones")
        }
        if arguments[Flags.json] {
            try context.show(json: ["hint": .string(hint)])
        } else {
            let line = StyledLine("Withdrew the invitation ") + StyledLine(ShownText.line(hint), .strong)
            try context.show([line + StyledLine(".")], arguments)
        }
        return .reached
    }
}

extension OneTimeCode {
    /// Of an invitation.
    fileprivate var roles: Set<String> { if case .invitation(let roles) = purpose { roles } else { [] } }

    /// As `--json` shows it: everything but the code.
    fileprivate var json: JSONValue {
        [
            "hint": .string(hint), "roles": .array(roles.sorted().map { .string($0) }), "email": .text(email),
            "created_by": .string(createdBy), "created": .time(created), "expires": .time(expires),
        ]
    }
}
