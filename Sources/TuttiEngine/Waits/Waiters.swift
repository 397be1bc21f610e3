import TuttiCore
import TuttiRuntime

/// Those who wait for something in one session.
///
/// Who waits for one child of thousands is called for that child alone.
struct Waiters {
    private var nudges: [UInt64: Nudge] = [:]
    private var byChild: [RunID: Nudge] = [:]
    private var next: UInt64 = 0

    var all: [Nudge] { Array(nudges.values) }

    func waiter(for child: RunID) -> Nudge? { byChild[child] }

    mutating func add(_ nudge: Nudge, for child: RunID?) -> UInt64 {
        next += 1
        nudges[next] = nudge
        if let child { byChild[child] = nudge }
        return next
    }

    mutating func remove(_ token: UInt64, for child: RunID?) {
        nudges[token] = nil
        if let child { byChild[child] = nil }
    }
}
