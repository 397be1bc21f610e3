import FoundationEssentials
import Testing
import TuttiObservability
import TuttiRuntime

struct MetricCatalogTests {
    /// Every metric with one sample, as a scrape shows it.
    private func full() -> MetricRegistry {
        let registry = MetricRegistry()
        for metric in MetricCatalog.all {
            let labels = metric.labels.map { _ in "x" }
            switch metric.kind {
            case .counter: registry.counter(metric)[labels].add()
            case .gauge: registry.gauge(metric)[labels].set(1)
            case .histogram: registry.histogram(metric)[labels].observe(0.5)
            }
        }
        return registry
    }

    @Test(arguments: MetricCatalog.all)
    func followsTheRulesOfNames(metric: MetricDescription) {
        let name = metric.name
        #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }, "\(name)")
        #expect((metric.kind == .counter) == name.hasSuffix("_total"), "\(name)")
        let base = metric.kind == .counter ? String(name.dropLast("_total".count)) : name
        #expect(metric.unit == .none || base.hasSuffix("_" + metric.unit.rawValue), "\(name)")
        #expect(metric.help.hasSuffix(".") && metric.help.utf8.count <= 120, "\(name)")
        #expect(Set(metric.labels).count == metric.labels.count && metric.openLabels.isSubset(of: metric.labels))
        #expect(metric.labels.allSatisfy { !$0.hasPrefix("__") && $0 != "le" && $0 != "quantile" }, "\(name)")
        if case .histogram(let bounds) = metric.kind {
            #expect(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy(<), "\(name)")
        }
    }

    @Test func namesAreToldApart() {
        #expect(Set(MetricCatalog.all.map(\.name)).count == MetricCatalog.all.count)
    }

    @Test(arguments: ExpositionFormat.allCases)
    func aStrictReaderUnderstandsAll(format: ExpositionFormat) throws {
        let text = PrometheusText.write(full().read(), as: format)
        let families = try ExpositionReader.read(text, isOpenMetrics: format == .openMetrics)
        #expect(families.count == MetricCatalog.all.count)
    }

    @Test(.enabled(if: Promtool.path != nil, "promtool is not installed"))
    func promtoolFindsNoFault() async throws {
        let path = try #require(Promtool.path)
        let text = PrometheusText.write(full().read(), as: .prometheus)
        let result = try await Promtool.run(path, ["check", "metrics"], input: text)
        #expect(result == "", "\(result)")
    }
}
