/// How soon one round of the loop follows another.
///
/// Each round wakes readers and falls asleep again. With thousands of streams there is always one that has something,
/// and a round for each would be spent on waking and falling asleep; so what comes within a moment is dealt with
/// together. With few calls nothing waits.
enum RoundPace {
    /// From so many transfers on rounds are kept apart.
    static let crowd = 256
    /// How far apart they are then, which is the most that a piece of an answer is held up.
    static let interval: Duration = .milliseconds(1)

    /// How long to wait before the next look at the sockets; nil when there is no need to.
    ///
    /// - Parameter passed: the time since the last look.
    static func pause(transfers: Int, passed: Duration) -> Duration? {
        guard transfers >= crowd, passed < interval else { return nil }
        return interval - passed
    }
}
