import Synchronization
import TuttiCore
import TuttiRuntime

/// A clock that stands still until a test moves it.
final class TestClock: Timekeeper {
    private let moment: Mutex<Timestamp>

    init(_ text: String = "2026-01-02T03:04:05.000Z") {
        moment = Mutex(Timestamp(text) ?? Timestamp(milliseconds: 0))
    }

    func now() -> Timestamp { moment.withLock(\.self) }
    func uptime() -> Duration { .milliseconds(now().milliseconds) }
    func sleep(for duration: Duration) async throws { advance(duration) }
    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}
