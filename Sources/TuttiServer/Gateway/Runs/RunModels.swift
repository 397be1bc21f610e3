import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiStore

/// A family of models that are runs of the engine: whoever asks one of them starts a run, sees how it goes on, and gets
/// what it comes to.
protocol RunModels: Sendable {
    /// What stands before the slash of their names, such as `roundtable`.
    var family: String { get }
    /// What starting one takes, beside the permission to ask models.
    var permission: Permission { get }
    /// What stands behind the slash, for those that can be asked.
    ///
    /// - Throws: what keeps them from being listed.
    func names() throws -> [String]
    /// Starts the run that is to answer a conversation, as the caller of the present task.
    ///
    /// - Parameter name: one of ``names()``.
    /// - Throws: a ``GatewayError`` or a ``Problem`` for what it cannot be started with; `RunError`; `StoreError`.
    func start(_ name: String, _ request: ModelRequest) async throws -> RunID
    /// One line for whoever waits; `nil` for an event that tells them nothing.
    func progress(_ event: RunEvent) -> String?
    /// What the run has come to, in words for whoever asked, and what its calls of models have used.
    func answer(of run: RunID, _ output: JSONValue) throws -> (text: String, spending: Spending)
}
