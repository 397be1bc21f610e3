import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore

/// `tutti runs cancel ID`
package enum RunsCancelCommand: CommandHandler {
    package static let command = RunsCommands.cancel

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let id = try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, _, _ in
            record.summary.id
        }
        return try await context.withTutti(arguments) { tutti in
            try await tutti.engine.cancel(id)
            try await tell(of: id, tutti.engine.store, arguments, context)
            return .reached
        }
    }

    private static func tell(
        of id: RunID, _ store: some JournalStore, _ arguments: Arguments, _ context: CommandContext
    ) async throws {
        guard let summary = try await store.run(id, tenant: RunReference.tenant)?.summary else { return }
        let owner = RunOwners(try await store.executors())[summary]
        if arguments[Flags.json] {
            return try context.show(json: [
                "id": .string(id.text), "state": .string(summary.status.rawValue),
                "cancel_requested": .bool(summary.isCancelRequested), "executor": owner?.json ?? .null,
            ])
        }
        try context.show([summary.stateLine(owner) + StyledLine("  \(id)")], arguments)
        guard let owner, !summary.status.isFinal else { return }
        switch owner.health {
        case .stopped:
            try context.tell(
                "process \(owner.process) works on it and is stopped; it ends the run when it goes on: "
                    + "`kill -CONT \(owner.process)`")
        case .alive, .dead:
            try context.tell("process \(owner.process) works on it, and ends its steps now")
        }
    }
}
