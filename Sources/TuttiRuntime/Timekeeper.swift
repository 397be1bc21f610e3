import Glibc
public import TuttiCore

/// Where the engine gets its time from; tests pass one that is advanced by hand.
public protocol Timekeeper: Sendable {
    /// The time of day, for what is stored and shown.
    func now() -> Timestamp

    /// Time since some fixed moment that never goes back, also over a suspend of the machine, for measuring durations.
    func uptime() -> Duration

    /// Waits at least this long.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's clocks.
public struct SystemTimekeeper: Timekeeper {
    /// The machine's clocks.
    public init() {}

    /// `CLOCK_REALTIME`
    public func now() -> Timestamp { Timestamp(milliseconds: Self.read(CLOCK_REALTIME).milliseconds) }

    /// `CLOCK_BOOTTIME`
    public func uptime() -> Duration { Self.read(CLOCK_BOOTTIME) }

    /// Waits on the clock that stands still while the machine is suspended.
    public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
