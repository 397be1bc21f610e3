import FoundationEssentials
public import TuttiCore
import TuttiStore

/// How the effect of a step is taken back when its run fails or is cancelled.
///
/// A workflow names its undos in ``Workflow/undos``, and a step says by ``StepOptions/undo`` which one is its own. When
/// the workflow's function has ended without success, the engine undoes the steps in the reverse order of their
/// beginnings, each as a step of its own that is recorded, retried and, after a crash, taken up again.
public struct Undo: Sendable {
    /// The name that steps use and that the journal keeps.
    public let name: String
    let options: StepOptions
    let body: @Sendable (JSONValue, UndoContext) async throws -> Void

    /// An undo from its parts.
    ///
    /// - Parameters:
    ///   - name: stable over releases, since journals name it.
    ///   - options: its own retries and time limit.
    ///   - body: takes back what a step has done. It is given the step's input as it was stored, and must bear that the
    ///     effect never took place (``UndoContext/result``) and that it runs more than once.
    public init<Input: Codable & Sendable>(
        _ name: String, _ options: StepOptions = StepOptions(retry: RetryPolicy(attemptsMax: 5)),
        _ body: @escaping @Sendable (Input, UndoContext) async throws -> Void
    ) {
        self.name = name
        self.options = options
        self.body = { stored, context in
            try await body(CanonicalJSON.decode(Input.self, from: CanonicalJSON.encode(stored)), context)
        }
    }
}

/// What an undo knows of the step that it takes back.
public struct UndoContext: Sendable {
    /// The run that the step belongs to.
    public let runID: RunID
    /// The key of the step.
    public let key: String
    /// The step's result as JSON; `nil` when it is unknown whether the effect took place.
    public let result: JSONValue?
}

extension StepError {
    static func undoUnknown(_ name: String, at key: String) -> StepError {
        StepError(
            code: "undo_unknown", message: "the workflow has no undo '\(name)'; add it to its `undos`", origin: key)
    }
}
