import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// `tutti db upgrade`
package enum DatabaseUpgradeCommand: CommandHandler {
    package static let command = DatabaseCommands.upgrade

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        try await DatabaseChange.carryOut(arguments, context) { inspector throws(StoreError) in
            try await inspector.upgrade()
        }
    }
}

/// `tutti db downgrade`
package enum DatabaseDowngradeCommand: CommandHandler {
    package static let command = DatabaseCommands.downgrade

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let target = arguments[Flags.toVersion]
        return try await DatabaseChange.carryOut(arguments, context) { inspector throws(StoreError) in
            try await inspector.downgrade(to: target)
        }
    }
}

/// What the two commands that change the schema share.
private enum DatabaseChange {
    static func carryOut(
        _ arguments: Arguments, _ context: CommandContext,
        _ change: (DatabaseInspector) async throws(StoreError) -> DatabaseInspector.Change
    ) async throws -> ExitCode {
        let home = try context.home(for: arguments)
        guard home.hasDatabase else {
            try DatabaseStatusCommand.tellOfNone(home, arguments, context)
            return .reached
        }
        let done: DatabaseInspector.Change
        do {
            done = try await change(DatabaseInspector(home))
        } catch {
            throw CommandFailure("\(error.message); nothing was changed")
        }
        if arguments[Flags.json] {
            try context.show(json: done.json)
        } else {
            try context.show(done.lines, arguments)
        }
        return .reached
    }
}

extension DatabaseInspector.Change {
    fileprivate var lines: [StyledLine] {
        guard from != to else { return [StyledLine("The database has schema \(to) already; nothing was done.")] }
        let verb = to > from ? "ran" : "took back"
        return names.map { StyledLine("\(verb) the migration '\($0)'") }
            + [StyledLine("The database went from schema \(from) to \(to).")]
    }

    fileprivate var json: JSONValue {
        ["from": .number(from), "to": .number(to), "migrations": .array(names.map { .string($0) })]
    }
}
