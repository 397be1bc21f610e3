/// How long may still be looked for something.
package struct SearchWatch: Sendable {
    private let uptime: @Sendable () -> Duration
    private let start: Duration
    private let end: Duration

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

/// A search of a text from its beginning to its end, which looks at the clock now and then.
struct SearchPace {
    private let watch: SearchWatch
    private var look: Int

    /// Bytes that a finder looks at before it looks at the clock.
    private static let bytesAtOnce = 64 << 10

    init(_ watch: SearchWatch, from start: Int) {
        self.watch = watch
        look = start + Self.bytesAtOnce
    }

    /// False when it has taken too long.
    mutating func goesOn(at place: Int) -> Bool {
        guard place >= look else { return true }
        look = place + Self.bytesAtOnce
        return !watch.isOver
    }
}
