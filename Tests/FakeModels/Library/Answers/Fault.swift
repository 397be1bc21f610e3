/// One thing that goes wrong with an answer. Several can go wrong with one.
package enum Fault: Sendable, Hashable {
    /// A status that says so in place of an answer.
    case failure(Failure)
    /// The connection is reset before a byte of an answer.
    case noAnswer
    /// Bytes that are not HTTP.
    case notHTTP
    /// The whole body in JSON where a stream was asked for.
    case bodyInsteadOfStream
    /// The answer ends early. One that is not streamed is cut after half of its bytes.
    case cut(Cut, afterPieces: Int)
    /// A success turns out to be a failure. An answer that is not streamed is that failure under status 200.
    case failureInStream(Failure, afterPieces: Int)
    /// From there on the body is bytes that nobody understands, and it ends politely.
    case garbage(afterPieces: Int)
    /// Each character of several bytes, and each CR LF, comes in two chunks and two writes.
    case split
    /// How the lines of a stream end.
    case lineEnds(LineEnd)
    /// Tokens are never told.
    case noUsage
    /// Tokens are told with each piece, as far as they are counted, and again at the end.
    case repeatedUsage

    /// How an answer ends that is not whole.
    package enum Cut: String, Sendable, Hashable, CaseIterable {
        /// The body ends as a whole one does; only the end marker is missing.
        case cleanEnd
        /// The connection closes between two chunks.
        case closed
        /// The connection closes inside of a chunk.
        case midChunk
        /// The connection is reset.
        case reset
    }

    package enum LineEnd: String, Sendable, Hashable, CaseIterable {
        case lf
        case crlf
        case cr
        /// One after the other.
        case mixed
    }
}
