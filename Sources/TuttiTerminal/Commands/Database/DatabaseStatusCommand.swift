import TuttiCore
import TuttiReadings
import TuttiStoreSQLite

/// `tutti db status`
package enum DatabaseStatusCommand: CommandHandler {
    package static let command = DatabaseCommands.status

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let home = try context.home(for: arguments)
        guard home.hasDatabase else {
            try tellOfNone(home, arguments, context)
            return .reached
        }
        let status = try await DatabaseInspector(home).status()
        if arguments[Flags.json] {
            try context.show(json: status.json)
        } else {
            try context.show(status.lines, arguments)
        }
        return .reached
    }

    /// For every command about a database that is not there yet.
    static func tellOfNone(_ home: HomeFolder, _ arguments: Arguments, _ context: CommandContext) throws {
        if arguments[Flags.json] {
            try context.show(json: ["path": .string(home.databasePath), "state": "none"])
        } else {
            try context.show(
                [StyledLine("There is no database yet in \(home.path); the first run makes it.")], arguments)
        }
    }
}

extension DatabaseInspector.Status {
    /// How the file's version stands to the program's.
    enum Fit: String {
        case empty, current, older, newer
    }

    var fit: Fit {
        if version == 0 { return .empty }
        return version == programVersion ? .current : version < programVersion ? .older : .newer
    }

    fileprivate var lines: [StyledLine] {
        let rows: [(String, String)] = [
            ("Database", path), ("Schema", "\(version), this program works with \(programVersion)"),
            ("Size", "\(ByteText.text(size)), and \(ByteText.text(logSize)) in the write-ahead log"),
            ("Rows", rows),
        ]
        return rows.map { StyledLine(TerminalText.padded($0.0 + ":", to: 10), .muted) + StyledLine($0.1) } + advice
    }

    private var rows: String {
        [(runs, "run"), (steps, "step"), (events, "event")].map { CountText.text($0.0 ?? 0, $0.1) }
            .joined(separator: ", ")
    }

    private var advice: [StyledLine] {
        switch fit {
        case .empty, .current: []
        case .older: [StyledLine("Next:     ", .muted) + StyledLine("tutti db upgrade")]
        case .newer:
            [
                StyledLine("A newer release has written it: use that one, or let it run ", .cue)
                    + StyledLine("tutti db downgrade --to \(programVersion)")
            ]
        }
    }

    fileprivate var json: JSONValue {
        [
            "path": .string(path), "state": .string(fit.rawValue), "version": .number(version),
            "program_version": .number(programVersion), "size_bytes": .number(size), "wal_bytes": .number(logSize),
            "runs": .number(runs), "steps": .number(steps), "events": .number(events),
        ]
    }
}
