/// The time limits of one call, as moments.
struct CallClock {
    private let timeouts: HTTPTimeouts
    private let totalDue: Duration
    private var part: (reason: HTTPClientError.Reason, due: Duration)?

    init(_ timeouts: HTTPTimeouts, now: Duration) {
        self.timeouts = timeouts
        totalDue = now + timeouts.total
    }

    /// When the call is to be looked at.
    var due: Duration { min(totalDue, part?.due ?? totalDue) }

    /// The connection is there.
    mutating func connected(_ now: Duration) { part = (.timeoutFirstByte, now + timeouts.firstByte) }

    /// A piece of the answer has come, or its sender may go on.
    mutating func progressed(_ now: Duration) { part = (.timeoutIdle, now + timeouts.idle) }

    /// Nothing is expected until the reader has taken what is there.
    mutating func paused() { part = nil }

    /// Which limit is over.
    func expired(_ now: Duration) -> HTTPClientError.Reason? {
        if let part, part.due <= now { return part.reason }
        return totalDue <= now ? .timeoutTotal : nil
    }
}
