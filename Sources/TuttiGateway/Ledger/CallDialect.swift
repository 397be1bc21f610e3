/// The interface in which somebody has asked for a model.
package enum CallDialect: String, Sendable, Hashable, CaseIterable {
    /// Chat completions.
    case chat
    /// Responses.
    case responses
    /// Messages.
    case messages
    /// Embeddings.
    case embeddings
    /// No interface: a step of a run of this program.
    case engine
}
