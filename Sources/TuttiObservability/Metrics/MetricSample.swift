/// One combination of label values of a metric, as it was at a scrape.
package struct MetricSample: Hashable, Sendable {
    /// What was read.
    package enum Reading: Hashable, Sendable {
        case number(Double)
        case histogram(Histogram.State)
    }

    /// The values of the labels, in the order of the description.
    package let labels: [String]
    package var reading: Reading
}

/// One metric with all its samples, in the order of their labels.
package struct MetricSamples: Hashable, Sendable {
    package let metric: MetricDescription
    package var samples: [MetricSample]
}

/// What counts for one combination of label values.
package protocol MetricCell: AnyObject, Sendable {
    init(_ kind: MetricDescription.Kind)
    /// What it shows now.
    var reading: MetricSample.Reading { get }
}
