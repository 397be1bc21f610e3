/// Something that answers requests: a service over the network, a program on this machine, a recording.
public protocol ModelProvider: Sendable {
    /// Asks, tells each event while it comes, and returns the whole answer.
    ///
    /// The next event is only read when `tell` has returned, so a slow reader slows the provider down. When the task
    /// is cancelled or `tell` throws, the call is ended at the provider, too.
    ///
    /// - Returns: the answer, whose last event was `finished`.
    /// - Throws: ``ModelError`` with the usage that was told until then; `CancellationError`; what `tell` throws.
    func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse
}

/// Who is told the events of an answer while they come. A provider names the type by this word, which means the same
/// in every module, whatever that one takes for the isolation of its closures.
public typealias ModelListener = @Sendable (ModelEvent) async throws -> Void
