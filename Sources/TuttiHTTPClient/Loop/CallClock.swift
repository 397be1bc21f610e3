/// The time limits of one call, as moments.
struct CallClock {
    private let timeouts: HTTPTimeouts
    private var totalDue: Duration
    private var part: (reason: HTTPClientError.Reason, due: Duration)?
    private var contentDue: Duration?

    init(_ timeouts: HTTPTimeouts, now: Duration) {
        self.timeouts = timeouts
        totalDue = now + timeouts.total
    }

    /// When the call is to be looked at.
    var due: Duration { min(totalDue, part?.due ?? totalDue, contentDue ?? totalDue) }

    /// The connection is there.
    mutating func connected(_ now: Duration) {
        part = (.timeoutFirstByte, now + timeouts.firstByte)
        contentDue = timeouts.firstContent.map { now + $0 }
    }

    /// Before it is asked which limit is over: whoever still waits for the first content is idle for as long as that
    /// may take, since a model may send its head at once and think then.
    ///
    /// - Parameter hasContent: whether what the reader waits for has come.
    mutating func look(_ now: Duration, hasContent: Bool) {
        if hasContent { contentDue = nil }
        if contentDue != nil, let part, part.reason == .timeoutIdle, part.due <= now { progressed(now) }
    }

    /// A piece of the answer has come, or its sender may go on.
    mutating func progressed(_ now: Duration) { part = (.timeoutIdle, now + timeouts.idle) }

    /// Nothing is expected until the reader has taken what is there.
    mutating func paused() { part = nil }

    /// Nobody reads any more.
    mutating func draining(_ now: Duration) { totalDue = min(totalDue, now + HTTPBody.restTimeMax) }

    /// Which limit is over.
    func expired(_ now: Duration) -> HTTPClientError.Reason? {
        if let part, part.due <= now { return part.reason }
        if let contentDue, contentDue <= now { return .timeoutFirstContent }
        return totalDue <= now ? .timeoutTotal : nil
    }
}
