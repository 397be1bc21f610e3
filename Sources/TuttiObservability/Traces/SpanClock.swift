import Synchronization
import TuttiCore
import TuttiRuntime

/// The time of day in nanoseconds: an anchor of the clock on the wall, moved on by a clock that never goes back, so
/// that a span cannot end before it began, nor begin before the one above it.
final class SpanClock: Sendable {
    private struct Anchor {
        var wall: Int64
        var uptime: Duration
    }

    private let clock: any Timekeeper
    private let anchor: Mutex<Anchor?> = Mutex(nil)

    /// From which difference on the clock on the wall was set, and counts again.
    static let driftMax: Duration = .milliseconds(500)

    init(_ clock: any Timekeeper) { self.clock = clock }

    /// Nanoseconds since 1970.
    func now() -> UInt64 {
        let (wall, uptime) = (clock.now().milliseconds &* 1_000_000, clock.uptime())
        return anchor.withLock { anchor in
            if let kept = anchor {
                let time = kept.wall &+ Self.nanoseconds(uptime - kept.uptime)
                if (time &- wall).magnitude < UInt64(Self.nanoseconds(Self.driftMax)) { return UInt64(max(0, time)) }
            }
            anchor = Anchor(wall: wall, uptime: uptime)
            return UInt64(max(0, wall))
        }
    }

    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
