/// The bytes of an answer in the order of their arrival, for one reader.
///
/// When the reader takes its time, the sender is made to wait. When the last copy of the body and its iterators is
/// dropped, or the task of the reader is cancelled, the call ends at once and its connection is closed.
///
/// Of a body without a length that ends with its connection nobody can tell whether it is whole; its reader has to know
/// by what it says.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPClientError

    let ownership: CallOwnership

    /// Pieces as they come; all share one place, so that two readers would get parts each.
    package struct AsyncIterator: AsyncIteratorProtocol {
        let ownership: CallOwnership

        /// All bytes that have come since the last call, as soon as there are any; nil at the end of the body.
        ///
        /// - Throws: why the body ended before its end; what came before that has been given already.
        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(HTTPClientError) -> [UInt8]? {
            try await ownership.call.nextBytes()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(ownership: ownership) }

    /// The reader has got what it waits for: ``HTTPTimeouts/firstContent`` is kept.
    package func noteContent() { ownership.call.noteContent() }

    /// Ends the call and closes its connection at once; its reader gets `cancelled`.
    package func cancel() { ownership.call.cancel() }

    /// The reader has all that it wants. What is left, if it is not much and comes soon, is thrown away, so that the
    /// connection can be used again; else the connection is closed. To be called instead of reading on.
    package func finish() { ownership.call.drain() }

    /// How long the rest of a body may take that nobody wants.
    static let restTimeMax = Duration.seconds(1)
    /// How many bytes it may have.
    static let restSizeMax = 64 << 10

    /// The rest of the body in one piece, within the request's `bodySizeMax`.
    package func collected() async throws(HTTPClientError) -> [UInt8] {
        var whole: [UInt8] = []
        while let bytes = try await ownership.call.nextBytes() {
            if whole.isEmpty { whole = bytes } else { whole += bytes }
        }
        return whole
    }
}

/// Ends the call when nobody can read its answer any more, and keeps the client alive until then.
final class CallOwnership: Sendable {
    let call: Call
    private let client: HTTPClient

    init(_ call: Call, of client: HTTPClient) {
        self.call = call
        self.client = client
    }

    deinit { call.cancel() }
}
