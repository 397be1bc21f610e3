/// One number whose truth is elsewhere, such as the size of a file; asked for at each scrape.
package struct MetricReading: Hashable, Sendable {
    let metric: MetricDescription
    let value: Double
    let labels: [String]

    /// - Precondition: there is a value for each label, and the metric is no histogram.
    package init(_ metric: MetricDescription, _ value: Double, labels: [String] = []) {
        precondition(labels.count == metric.labels.count, "\(metric.name) has the labels \(metric.labels)")
        if case .histogram = metric.kind { preconditionFailure("a histogram cannot be collected as a number") }
        self.metric = metric
        self.value = value
        self.labels = labels
    }
}

/// Readings made into samples, bounded like those of cells: what is beyond the limit is added up as `other`.
enum CollectedReadings {
    static func samples(of readings: [MetricReading]) -> [MetricSamples] {
        Dictionary(grouping: readings, by: \.metric).map { metric, readings in
            var sums: [[String]: Double] = [:]
            for reading in readings.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
                let isKept = sums[reading.labels] != nil || sums.count < metric.combinationsMax
                let other = Array(repeating: MetricDescription.otherValue, count: reading.labels.count)
                sums[isKept ? reading.labels : other, default: 0] += reading.value
            }
            let samples = sums.map { MetricSample(labels: $0.key, reading: .number($0.value)) }
            let sorted = samples.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
            return MetricSamples(metric: metric, samples: sorted)
        }
    }
}
