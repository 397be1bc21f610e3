import TuttiRuntime

/// Those who wait for the same thing in one process.
struct Waiters {
    private var nudges: [UInt64: Nudge] = [:]
    private var next: UInt64 = 0

    var all: [Nudge] { Array(nudges.values) }
    var isEmpty: Bool { nudges.isEmpty }

    mutating func add(_ nudge: Nudge) -> UInt64 {
        next += 1
        nudges[next] = nudge
        return next
    }

    mutating func remove(_ token: UInt64) { nudges[token] = nil }
}
