/// Whose turn it is: how many calls go on, with each host and together, and who waits.
///
/// libcurl looks up a name on a thread for each call that needs it, and opens a connection for each call that finds
/// none it can share. So the first call to a host goes ahead, and the others wait until its name is known (or, with
/// TLS, until it is connected: then it is known whether HTTP/2 lets all share that connection).
struct Admission {
    enum Verdict: Equatable {
        case start, wait, refuse
    }

    /// Where a host stands.
    private enum Gate {
        case unknown
        case explored(by: UInt64)
        case open(until: Duration)
    }

    private struct Host {
        var running = 0
        var waiting: [UInt64] = []
        var gate = Gate.unknown
        /// No less than the connections that are kept and not used.
        var idleConnections = 0
    }

    private let callsMax: Int
    private let callsPerHostMax: Int
    private let waitingMax: Int
    private var running = 0
    private(set) var waitingCount = 0
    private var hosts: [String: Host] = [:]
    /// Hosts for which somebody waits; whoever comes next is of the first that may go on, which then goes to the end.
    private var queue: [String] = []

    /// Less than the 60 seconds for which libcurl remembers a name.
    static let openFor = Duration.seconds(50)
    /// How many hosts are remembered while no call is with them.
    static let hostsMax = 1000

    init(callsMax: Int, callsPerHostMax: Int, waitingMax: Int) {
        self.callsMax = callsMax
        self.callsPerHostMax = callsPerHostMax
        self.waitingMax = waitingMax
    }

    /// A new call; `isGated` is false when nothing has to be found out about its host.
    mutating func arrive(_ id: UInt64, at name: String, isGated: Bool, now: Duration) -> Verdict {
        var host = hosts[name] ?? Host()
        if !isGated { host.gate = .open(until: .seconds(Int64.max / 2)) }
        hosts[name] = host
        if host.waiting.isEmpty, mayStart(host, now) {
            start(id, at: name, now)
            return .start
        }
        guard waitingCount < waitingMax else { return .refuse }
        if host.waiting.isEmpty { queue.append(name) }
        hosts[name, default: Host()].waiting.append(id)
        waitingCount += 1
        return .wait
    }

    /// What was to be found out about the host is known.
    mutating func explored(_ id: UInt64, at name: String, now: Duration) {
        guard case .explored(by: id)? = hosts[name]?.gate else { return }
        hosts[name]?.gate = .open(until: now + Self.openFor)
    }

    /// A running call has ended, and its connection may have been kept.
    mutating func leave(_ id: UInt64, at name: String, keepsConnection: Bool = false) {
        running -= 1
        hosts[name]?.running -= 1
        if keepsConnection { hosts[name]?.idleConnections += 1 }
        if case .explored(by: id)? = hosts[name]?.gate { hosts[name]?.gate = .unknown }
        forgetIdleHosts()
    }

    /// A waiting call has ended.
    mutating func giveUp(_ id: UInt64, at name: String) {
        guard let index = hosts[name]?.waiting.firstIndex(of: id) else { return }
        hosts[name]?.waiting.remove(at: index)
        waitingCount -= 1
        if hosts[name]?.waiting.isEmpty == true { queue.removeAll { $0 == name } }
        forgetIdleHosts()
    }

    /// Who waits for a host, in order.
    func waiting(at name: String) -> [UInt64] { hosts[name]?.waiting ?? [] }

    /// Whether this running call is the one that goes ahead, and has not found out yet.
    func isExploring(_ id: UInt64, at name: String) -> Bool {
        if case .explored(by: id)? = hosts[name]?.gate { true } else { false }
    }

    /// Whether a call that starts may find a connection that is kept; it counts as used then.
    mutating func takeIdleConnection(at name: String) -> Bool {
        guard let host = hosts[name], host.idleConnections > 0 else { return false }
        hosts[name]?.idleConnections -= 1
        return true
    }

    /// The next one whose turn has come.
    mutating func next(now: Duration) -> UInt64? {
        guard running < callsMax else { return nil }
        for (index, name) in queue.enumerated() {
            guard let host = hosts[name], mayStart(host, now) else { continue }
            let id = host.waiting[0]
            hosts[name]?.waiting.removeFirst()
            waitingCount -= 1
            queue.remove(at: index)
            if host.waiting.count > 1 { queue.append(name) }
            start(id, at: name, now)
            return id
        }
        return nil
    }

    private func mayStart(_ host: Host, _ now: Duration) -> Bool {
        guard running < callsMax, host.running < callsPerHostMax else { return false }
        if case .explored = host.gate { return false }
        return true
    }

    private mutating func start(_ id: UInt64, at name: String, _ now: Duration) {
        running += 1
        hosts[name]?.running += 1
        if case .open(let until)? = hosts[name]?.gate, now < until { return }
        hosts[name]?.gate = .explored(by: id)
    }

    private mutating func forgetIdleHosts() {
        guard hosts.count > Self.hostsMax else { return }
        hosts = hosts.filter { $0.value.running > 0 || !$0.value.waiting.isEmpty }
    }
}
