import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore

/// `tutti runs signal ID NAME [JSON]`
package enum RunsSignalCommand: CommandHandler {
    package static let command = RunsCommands.signal

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let name = arguments[Words.signal]
        let value = try arguments[Words.content].map { try GivenValue.read($0, for: "JSON", context.input) } ?? .null
        let run = try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, _, _ in
            record.summary.id
        }
        return try await context.withTutti(arguments) { tutti in
            try await tutti.engine.signal(run, name, value, id: arguments[RunsFlags.id])
            if arguments[RunsFlags.resume] {
                try context.tell("'\(name)' was sent to \(run)")
            } else if arguments[Flags.json] {
                try context.show(json: [
                    "run": .string(run.text), "name": .string(name), "id": .text(arguments[RunsFlags.id]),
                ])
            } else {
                try context.show([StyledLine("● sent", .good) + StyledLine("  \(name)  \(run)")], arguments)
            }
            return try await RunTold(run: run, tutti: tutti, arguments: arguments, context: context).conclude()
        }
    }
}
