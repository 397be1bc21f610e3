/// Where a connection stands, and what follows from what happens to it. Has no socket, bytes or clock of its own.
///
/// What the closed sending side of a peer means: it cannot be told apart from a caller that has left, and a model call
/// goes on costing money for one that has. So the handler of a request in hand is cancelled, unless it needs no wait.
/// An answer that comes even so is sent, for the sake of clients that close their side early.
struct ConnectionMachine: Sendable {
    enum Phase: Sendable, Hashable {
        /// Nothing of a request is there.
        case idle(due: Duration)
        /// A part of a head is there.
        case head(due: Duration)
        /// A request is in hand, with its body still arriving or complete.
        case exchange(isBodyComplete: Bool)
        /// The answer is given, and the rest of the body is thrown away.
        case discarding(left: Int, due: Duration)
        case webSocket
        /// The last answer waits to be sent.
        case ending
        /// Our side is closed, and what still comes is thrown away, lest a reset destroys the answer (RFC 9112, 9.6).
        case lingering(left: Int, due: Duration)
        case closed
    }

    /// What a time limit that has passed asks for.
    enum Expiry: Sendable, Hashable {
        case close
        case refuse(HTTPServerError)
        case failBody(HTTPServerError)
    }

    /// What comes after an answer, or after a peer has closed its side.
    enum Next: Sendable, Hashable {
        case nothing
        case readOn
        /// Nobody waits for the answer any more.
        case cancel
        /// To be closed as soon as all is sent.
        case end
        case close
    }

    private let shared: SharedLimits
    private(set) var phase: Phase
    /// Whether another request may follow.
    private(set) var keepsAlive = true
    private(set) var hasPeerClosed = false
    /// When a body for which somebody waits is given up.
    private var bodyDue: Duration?
    /// When the output that waits is given up.
    private var outputDue: Duration?

    init(limits: SharedLimits, now: Duration) {
        shared = limits
        phase = .idle(due: now + limits.value.headWithin)
    }

    private var limits: HTTPServerLimits { shared.value }

    var isClosed: Bool { phase == .closed }

    /// Whether bytes are to be taken from the socket, when so many of a body wait to be read.
    func wantsInput(unread: Int) -> Bool {
        switch phase {
        case .idle, .head, .discarding, .webSocket, .lingering: true
        case .exchange(let isBodyComplete): !isBodyComplete && unread < limits.unreadHighMark
        case .ending, .closed: false
        }
    }

    // MARK: Requests

    mutating func headBegan(now: Duration) {
        guard case .idle(let due) = phase else { return }
        // The first head has its limit from the beginning of the connection.
        phase = .head(due: min(due, now + limits.headWithin))
    }

    mutating func requestBegan(keepsAlive: Bool) {
        self.keepsAlive = self.keepsAlive && keepsAlive
        phase = .exchange(isBodyComplete: false)
    }

    mutating func bodyCompleted(now: Duration) {
        bodyDue = nil
        switch phase {
        case .exchange: phase = .exchange(isBodyComplete: true)
        case .discarding: phase = .idle(due: now + limits.idleKeepAlive)
        default: break
        }
    }

    /// So many bytes that nobody reads have come; false when it is too many.
    mutating func discard(_ count: Int, now: Duration) -> Bool {
        switch phase {
        case .discarding(let left, _):
            guard count <= left else { return false }
            phase = .discarding(left: left - count, due: now + limits.bodyIdle)
        case .lingering(let left, let due):
            guard count <= left else { return false }
            phase = .lingering(left: left - count, due: due)
        default: break
        }
        return true
    }

    /// Somebody waits for the body; or nobody does any more.
    mutating func bodyAwaited(_ isAwaited: Bool, now: Duration) {
        bodyDue = isAwaited ? now + limits.bodyIdle : nil
    }

    // MARK: Answers

    /// No other request follows.
    mutating func endAfterAnswer() { keepsAlive = false }

    mutating func upgraded() {
        keepsAlive = false
        phase = .webSocket
    }

    /// An answer has been written to the end.
    mutating func answered(mayDiscard: Bool, now: Duration) -> Next {
        bodyDue = nil
        guard case .exchange(let isBodyComplete) = phase else { return .nothing }
        guard keepsAlive, isBodyComplete || mayDiscard else {
            phase = .ending
            return .end
        }
        phase =
            isBodyComplete
            ? .idle(due: now + limits.idleKeepAlive)
            : .discarding(left: limits.discardMax, due: now + limits.bodyIdle)
        return .readOn
    }

    /// Whatever the phase, the last bytes have been written.
    mutating func end() {
        guard !isClosed else { return }
        (keepsAlive, bodyDue, phase) = (false, nil, .ending)
    }

    /// All is sent and our side is closed.
    mutating func linger(now: Duration) {
        phase = .lingering(left: limits.lingerBytesMax, due: now + limits.lingerWithin)
    }

    mutating func close() { (phase, bodyDue, outputDue) = (.closed, nil, nil) }

    /// An attempt to send was made: whether output still waits, and whether a part of it has gone.
    mutating func outputTried(isWaiting: Bool, hasMoved: Bool, now: Duration) {
        guard isWaiting else { return outputDue = nil }
        if hasMoved || outputDue == nil { outputDue = now + limits.stalledReader }
    }

    // MARK: From outside

    /// The peer has closed its sending side, and what it sent before is still to be read.
    mutating func peerCloses() { hasPeerClosed = true }

    /// The peer has closed its sending side, and what it sent before has been read, except in an exchange.
    mutating func peerClosed() -> Next {
        hasPeerClosed = true
        switch phase {
        case .idle, .head, .discarding, .webSocket, .lingering: return .close
        case .exchange: return .cancel
        case .ending, .closed: return .nothing
        }
    }

    /// The server is ending.
    mutating func drain() -> Next {
        keepsAlive = false
        if case .idle = phase { return .close }
        return .nothing
    }

    mutating func expired(now: Duration) -> Expiry? {
        if let outputDue, outputDue <= now { return .close }
        switch phase {
        case .idle(let due), .lingering(_, let due), .discarding(_, let due): return due <= now ? .close : nil
        case .head(let due): return due <= now ? .refuse(.headTimeout) : nil
        case .exchange:
            guard let due = bodyDue, due <= now else { return nil }
            bodyDue = nil
            return .failBody(.bodyTimeout)
        case .webSocket, .ending, .closed: return nil
        }
    }
}
