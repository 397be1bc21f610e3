import Synchronization

/// A number that goes up and down; any number of tasks may change it at one time, without a lock.
package final class Gauge: MetricCell {
    private let number = Atomic<Double>(0)

    package init(_ kind: MetricDescription.Kind) {}

    /// Replaces the number.
    package func set(_ value: Double) { number.store(value, ordering: .relaxed) }

    /// Raises the number, or lowers it when `amount` is negative.
    package func add(_ amount: Double) { number.add(amount) }

    /// Counts what is in hand: one more while `body` runs.
    package func counting<Output>(_ body: () async throws -> Output) async rethrows -> Output {
        add(1)
        defer { add(-1) }
        return try await body()
    }

    /// The number.
    package var value: Double { number.load(ordering: .relaxed) }

    package var reading: MetricSample.Reading { .number(value) }
}
