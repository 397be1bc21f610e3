import Synchronization

/// What one loop has done, readable from anywhere.
final class LoopCounters: Sendable {
    private let openCount = Atomic<Int>(0)
    private let acceptedCount = Atomic<Int>(0)
    private let requestCount = Atomic<Int>(0)
    private let inCount = Atomic<Int>(0)
    private let outCount = Atomic<Int>(0)
    private let cutOffCount = Atomic<Int>(0)
    private let calls = Mutex(Calls())

    private struct Calls {
        /// When the loop was last called and has not come yet.
        var since: Duration?
        /// How late it was the time before.
        var lag = Duration.zero
    }

    var open: Int { openCount.load(ordering: .relaxed) }

    /// Before the connection is handed over, so that the next one goes to whoever has fewer.
    func connectionComes() { openCount.add(1, ordering: .relaxed) }
    func connectionBegan() { acceptedCount.add(1, ordering: .relaxed) }
    func connectionEnded() { openCount.subtract(1, ordering: .relaxed) }
    func requestBegan() { requestCount.add(1, ordering: .relaxed) }
    func received(_ count: Int) { inCount.add(count, ordering: .relaxed) }
    func sent(_ count: Int) { outCount.add(count, ordering: .relaxed) }
    func cutOff() { cutOffCount.add(1, ordering: .relaxed) }

    /// Notes that the loop is called; false when it has not come for the last call yet.
    func call(now: Duration) -> Bool {
        calls.withLock { calls in
            guard calls.since == nil else { return false }
            calls.since = now
            return true
        }
    }

    /// The loop has come.
    func came(now: Duration) {
        calls.withLock { calls in
            if let since = calls.since { calls = Calls(lag: now - since) }
        }
    }

    func add(to statistics: inout HTTPServerStatistics, now: Duration) {
        statistics.connectionsOpen += open
        statistics.connectionsAccepted += acceptedCount.load(ordering: .relaxed)
        statistics.requests += requestCount.load(ordering: .relaxed)
        statistics.bytesIn += inCount.load(ordering: .relaxed)
        statistics.bytesOut += outCount.load(ordering: .relaxed)
        statistics.followersCutOff += cutOffCount.load(ordering: .relaxed)
        statistics.loopLag.append(
            calls.withLock { calls in max(calls.lag, calls.since.map { now - $0 } ?? .zero) })
    }
}
