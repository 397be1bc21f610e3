import Synchronization
import TuttiCore
import TuttiRuntime

/// A clock that is moved by hand, or by those that sleep on it: nothing waits in tests.
final class HandClock: Timekeeper {
    private struct State {
        var elapsed = Duration.zero
        var sleeps: [Duration] = []
    }

    private let state = Mutex(State())

    func now() -> Timestamp { Timestamp(milliseconds: 1_800_000_000_000) + uptime() }

    func uptime() -> Duration { state.withLock(\.elapsed) }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.elapsed += duration
            state.sleeps.append(duration)
        }
        await Task.yield()
    }

    func advance(by duration: Duration) { state.withLock { $0.elapsed += duration } }

    /// How long each sleep was.
    var sleeps: [Duration] { state.withLock(\.sleeps) }
}
