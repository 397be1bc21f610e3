import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTeams

/// `tutti runs finish ID`
package enum RunsFinishCommand: CommandHandler {
    package static let command = RunsCommands.finish

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let summary = try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, _, _ in
            record.summary
        }
        let run = summary.id
        guard summary.workflow == Roundtable.name else {
            throw CommandFailure(
                "\(run) is no roundtable but a run of '\(summary.workflow)', which has no rounds; 'tutti runs cancel "
                    + "\(run)' ends it")
        }
        let request = FinishRequest(by: Person.name(arguments[RunsFlags.by]), reason: arguments[RunsFlags.reason])
        return try await context.withTutti(arguments) { tutti in
            try await tutti.engine.signal(run, Roundtable.finishSignal, request)
            if arguments[RunsFlags.resume] {
                try context.tell("\(run) ends after its present round")
            } else if arguments[Flags.json] {
                try context.show(json: [
                    "run": .string(run.text), "by": .string(request.by), "reason": .text(request.reason),
                ])
            } else {
                try context.show(
                    [StyledLine("● asked", .good) + StyledLine("  \(run) ends after its present round")], arguments)
            }
            return try await RunTold(run: run, tutti: tutti, arguments: arguments, context: context).conclude()
        }
    }
}
