import Synchronization

/// A number that only grows; any number of tasks may add to it at one time, without a lock.
package final class Counter: MetricCell {
    private let whole = Atomic<UInt64>(0)
    private let fraction = Atomic<Double>(0)

    package init(_ kind: MetricDescription.Kind) {}

    /// Adds one, or a whole number of things.
    ///
    /// - Precondition: `count` is not negative.
    package func add(_ count: Int = 1) {
        precondition(count >= 0, "a counter never goes down")
        whole.wrappingAdd(UInt64(count), ordering: .relaxed)
    }

    /// Adds an amount that need not be whole, such as seconds or dollars; what is no number or negative is left out.
    package func add(amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fraction.add(amount)
    }

    /// The sum.
    package var value: Double { Double(whole.load(ordering: .relaxed)) + fraction.load(ordering: .relaxed) }

    package var reading: MetricSample.Reading { .number(value) }
}

extension Atomic<Double> {
    /// There is no such instruction: another try when somebody else was faster.
    borrowing func add(_ amount: Double) {
        var seen = load(ordering: .relaxed)
        while true {
            let (exchanged, original) = weakCompareExchange(
                expected: seen, desired: seen + amount, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }
}
