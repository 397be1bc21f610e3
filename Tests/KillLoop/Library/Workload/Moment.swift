import TuttiCore

/// When a process is killed.
package enum Moment: Sendable, Equatable {
    /// So long after its start, whatever it does.
    case afterStart(Duration)
    /// So long after it has written this many lines to the log.
    case afterLines(Int, then: Duration)

    /// Mostly while it works; now and then while it starts or recovers.
    ///
    /// - Parameters:
    ///   - concurrency: how many steps are in flight at once.
    ///   - work: how long each step takes.
    static func random(concurrency: Int, work: Duration, using random: inout SeededGenerator) -> Moment {
        if Int.random(in: 0..<100, using: &random) < earlyPercent {
            return .afterStart(.microseconds(Int.random(in: 0...30_000, using: &random)))
        }
        let lines = Int.random(in: 1...(2 * concurrency), using: &random)
        let workMicroseconds = Int(work / .microseconds(1))
        return .afterLines(lines, then: .microseconds(Int.random(in: 0...workMicroseconds, using: &random)))
    }

    /// Few enough that the share of kills in flight is never in danger.
    private static let earlyPercent = 10
}
