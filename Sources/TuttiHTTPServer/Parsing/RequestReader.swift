/// Makes requests of the bytes of a connection, one after the other.
package struct RequestReader: Sendable {
    package enum Event: Sendable, Equatable {
        case more
        case head(RequestHead)
        /// A part of the body, by its place in the bytes that were given.
        case body(Range<Int>)
        /// The body is complete. Comes after each head, also one without a body.
        case end
        case failed(HTTPServerError)
    }

    private enum State: Sendable {
        case head(RequestHeadParser)
        case length(left: Int)
        case chunked(ChunkedDecoder)
        case failed(HTTPServerError)
    }

    private let limits: SharedLimits
    private var state: State

    /// A reader before its first byte.
    package init(limits: HTTPServerLimits) { self.init(SharedLimits(limits)) }

    init(_ limits: SharedLimits) {
        self.limits = limits
        state = .head(RequestHeadParser(limits: limits))
    }

    /// Whether the next bytes begin a head of which nothing is there yet.
    var isBetweenRequests: Bool {
        if case .head(let parser) = state { return !parser.hasBegun }
        return false
    }

    /// Whether nothing of a body is to come but the word that it is complete, for which no bytes are needed.
    var isBehindBody: Bool {
        if case .length(left: 0) = state { return true }
        return false
    }

    /// Takes bytes from `offset` on, and moves it behind what was taken. The bytes of a head are taken all at once: as
    /// long as it is not complete, the next call has to come with all of them again.
    package mutating func next(_ bytes: Span<UInt8>, _ offset: inout Int) -> Event {
        switch state {
        case .head(var parser):
            state = .length(left: 0)  // one owner, so that nothing is copied
            let event = readHead(&parser, bytes, &offset)
            if case .more = event { state = .head(parser) }
            return event
        case .length(let left):
            guard left > 0 else { return end() }
            let count = min(left, bytes.count - offset)
            guard count > 0 else { return .more }
            state = .length(left: left - count)
            offset += count
            return .body(offset - count..<offset)
        case .chunked(var decoder):
            state = .length(left: 0)
            let step = decoder.next(bytes, &offset)
            state = .chunked(decoder)
            switch step {
            case .more: return .more
            case .data(let range): return .body(range)
            case .end: return end()
            case .failed(let error): return fail(error)
            }
        case .failed(let error): return .failed(error)
        }
    }

    private mutating func readHead(
        _ parser: inout RequestHeadParser, _ bytes: Span<UInt8>, _ offset: inout Int
    ) -> Event {
        guard offset < bytes.count else { return .more }
        switch parser.parse(bytes.extracting(offset...)) {
        case .more: return .more
        case .failed(let error): return fail(error)
        case .complete(let head, let length):
            offset += length
            switch head.framing {
            case .none: state = .length(left: 0)
            case .length(let count): state = .length(left: count)
            case .chunked: state = .chunked(ChunkedDecoder(limits: limits))
            }
            return .head(head)
        }
    }

    private mutating func end() -> Event {
        state = .head(RequestHeadParser(limits: limits))
        return .end
    }

    private mutating func fail(_ error: HTTPServerError) -> Event {
        state = .failed(error)
        return .failed(error)
    }
}
