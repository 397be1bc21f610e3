import FoundationEssentials
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
        let (run, rounds, next) = try await RunJournal.read(
            run: arguments[Words.run], arguments, context
        ) { record, store, _ in
            let result = try await result(of: record, store)
            let input = try CanonicalJSON.decode(
                RoundtableInput.self, from: try await store.bytes(of: record.input))
            do throws(StepError) {
                let limit = arguments[RunsFlags.rounds]
                return (
                    record.summary.id, result.rounds.count,
                    try Roundtable.continuation(of: result, input, maxIterations: limit)
                )
            } catch {
                throw CommandFailure("\(record.summary.id) cannot be continued: \(error.message)")
            }
        }
        let input = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(next.input))
        return try await context.withTutti(arguments) { tutti in
            let fork = try await tutti.engine.fork(run, at: next.key, input: input, as: JSONValue.self)
            try context.tell(
                "\(fork.id) goes on behind \(CountText.text(rounds, "round")) of \(run), to at most "
                    + "\(next.input.maxIterations)")
            return try await RunSitting(
                run: fork.id, tutti: tutti, arguments: arguments, context: context,
                mayWait: !arguments[Flags.noWait]
            ).follow()
        }
    }

    private static func result(of record: RunRecord, _ store: some JournalStore) async throws -> RoundtableResult {
        let run = record.summary
        guard run.workflow == Roundtable.name else {
            throw CommandFailure(
                "\(run.id) is no roundtable but a run of '\(run.workflow)', which has no rounds; 'tutti runs fork "
                    + "\(run.id)' makes a new run of it")
        }
        guard run.status == .completed, let output = record.output else {
            let wayOut = run.status == .failed ? "retry" : run.status == .cancelled ? "fork" : "resume"
            throw CommandFailure(
                "\(run.id) has no result, it is \(run.status.rawValue); see 'tutti runs \(wayOut) \(run.id)'")
        }
        let bytes = try await store.bytes(of: output)
        guard let result = try? CanonicalJSON.decode(RoundtableResult.self, from: bytes) else {
            throw CommandFailure("the result of \(run.id) cannot be read by this release")
        }
        return result
    }
}
