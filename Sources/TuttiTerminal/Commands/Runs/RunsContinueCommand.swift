import Tutti
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiTeams

/// `tutti runs continue ID --max-iterations N`
package enum RunsContinueCommand: CommandHandler {
    package static let command = RunsCommands.continuation

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let next = try await RunJournal.read(run: arguments[Words.run], arguments, context) { record, store, _ in
            try await RoundtableContinuation(of: record, in: store, maxIterations: arguments[RunsFlags.rounds])
        }
        let input = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(next.input))
        return try await context.withTutti(arguments) { tutti in
            let fork = try await tutti.engine.fork(next.run, at: next.key, input: input, as: JSONValue.self)
            try context.tell(
                "\(fork.id) goes on behind \(CountText.text(next.rounds, "round")) of \(next.run), to at most "
                    + "\(next.input.maxIterations)")
            return try await RunSitting(
                run: fork.id, tutti: tutti, arguments: arguments, context: context,
                mayWait: !arguments[Flags.noWait]
            ).follow()
        }
    }
}
