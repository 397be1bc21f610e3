import Synchronization
public import TuttiCore
public import TuttiRuntime

/// A clock that never waits: whoever sleeps on it moves its time on instead, so that back-offs cost nothing.
public final class HastyClock: Timekeeper {
    private let start: Timestamp
    private let elapsed = Mutex(Duration.zero)

    /// A clock that shows `start`.
    public init(start: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) { self.start = start }

    /// The time of day by this clock.
    public func now() -> Timestamp { start + uptime() }

    /// The sum of all sleeps.
    public func uptime() -> Duration { elapsed.withLock { $0 } }

    /// Moves the time on and lets others run.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        elapsed.withLock { $0 += max(.zero, duration) }
        await Task.yield()
        try Task.checkCancellation()
    }
}
