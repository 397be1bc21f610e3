import FoundationEssentials
import TuttiCore
import TuttiStore

/// The second phase of a run that has failed or was cancelled: undoes what its steps have done, the latest first.
struct Compensation: Sendable {
    let session: RunSession
    let workflow: any Workflow

    /// Undoes all that is left.
    ///
    /// - Throws: ``StepError`` of an undo whose attempts are used up; `CancellationError` when the session is stopped.
    func run() async throws {
        let run = session.owner.run
        let steps = try await session.read { store throws(StoreError) in try await store.undoable(of: run) }
        for step in steps {
            try session.checkActive()
            try await undo(step)
        }
    }

    private func undo(_ step: StoredStep) async throws {
        guard let record = step.undo else { return }
        let key = JournalKey.undo(of: step.key)
        guard let undo = workflow.undos.first(where: { $0.name == record.name }) else {
            throw StepError.undoUnknown(record.name, at: key)
        }
        let context = UndoContext(runID: session.owner.run, key: step.key, result: try await result(of: step))
        let execution = StepExecution(
            session: session, key: key, kind: .undo, fingerprint: nil, options: undo.options)
        let _: Context.Nothing = try await execution.run {
            try await undo.body(record.arguments, context)
            return Context.Nothing()
        }
    }

    private func result(of step: StoredStep) async throws -> JSONValue? {
        guard case .completed(let payload) = step.result else { return nil }
        return try session.decode(JSONValue.self, from: try await session.bytes(of: payload), at: step.key)
    }
}
