/// Durations of calls, of which only counts and their sum are kept.
package struct CallTimes: Sendable, Hashable {
    /// All of them together.
    package var milliseconds: Int64 = 0
    /// How many there were of which length.
    package var histogram = CallHistogram()

    /// None.
    package init() {}

    /// Counts one.
    package mutating func add(_ milliseconds: Int64) {
        self.milliseconds.add(milliseconds)
        histogram.add(milliseconds)
    }

    /// Counts those of others, too.
    package static func += (sum: inout CallTimes, more: CallTimes) {
        sum.milliseconds.add(more.milliseconds)
        sum.histogram += more.histogram
    }

    /// The mean in milliseconds; `nil` without any.
    package var mean: Double? {
        let count = histogram.count
        return count > 0 ? Double(milliseconds) / Double(count) : nil
    }

    /// What half of them did not exceed, in milliseconds, as exact as the bounds of the histogram.
    package var p50: Double? { histogram.percentile(50) }
    /// What 95 of a hundred did not exceed.
    package var p95: Double? { histogram.percentile(95) }
}
