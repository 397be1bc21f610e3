import Synchronization
import TuttiCore

/// One metric: a cell for each combination of label values.
///
/// ```swift
/// let requests = registry.counter(HTTPMetric.requests)
/// requests["GET", "/api/v1/runs", "200"].add()
/// ```
///
/// Who counts often keeps the cell: looking one up takes a short lock, which cells of other labels seldom share.
package final class MetricFamily<Cell: MetricCell>: Sendable {
    /// The values of the labels, hashed once for the shard and the table in it.
    private struct Key: Hashable {
        let values: [String]
        let hash: Int

        init(_ values: [String]) {
            self.values = values
            hash = values.hashValue
        }

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    private typealias Cells = [Key: Cell]

    /// A part of the cells, with a lock of its own.
    private final class Shard: Sendable {
        let cells = Mutex<Cells>([:])
    }

    /// What the family is.
    package let metric: MetricDescription
    private let shards = (0..<8).map { _ in Shard() }
    private let combinations = Atomic<Int>(0)
    private let onFold: @Sendable () -> Void

    /// The longest value of a label; what is longer ends with `…`.
    static var labelBytesMax: Int { 128 }
    /// How many combinations there may be beyond the limit, once open labels have become `other`.
    static var foldedCombinationsMax: Int { 64 }

    /// - Parameter onFold: told of each use for which there was no cell any more.
    init(_ metric: MetricDescription, onFold: @escaping @Sendable () -> Void = {}) {
        self.metric = metric
        self.onFold = onFold
        if metric.labels.isEmpty { _ = self[[]] }  // shown from the start, as 0
    }

    /// The cell of these label values.
    package subscript(_ values: String...) -> Cell { self[values] }

    /// The cell of these label values, in the order of the description.
    ///
    /// - Precondition: there is a value for each label.
    package subscript(_ values: [String]) -> Cell {
        precondition(values.count == metric.labels.count, "\(metric.name) has the labels \(metric.labels)")
        var values = values
        for index in values.indices where values[index].utf8.count > Self.labelBytesMax {
            values[index] = CleanText.line(values[index], bytesMax: Self.labelBytesMax)
        }
        if let cell = cell(values, combinationsMax: metric.combinationsMax) { return cell }
        onFold()
        let folded = zip(metric.labels, values).map { label, value in
            metric.openLabels.contains(label) ? MetricDescription.otherValue : value
        }
        let foldedMax = metric.combinationsMax + Self.foldedCombinationsMax
        if let cell = cell(folded, combinationsMax: foldedMax) { return cell }
        let other = Array(repeating: MetricDescription.otherValue, count: values.count)
        return cell(other, combinationsMax: .max) ?? Cell(metric.kind)
    }

    /// All cells as they are now, in the order of their labels.
    package func read() -> MetricSamples {
        let cells = shards.flatMap { shard in shard.cells.withLock { Array($0) } }
        let samples = cells.map { MetricSample(labels: $0.key.values, reading: $0.value.reading) }
        return MetricSamples(metric: metric, samples: samples.sorted { $0.labels.lexicographicallyPrecedes($1.labels) })
    }

    /// The cell that is there, or a new one while there are fewer than that many.
    private func cell(_ values: [String], combinationsMax: Int) -> Cell? {
        let key = Key(values)
        let shard = shards[Int(UInt(bitPattern: key.hash) % UInt(shards.count))]
        return shard.cells.withLock { cells in
            if let cell = cells[key] { return cell }
            guard combinations.wrappingAdd(1, ordering: .relaxed).oldValue < combinationsMax else {
                combinations.wrappingSubtract(1, ordering: .relaxed)
                return nil
            }
            let cell = Cell(metric.kind)
            cells[key] = cell
            return cell
        }
    }
}
