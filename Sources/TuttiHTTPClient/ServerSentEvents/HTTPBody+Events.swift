/// The events of a body that is a `text/event-stream`, for one reader; see ``ServerSentEvents``.
package struct ServerSentEventSequence: AsyncSequence, Sendable {
    package typealias Element = ServerSentEvent
    package typealias Failure = HTTPClientError

    let body: HTTPBody
    let limits: ServerSentEvents.Limits

    /// Events in order.
    package struct AsyncIterator: AsyncIteratorProtocol {
        private var bytes: HTTPBody.AsyncIterator
        private var ready: ArraySlice<ServerSentEvent> = []
        /// How far the stream has come: `lastEventID`, `retry`, and what was not finished when it ended.
        package private(set) var parser: ServerSentEvents

        fileprivate init(_ bytes: HTTPBody.AsyncIterator, _ limits: ServerSentEvents.Limits) {
            self.bytes = bytes
            parser = ServerSentEvents(limits)
        }

        /// The next event, or nil at the end of the body.
        ///
        /// - Throws: what the body throws; `tooLarge` for a line or an event.
        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(HTTPClientError) -> ServerSentEvent? {
            while true {
                if let event = ready.popFirst() { return event }
                guard let more = try await bytes.next(isolation: actor) else { return nil }
                ready = try parser.push(more)[...]
            }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body.makeAsyncIterator(), limits) }
}

extension HTTPBody {
    /// The body as events; whoever reads them cannot read the bytes as well.
    package func events(_ limits: ServerSentEvents.Limits = ServerSentEvents.Limits()) -> ServerSentEventSequence {
        ServerSentEventSequence(body: self, limits: limits)
    }
}
