/// How long may still be looked for something.
package struct SearchWatch: Sendable {
    private let uptime: @Sendable () -> Duration
    private let start: Duration
    private let end: Duration

    /// Bytes that a finder looks at before it looks at the clock.
    static let bytesAtOnce = 64 << 10

    /// - Parameters:
    ///   - uptime: a clock that never goes back.
    ///   - time: how long, from now on.
    package init(_ uptime: @escaping @Sendable () -> Duration, time: Duration = SearchLimits.timeMax) {
        self.uptime = uptime
        start = uptime()
        end = start + time
    }

    var isOver: Bool { uptime() > end }

    /// How long has been looked so far.
    var spent: Duration { uptime() - start }
}
