package import TuttiModels

/// What a client asks for, in words of no dialect.
package struct InboundCall: Sendable {
    /// What is asked; the model is called as the client calls it.
    package var request: ModelRequest
    /// Whether the answer is to come in pieces.
    package var isStreaming: Bool
    /// What keeps calls that belong together at one deployment, so that its caches help.
    package var session: String?
    /// Writes the answer as the client understands it.
    package var writer: any AnswerWriter

    package init(
        request: ModelRequest, isStreaming: Bool, session: String? = nil, writer: any AnswerWriter
    ) {
        self.request = request
        self.isStreaming = isStreaming
        self.session = session
        self.writer = writer
    }
}

/// What tells one answer from others.
package struct AnswerStamp: Sendable, Hashable {
    /// Letters and digits; each dialect puts its own beginning before it.
    package var id: String
    /// The model, as the client has called it.
    package var model: String
    /// Seconds since 1970.
    package var created: Int64

    package init(id: String, model: String, created: Int64) {
        self.id = id
        self.model = model
        self.created = created
    }
}
