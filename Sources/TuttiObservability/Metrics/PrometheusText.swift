/// Writes samples as Prometheus reads them.
package struct PrometheusText {
    private let format: ExpositionFormat
    private var text = ""

    /// The text of all samples; equal samples have equal texts.
    package static func write(_ all: [MetricSamples], as format: ExpositionFormat) -> String {
        var writer = PrometheusText(format: format)
        for samples in all { writer.append(samples) }
        if format == .openMetrics { writer.text += "# EOF\n" }
        return writer.text
    }

    private init(format: ExpositionFormat) { self.format = format }

    private mutating func append(_ samples: MetricSamples) {
        let metric = samples.metric
        let name = familyName(of: metric)
        text += "# HELP \(name) \(escaped(metric.help, quotes: format == .openMetrics))\n"
        text += "# TYPE \(name) \(metric.kind.word)\n"
        if format == .openMetrics, metric.unit != .none { text += "# UNIT \(name) \(metric.unit.rawValue)\n" }
        for sample in samples.samples {
            switch sample.reading {
            case .number(let value): line(metric.name, metric.labels, sample.labels, Self.number(value))
            case .histogram(let state): append(state, metric, sample.labels)
            }
        }
    }

    /// Buckets are cumulative.
    private mutating func append(_ state: Histogram.State, _ metric: MetricDescription, _ values: [String]) {
        var count: UInt64 = 0
        for (bound, more) in zip(state.bounds + [.infinity], state.counts) {
            count += more
            let bound = bound.isFinite ? "\(bound)" : "+Inf"
            line(metric.name + "_bucket", metric.labels + ["le"], values + [bound], String(count))
        }
        line(metric.name + "_sum", metric.labels, values, Self.number(state.sum))
        line(metric.name + "_count", metric.labels, values, String(count))
    }

    private mutating func line(_ name: String, _ labels: [String], _ values: [String], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = zip(labels, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    /// In OpenMetrics a family of counters is named without the `_total` of its samples.
    private func familyName(of metric: MetricDescription) -> String {
        guard format == .openMetrics, metric.kind == .counter, metric.name.hasSuffix("_total") else {
            return metric.name
        }
        return String(metric.name.dropLast("_total".count))
    }

    /// As Go reads numbers; whole ones without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return "\(value)"
    }

    private func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
