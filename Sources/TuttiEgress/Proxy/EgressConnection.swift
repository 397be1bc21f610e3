import Glibc
import TuttiRuntime

/// One connection of a program: one request, judged, and what follows from it. Belongs to the thread of its loop.
///
/// There is one request for each connection: what comes behind it is read by nobody, so that nothing gets out that was
/// not judged.
final class EgressConnection {
    enum Phase {
        /// The head of the request is awaited.
        case head
        /// It is awaited where the name leads to.
        case resolving
        case connecting
        /// Bytes go both ways.
        case relaying
        /// The proxy itself answers.
        case answering
        /// Everything was said, and the program is given time to read it.
        case lingering
        case closed
    }

    /// Addresses of a name that are tried.
    static let triesMax = 4
    /// How long the program is waited for after the last word, and how much is read of what it still sends.
    static let lingerTime: Duration = .seconds(2)
    static let lingerBytesMax = 1 << 20

    let number: Int
    let context: EgressContext
    let client: Int32
    let started: Duration
    var upstream: Int32 = -1
    /// Holds the place of the second descriptor, so that connections do not take those of each other's servers.
    private var reserve: Int32
    var phase = Phase.head
    /// When the phase has to be over.
    var phaseEnd: Duration?

    var head: [UInt8] = []
    var request: ProxyRequest?
    /// The rule that allows the request.
    var rule: EgressRule?
    var candidates: [Int] = []
    /// Addresses that have yet to be tried, all judged.
    var addresses: ArraySlice<NetworkAddress> = []
    var address: NetworkAddress?

    var up = EgressDirection()
    var down = EgressDirection()
    /// The beginning of a tunnel, until it is known to be for the right server.
    var greeting: [UInt8]?
    var body: RequestBodyFilter?
    var answer: AnswerHeadFilter?
    /// Why a connection ends after what is on its way has been delivered.
    var ending: EgressRefusal?
    /// The program reads no more; what it has sent may still have to go out.
    var hasClientLeft = false
    var lingered = 0

    /// Owns both descriptors from now on.
    init(_ client: Int32, reserve: Int32, number: Int, context: EgressContext) {
        self.client = client
        self.reserve = reserve
        self.number = number
        self.context = context
        started = context.now
        phaseEnd = started + context.limits.headTime
    }

    deinit { closeBoth() }

    var isClosed: Bool { if case .closed = phase { true } else { false } }
    /// Whether it counts as one of those that may be open.
    var isServed: Bool {
        switch phase {
        case .head, .resolving, .connecting, .relaying: true
        case .answering, .lingering, .closed: false
        }
    }
    var isTunnel: Bool { request?.isTunnel ?? false }

    /// When something has to happen although nothing comes.
    var deadline: Duration {
        let end = started + context.limits.time
        return phaseEnd.map { min($0, end) } ?? end
    }

    // MARK: What is waited for

    /// Events of poll(2); the system always tells of a hang-up, too. `nil` when not even that is wanted.
    var clientEvents: Int32? {
        switch phase {
        case .head, .lingering: return POLLIN
        case .resolving, .connecting: return 0
        case .answering: return POLLOUT
        case .relaying:
            let events = (wantsClientBytes ? POLLIN : 0) | (down.queue.isEmpty ? 0 : POLLOUT)
            return hasClientLeft && events == 0 ? nil : events
        case .closed: return nil
        }
    }

    var upstreamEvents: Int32? {
        switch phase {
        case .connecting: return POLLOUT
        case .relaying:
            let wantsBytes = !down.isEnded && down.queue.hasRoom && !hasClientLeft
            let events = (wantsBytes ? POLLIN : 0) | (up.queue.isEmpty ? 0 : POLLOUT)
            return events == 0 ? nil : events
        default: return nil
        }
    }

    var wantsClientBytes: Bool { !up.isEnded && up.queue.hasRoom && !(body?.isDone ?? false) }

    // MARK: What comes

    func clientIsReady(_ events: Int32) {
        switch phase {
        case .head: readHead()
        case .resolving, .connecting: if events & (POLLHUP | POLLERR) != 0 { end(.clientLeft) }
        case .relaying:
            if events & POLLOUT != 0 { sendDown() }
            if case .relaying = phase, events & (POLLIN | POLLHUP | POLLERR) != 0 { readUp(events) }
            settle()
        case .answering: sendAnswer()
        case .lingering: linger()
        case .closed: break
        }
    }

    func upstreamIsReady(_ events: Int32) {
        switch phase {
        case .connecting: connected()
        case .relaying:
            if events & POLLOUT != 0 { sendUp() }
            if case .relaying = phase, !down.isEnded, down.queue.hasRoom,
                events & (POLLIN | POLLHUP | POLLERR) != 0
            {
                readDown()
            }
            settle()
        default: break
        }
    }

    /// Deals with time that has passed.
    func look(at now: Duration) {
        guard now >= deadline else { return }
        if now >= started + context.limits.time {
            switch phase {
            case .answering, .lingering: end(nil)
            default: end(.time)
            }
            return
        }
        switch phase {
        case .head: refuse(.headTimeout)
        case .resolving: refuse(.resolutionTimeout)
        case .connecting: fail(.connectTimeout)
        case .answering, .lingering: end(nil)
        case .relaying, .closed: phaseEnd = nil
        }
    }

    func closeBoth() {
        guard !isClosed else { return }
        phase = .closed
        close(client)
        closeUpstream()
        freeReserve()
    }

    func closeUpstream() {
        if upstream >= 0 { close(upstream) }
        upstream = -1
    }

    func freeReserve() {
        if reserve >= 0 { close(reserve) }
        reserve = -1
    }
}
