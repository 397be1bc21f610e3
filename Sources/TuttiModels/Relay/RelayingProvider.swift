/// A provider to which requests of its own dialect can be handed on as they are, and whose answers come back so: what
/// a client and its provider have agreed on goes through, whether or not we know of it.
package protocol RelayingProvider: ModelProvider {
    /// The dialect in which it can; `nil` for none.
    var relayDialect: RelayDialect? { get }

    /// Hands a request on, and tells the bytes of the answer as they come: whole events of a stream, or pieces of one
    /// JSON object.
    ///
    /// What begins a stream and says nothing yet is held back until something is said, so that until `tell` is called
    /// for the first time another deployment can still be asked.
    ///
    /// - Returns: what the answer told of itself on its way.
    /// - Throws: ``ModelError`` with the usage that was seen until then, `cut_off` for a stream without its end marker;
    ///   `CancellationError`; what `tell` throws.
    func relay(
        _ call: RelayedCall, tell: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> RelayedAnswer
}

/// Dialects in which clients and providers can be joined.
package enum RelayDialect: String, Sendable, Hashable, CaseIterable {
    case chat
    case responses
    case messages
}

/// A request that is handed on.
package struct RelayedCall: Sendable {
    /// The model, as the provider calls it; the body says the same.
    package var model: String
    /// A JSON object.
    package var body: [UInt8]
    package var isStreaming: Bool
    /// Whether the client wants to be told the usage at the end of a stream; it is asked for in any case.
    package var tellsUsage: Bool
    /// Fields of the client's head that belong to the dialect, in lower case.
    package var headers: [(name: String, value: String)]

    package init(
        model: String, body: [UInt8], isStreaming: Bool, tellsUsage: Bool = true,
        headers: [(name: String, value: String)] = []
    ) {
        self.model = model
        self.body = body
        self.isStreaming = isStreaming
        self.tellsUsage = tellsUsage
        self.headers = headers
    }
}

/// What an answer that was handed on told of itself.
package struct RelayedAnswer: Sendable, Hashable {
    package var usage: ModelUsage?
    /// The failure that a stream has told of itself; the client has its event.
    package var failure: ModelError?

    package init(usage: ModelUsage? = nil, failure: ModelError? = nil) {
        self.usage = usage
        self.failure = failure
    }
}
