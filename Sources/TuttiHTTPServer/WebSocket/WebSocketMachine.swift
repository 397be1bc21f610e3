/// What a WebSocket does next: answers pings, closes in good order, and gives up a peer that shows no life. Has no
/// socket and no clock of its own.
struct WebSocketMachine: Sendable {
    /// What is to be done, in this order.
    enum Action: Sendable, Equatable {
        case deliver(WebSocketMessage)
        case send([UInt8])
        /// No message comes any more: `receive` gives nil.
        case endReceiving
        /// Everything has been said: the connection ends as soon as what is unsent has gone.
        case finish
        /// The peer is gone: the connection ends at once.
        case abort
    }

    private enum State: Sendable {
        case open
        /// Our close is sent, the peer's is awaited until then.
        case closing(due: Duration)
        case closed
    }

    private let options: WebSocketOptions
    private let shared: SharedLimits
    private var decoder: WebSocketDecoder
    private var state = State.open
    private var nextPing: Duration
    private var hasShownLife = true
    private var pings = 0
    private var pingsSince: Duration

    init(options: WebSocketOptions, limits: SharedLimits, now: Duration) {
        self.options = options
        shared = limits
        decoder = WebSocketDecoder(messageSizeMax: options.messageSizeMax)
        nextPing = now + options.pingEvery
        pingsSince = now
    }

    private var limits: HTTPServerLimits { shared.value }

    /// Whether messages may still be sent.
    var isOpen: Bool { if case .open = state { true } else { false } }

    /// When ``tick(now:)`` has something to do.
    var due: Duration? {
        switch state {
        case .open: nextPing
        case .closing(let due): due
        case .closed: nil
        }
    }

    /// Takes bytes from `offset` on; nil when there is nothing to be done but to wait for more.
    mutating func receive(_ bytes: Span<UInt8>, _ offset: inout Int, now: Duration) -> [Action]? {
        if case .closed = state {
            offset = bytes.count
            return nil
        }
        hasShownLife = true
        switch decoder.next(bytes, &offset) {
        case .more: return nil
        case .message(let message): return isOpen ? [.deliver(message)] : []
        case .pong: return mayAnother(now) ? [] : close(.policy, "too many pongs", now: now)
        case .ping(let payload): return answer(payload, now)
        case .close(let code, _):
            defer { state = .closed }
            guard isOpen else { return [.finish] }
            // RFC 6455, 5.5.1: the answer usually has the code that came.
            let payload = code.map { WebSocketFrame.closePayload($0, "") } ?? []
            return [.endReceiving, .send(WebSocketFrame.bytes(.close, payload)), .finish]
        case .failed(let code, let reason):
            defer { state = .closed }
            return isOpen ? [.endReceiving, closeFrame(code, reason), .finish] : [.finish]
        }
    }

    /// Begins a close of ours.
    mutating func close(_ code: WebSocketCloseCode, _ reason: String, now: Duration) -> [Action] {
        guard isOpen else { return [] }
        state = .closing(due: now + limits.webSocketCloseWithin)
        return [.endReceiving, closeFrame(code, reason)]
    }

    mutating func tick(now: Duration) -> [Action] {
        guard let due, due <= now else { return [] }
        guard isOpen else {
            state = .closed
            return [.abort]
        }
        guard hasShownLife else {
            state = .closed
            return [.endReceiving, .abort]
        }
        hasShownLife = false
        nextPing = now + options.pingEvery
        return [.send(WebSocketFrame.bytes(.ping, []))]
    }

    /// RFC 6455, 5.5.2: a ping is answered with its own content, unless a close has been sent.
    private mutating func answer(_ payload: [UInt8], _ now: Duration) -> [Action] {
        guard mayAnother(now) else { return close(.policy, "too many pings", now: now) }
        return isOpen ? [.send(WebSocketFrame.bytes(.pong, payload))] : []
    }

    /// Counts the frames that cost work and bring nothing.
    private mutating func mayAnother(_ now: Duration) -> Bool {
        if now - pingsSince >= .seconds(1) { (pings, pingsSince) = (0, now) }
        pings += 1
        return pings <= limits.pingsPerSecondMax
    }

    private func closeFrame(_ code: WebSocketCloseCode, _ reason: String) -> Action {
        .send(WebSocketFrame.bytes(.close, WebSocketFrame.closePayload(code, reason)))
    }
}
