import TuttiAccess
import TuttiCore
import TuttiStoreSQLite

/// `tutti audit verify`
package enum AuditVerifyCommand: CommandHandler {
    package static let command = AuditCommands.verify

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let head = try head(arguments)
        let verification: AuditVerification
        if let file = arguments[AuditFlags.file] {
            verification = try await AccessFailure.telling {
                try AuditFile.verify(path: file, expecting: head).verification
            }
        } else {
            let found = try await context.withAuditLog(arguments) { try await $0.verify(expecting: head) }
            verification = try found ?? ofNoLog(head, try context.home(for: arguments).path)
        }
        if arguments[Flags.json] {
            try context.show(json: verification.json)
        } else {
            try context.show([verification.line], arguments)
        }
        return verification.isWhole ? .reached : .failed
    }

    private static func head(_ arguments: Arguments) throws(InputError) -> AuditHead? {
        guard let typed = arguments[AuditFlags.head] else { return nil }
        guard let head = AuditHead(typed) else {
            throw InputError(
                "--head: '\(CleanText.line(typed, bytesMax: 80))' is no head; give the number and the hash of an entry "
                    + "as 'tutti audit verify' prints them, N:HASH")
        }
        return head
    }

    /// A head from before says that there was something. Else there is nothing to be verified, and most likely another
    /// home is meant.
    private static func ofNoLog(_ head: AuditHead?, _ home: String) throws -> AuditVerification {
        if let head, head.n > 0 { return .broken(AuditBreak(.cutTail, at: 1)) }
        throw CommandFailure("there is no audit log in \(home); name the home with --home or TUTTI_HOME")
    }
}

extension AuditVerification {
    var isWhole: Bool {
        if case .whole = self { true } else { false }
    }

    /// As `--json` shows it.
    var json: JSONValue {
        switch self {
        case .whole(let span):
            [
                "whole": true, "entries": .int(span.count), "first": .int(span.start.n + 1),
                "head": .string(span.head.description), "problem": .null,
            ]
        case .broken(let place):
            [
                "whole": false, "entries": .null, "first": .null, "head": .null,
                "problem": [
                    "n": .int(place.n), "way": .string(place.way.rawValue), "message": .string(place.description),
                ],
            ]
        }
    }

    /// For people.
    var line: StyledLine {
        switch self {
        case .whole(let span):
            StyledLine("Whole: ", .good)
                + StyledLine("\(span.count) \(span.count == 1 ? "entry" : "entries"), up to \(span.head)")
        case .broken(let place): StyledLine("Broken: ", .bad) + StyledLine(place.description)
        }
    }
}
