/// What a metric is: its name and everything else that is the same for each scrape.
///
/// All of them stand in the files of `Catalog`; `docs/operations.md` tells of each.
package struct MetricDescription: Hashable, Sendable {
    /// How a metric changes.
    package enum Kind: Hashable, Sendable {
        /// Only grows while the process lives.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts values by the upper bounds, ascending; above the last is one more bucket.
        case histogram([Double])

        /// `counter`, `gauge` or `histogram`.
        package var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// What a number counts. Base units only; the name ends with it.
    package enum Unit: String, Sendable {
        case none = ""
        case bytes
        case dollars
        case seconds
    }

    /// A name by the rules of Prometheus; that of a counter ends with `_total`.
    package let name: String
    package let kind: Kind
    package let unit: Unit
    /// One line of what it says.
    package let help: String
    /// The names of the labels, in the order in which values are given.
    package let labels: [String]
    /// Those of ``labels`` whose values come from outside, such as a model: beyond ``combinationsMax`` they become
    /// ``otherValue``, and the rest of the labels still tells what it told.
    package let openLabels: Set<String>
    /// How many combinations of label values are kept apart.
    package let combinationsMax: Int

    /// What stands for all values that are too many to keep apart.
    package static let otherValue = "other"

    private init(
        _ name: String, _ kind: Kind, _ unit: Unit, _ help: String, _ labels: [String], _ open: Set<String>, _ max: Int
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.labels = labels
        openLabels = open
        combinationsMax = max
    }

    /// A number that only grows.
    package static func counter(
        _ name: String, _ help: String, unit: Unit = .none, labels: [String] = [], open: Set<String> = [],
        combinationsMax: Int = 256
    ) -> MetricDescription {
        MetricDescription(name, .counter, unit, help, labels, open, combinationsMax)
    }

    /// A number that goes up and down.
    package static func gauge(
        _ name: String, _ help: String, unit: Unit = .none, labels: [String] = [], open: Set<String> = [],
        combinationsMax: Int = 256
    ) -> MetricDescription {
        MetricDescription(name, .gauge, unit, help, labels, open, combinationsMax)
    }

    /// Values counted by size.
    package static func histogram(
        _ name: String, _ help: String, unit: Unit = .none, buckets: [Double], labels: [String] = [],
        open: Set<String> = [], combinationsMax: Int = 128
    ) -> MetricDescription {
        MetricDescription(name, .histogram(buckets), unit, help, labels, open, combinationsMax)
    }
}

/// Upper bounds of histograms.
package enum Buckets {
    /// What a person waits for: 5 ms to 10 s.
    package static let requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Calls of models, as OpenTelemetry's conventions for them advise: 10 ms to 82 s, doubling.
    package static let modelSeconds = (0...13).map { Double(1 << $0) / 100 }
    /// Work from a millisecond to half an hour.
    package static let workSeconds = [0.001, 0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 1800]
    /// Writes to a disk and delays of a loop: 0.1 ms to 1 s.
    package static let shortSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
    /// How many of something: 1 to 512, doubling.
    package static let counts = (0...9).map { Double(1 << $0) }
}
