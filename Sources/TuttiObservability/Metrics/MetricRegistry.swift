import Synchronization

/// All metrics of one process: parts of the program count here, and a scrape reads it.
///
/// Asking twice for one metric gives the same, so that each part asks for what it counts. A metric that nobody has
/// asked for is not shown.
package final class MetricRegistry: Sendable {
    private enum Family {
        case counter(MetricFamily<Counter>)
        case gauge(MetricFamily<Gauge>)
        case histogram(MetricFamily<Histogram>)

        func read() -> MetricSamples {
            switch self {
            case .counter(let family): family.read()
            case .gauge(let family): family.read()
            case .histogram(let family): family.read()
            }
        }
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [@Sendable () -> [MetricReading]] = []
    }

    private let state = Mutex(State())
    private let folded = MetricFamily<Counter>(TelemetryMetric.folded)

    package init() {
        state.withLock { $0.families[TelemetryMetric.folded.name] = .counter(folded) }
    }

    /// The counters of a metric.
    ///
    /// - Precondition: it is described as a counter.
    package func counter(_ metric: MetricDescription) -> MetricFamily<Counter> {
        precondition(metric.kind == .counter, "\(metric.name) is no counter")
        return state.withLock { state in
            if case .counter(let family) = state.families[metric.name] { return family }
            let family = MetricFamily<Counter>(metric, onFold: countFold(metric))
            state.families[metric.name] = .counter(family)
            return family
        }
    }

    /// The gauges of a metric.
    ///
    /// - Precondition: it is described as a gauge.
    package func gauge(_ metric: MetricDescription) -> MetricFamily<Gauge> {
        precondition(metric.kind == .gauge, "\(metric.name) is no gauge")
        return state.withLock { state in
            if case .gauge(let family) = state.families[metric.name] { return family }
            let family = MetricFamily<Gauge>(metric, onFold: countFold(metric))
            state.families[metric.name] = .gauge(family)
            return family
        }
    }

    /// The histograms of a metric.
    ///
    /// - Precondition: it is described as a histogram.
    package func histogram(_ metric: MetricDescription) -> MetricFamily<Histogram> {
        guard case .histogram = metric.kind else { preconditionFailure("\(metric.name) is no histogram") }
        return state.withLock { state in
            if case .histogram(let family) = state.families[metric.name] { return family }
            let family = MetricFamily<Histogram>(metric, onFold: countFold(metric))
            state.families[metric.name] = .histogram(family)
            return family
        }
    }

    /// Asks `readings` at each scrape for numbers whose truth is elsewhere. It has to be quick, and must not ask this
    /// registry; a metric that it leaves out is not shown.
    package func collect(_ readings: @escaping @Sendable () -> [MetricReading]) {
        state.withLock { $0.collectors.append(readings) }
    }

    /// Everything as it is now, in the order of names and labels.
    package func read() -> [MetricSamples] {
        let (families, collectors) = state.withLock { (Array($0.families.values), $0.collectors) }
        let collected = CollectedReadings.samples(of: collectors.flatMap { $0() })
        let names = Set(collected.map(\.metric.name))
        let counted = families.map { $0.read() }.filter { !$0.samples.isEmpty && !names.contains($0.metric.name) }
        return (counted + collected).sorted { $0.metric.name < $1.metric.name }
    }

    /// Names are few and ours, so this count needs no bound of its own.
    private func countFold(_ metric: MetricDescription) -> @Sendable () -> Void {
        let cell = folded[metric.name]
        return { cell.add() }
    }
}
