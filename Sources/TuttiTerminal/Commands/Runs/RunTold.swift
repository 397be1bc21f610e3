import Tutti
import TuttiCore
import TuttiStore

/// What follows when somebody has told a run something: whoever works on it hears of it; where nobody does, it is said
/// how the run goes on, or done at once.
struct RunTold {
    let run: RunID
    let tutti: Tutti
    let arguments: Arguments
    let context: CommandContext

    func conclude() async throws -> ExitCode {
        let summary = try await tutti.engine.store.run(run, tenant: RunReference.tenant)?.summary
        guard let summary, summary.isUnattended else { return .reached }
        // A child goes on with the run that began it all.
        guard arguments[RunsFlags.resume] else {
            try context.tell("Nobody works on it. Go on with:\n  tutti runs resume \(summary.root)")
            return .reached
        }
        let sitting = RunSitting(run: summary.root, tutti: tutti, arguments: arguments, context: context, mayWait: true)
        return try await RunResumption(sitting: sitting).carryOut(takeOver: false, acceptsRecorded: false)
    }
}
