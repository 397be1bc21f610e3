import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiRuntime
public import TuttiStore

/// Carries out a workflow against the journal of a run, to find out whether the present code still does what the
/// recorded one did.
///
/// Nothing is carried out but the workflow's own function: steps, waits and children give what is recorded, scopes are
/// gone through and their results compared. Nothing is written anywhere.
public enum Replay {
    /// Replays a run up to its end, or to where its journal ends.
    ///
    /// - Parameters:
    ///   - workflow: the present code.
    ///   - archive: a run of the same workflow, as `tutti runs export` writes it.
    /// - Returns: the first contradiction, if there is one, and what else was found.
    /// - Throws: ``RunError`` `.unknownWorkflow` when the run is one of another workflow; `CancellationError` when the
    ///   task is cancelled.
    public static func run<W: Workflow>(_ workflow: W, _ archive: RunArchive) async throws -> ReplayReport {
        guard W.name == archive.run.workflow else {
            throw RunError(
                .unknownWorkflow, "the export holds a run of '\(archive.run.workflow)', not of '\(W.name)'",
                run: archive.run.id)
        }
        // It carries nothing out: its writer takes nothing, and nobody lets it run.
        let engine = try await Engine.open(store: MemoryJournalStore(), workflows: [])
        engine.services.writer.close()
        let owner = Owner(run: archive.run.id, executor: engine.executor, fence: archive.run.fence)
        let check = ReplayCheck(archive)
        // No function asks for an undo: the engine carries them out when the function has ended.
        let steps = archive.steps.filter { $0.kind != .undo }
        let session = RunSession(
            owner: owner, engine: engine, run: archive.run, acceptsRecorded: false,
            undoNames: Set(workflow.undos.map(\.name)), recorded: steps, recoveries: 0, check: check)
        let result = await carryOut(workflow, archive.input, session, check)
        let stop = session.finish()
        try Task.checkCancellation()
        if stop == nil || stop?.fault != nil {
            compareEnd(RunExecution.outcome(of: stop?.fault.map { .failure($0) } ?? result), archive, check)
        }
        let unasked = session.state.withLock { $0.unasked }
        return ReplayReport(
            run: archive.run.id, workflow: W.name, divergence: check.divergence,
            checked: steps.count - unasked.count,
            unasked: check.divergence == nil ? steps.map(\.key).filter(unasked.contains) : [],
            frontier: check.frontier)
    }

    /// Runs the function on a thread of its own that tells when all of its tasks stand still.
    private static func carryOut(
        _ workflow: some Workflow, _ input: Data, _ session: RunSession, _ check: ReplayCheck
    ) async -> Result<Data, any Error> {
        let executor = QuietExecutor(name: "tutti-replay") { session.settle(check) }
        defer { executor.close() }
        check.onStanding { executor.lookAgain() }
        let root = Scope(path: "")
        let task = Task(executorPreference: executor) {
            try await Scope.$mark.withValue(.scope(root)) {
                try await workflow.run(encoded: input, Context(session: session, scope: root))
            }
        }
        session.onStop { task.cancel() }
        return await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            session.stop(for: .parked)
        }
    }

    /// A run that has no end yet may end in any way but one: its input must be readable.
    private static func compareEnd(_ end: EndCommand.Result, _ archive: RunArchive, _ check: ReplayCheck) {
        if case .failed(let error) = end, error.code == StepError.inputUnreadable, error != archive.run.error {
            let input = "the input \(JSONDifference.describe(archive.input))"
            return check.note(
                ReplayReport.Divergence(reason: .otherType, key: "", recorded: input, replayed: "the error \(error)"))
        }
        guard archive.hasEnd else { return }
        let replayed: StepRow.Result
        switch end {
        case .completed(let output): replayed = .completed(output)
        case .failed(let error): replayed = .failed(error)
        case .cancelled, .blocked: return
        }
        let recorded: StoredStep.Result =
            if let output = archive.output { .completed(.inline(output)) } else if let error = archive.run.error {
                .failed(error)
            } else { .cancelled }
        guard let difference = recorded.difference(from: replayed) else { return }
        check.note(
            ReplayReport.Divergence(
                reason: .otherEnd, key: "", recorded: difference.recorded, replayed: difference.replayed))
    }
}

extension StopReason {
    /// The error of an author's rule that was broken.
    fileprivate var fault: StepError? { if case .fault(let error) = self { error } else { nil } }
}
