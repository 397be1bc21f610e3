/// The bytes of a request, in the pieces in which they arrive. Can be read once.
///
/// While nobody reads, no more than a limit is taken from the socket, so a handler that is slow slows the sender.
package struct RequestBody: Sendable, AsyncSequence {
    package typealias Element = [UInt8]

    private enum Source: Sendable {
        case bytes([UInt8])
        case connection(Connection, exchange: UInt64)
    }

    private let source: Source
    /// What the head says of the length; nil for a body in chunks.
    package let length: Int?

    /// A body that is there already, for tests and routers that are driven without a socket.
    package init(_ bytes: [UInt8]) {
        source = .bytes(bytes)
        length = bytes.count
    }

    init(of connection: Connection, exchange: UInt64, length: Int?) {
        source = .connection(connection, exchange: exchange)
        self.length = length
    }

    package func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// The whole body.
    ///
    /// - Parameter limit: in bytes; checked against the head before anything is read.
    /// - Throws: an ``HTTPServerError`` of status 413 for more bytes, 400 for a body that is not encoded as it has to
    ///   be, 408 for one that stopped arriving; ``ClientGone``, or `CancellationError`.
    package func collect(upTo limit: Int) async throws -> [UInt8] {
        if let length, length > limit { throw HTTPServerError.bodyTooLarge(limit) }
        switch source {
        case .bytes(let bytes):
            guard bytes.count <= limit else { throw HTTPServerError.bodyTooLarge(limit) }
            return bytes
        case .connection(let connection, let exchange):
            return try await connection.collectBody(of: exchange, upTo: limit)
        }
    }

    /// Reads a body piece by piece.
    package struct Iterator: AsyncIteratorProtocol {
        private var source: Source
        private var isDone = false

        fileprivate init(_ body: RequestBody) { source = body.source }

        /// The next bytes, never none; nil at the end.
        ///
        /// - Throws: an ``HTTPServerError`` of status 413, 400 or 408; ``ClientGone``, or `CancellationError`.
        package mutating func next() async throws -> [UInt8]? {
            guard !isDone else { return nil }
            switch source {
            case .bytes(let bytes):
                isDone = true
                return bytes.isEmpty ? nil : bytes
            case .connection(let connection, let exchange):
                let chunk = try await connection.nextChunk(of: exchange)
                isDone = chunk == nil
                return chunk
            }
        }
    }
}
