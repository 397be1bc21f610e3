import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

extension Context {
    // MARK: Children

    /// Runs another workflow as a run of its own, with its own id, journal and events, and gives its result.
    ///
    /// The child ends with its parent: a cancel of the parent reaches it, and so does the parent's deadline.
    ///
    /// - Parameters:
    ///   - workflow: what is run. A child that another process takes up is carried out by the workflow that this
    ///     process knows by the same name.
    ///   - input: what it is run on.
    ///   - name: names the child in the scope of its parent.
    ///   - deadline: the time after which it fails, counted from its start.
    /// - Throws: ``StepError`` `child_failed`, `child_cancelled`, with the child's id and its own error in `data`;
    ///   `CancellationError` when the run is stopped.
    public func child<Child: Workflow>(
        _ workflow: Child, _ input: Child.Input, _ name: String = Child.name, deadline: Duration? = nil
    ) async throws -> Child.Output {
        let key = try nextKey(name)
        let bytes: Data
        do {
            bytes = try session.encode(input, at: key)
        } catch {
            throw session.fault(error)
        }
        return try await ChildExecution(
            session: session, key: key, workflow: workflow, input: bytes, fingerprint: Digest.sha256Hex(bytes),
            deadline: deadline.map { session.services.clock.now() + $0 }, title: workflow.checkedTitle(of: input)
        ).run()
    }
}
