import Synchronization

/// Values counted by size. Each has a lock of its own, so that count, sum and buckets always belong together.
package final class Histogram: MetricCell {
    /// What has been counted.
    package struct State: Hashable, Sendable {
        /// The upper bounds, ascending.
        package let bounds: [Double]
        /// How many values fell between a bound and the one before it; one more for those above the last.
        package var counts: [UInt64]
        package var sum: Double = 0

        init(bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count + 1)
        }

        /// A value belongs to the first bound that it does not exceed.
        mutating func observe(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }

        /// How many values in all.
        package var count: UInt64 { counts.reduce(0, +) }

        /// Both together.
        mutating func merge(_ other: State) {
            for index in counts.indices { counts[index] += other.counts[index] }
            sum += other.sum
        }
    }

    private let state: Mutex<State>

    package init(_ kind: MetricDescription.Kind) {
        guard case .histogram(let bounds) = kind else { preconditionFailure("only histograms have buckets") }
        state = Mutex(State(bounds: bounds))
    }

    /// Counts one value; what is no number or negative is left out.
    package func observe(_ value: Double) {
        guard value >= 0, value.isFinite else { return }
        state.withLock { $0.observe(value) }
    }

    /// Counts a time in seconds.
    package func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

    /// What has been counted until now.
    package var value: State { state.withLock { $0 } }

    package var reading: MetricSample.Reading { .histogram(value) }
}
