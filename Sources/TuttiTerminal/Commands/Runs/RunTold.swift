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
        guard let summary = try await summary(of: run), summary.isUnattended else { return .reached }
        let eldest = try await eldest(of: summary)
        guard arguments[RunsFlags.resume] else {
            try context.tell("Nobody works on it. Go on with:\n  tutti runs resume \(eldest.id)")
            return .reached
        }
        let sitting = RunSitting(run: eldest.id, tutti: tutti, arguments: arguments, context: context, mayWait: true)
        return try await RunResumption(sitting: sitting).carryOut(takeOver: false, acceptsRecorded: false)
    }

    /// A child goes on with the run that has started it.
    private func eldest(of child: RunSummary) async throws -> RunSummary {
        var eldest = child
        while let parent = eldest.parent, let known = try await summary(of: parent), !known.status.isFinal {
            eldest = known
        }
        return eldest
    }

    private func summary(of run: RunID) async throws -> RunSummary? {
        try await tutti.engine.store.run(run, tenant: RunReference.tenant)?.summary
    }
}
