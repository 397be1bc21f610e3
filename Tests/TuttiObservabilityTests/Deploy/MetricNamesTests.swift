import Testing
import TuttiObservability

/// What is shipped speaks of the metrics that there are, and of all of them.
struct MetricNamesTests {
    private static let files = [
        "deploy/prometheus/alerts.yaml", "deploy/prometheus/rules.yaml", "deploy/prometheus/tests.yaml",
        "deploy/grafana/tutti.json", "docs/operations.md",
    ]

    private func recorded() throws -> Set<String> {
        Set(Shipped.values(of: "record", in: try Shipped.text("deploy/prometheus/rules.yaml")))
    }

    /// Each name under which samples of a metric come.
    private func sampleNames(_ metric: MetricDescription) -> [String] {
        guard case .histogram = metric.kind else { return [metric.name] }
        return [metric.name] + ["_bucket", "_sum", "_count"].map { metric.name + $0 }
    }

    @Test(arguments: files)
    func namesOnlyWhatThereIs(file: String) throws {
        let known = try recorded().union(MetricCatalog.all.flatMap(sampleNames))
        let named = Shipped.metricNames(in: try Shipped.text(file))
        #expect(!named.isEmpty)
        #expect(named.subtracting(known).sorted() == [], "\(file)")
    }

    @Test func eachMetricIsOnTheDashboard() throws {
        let named = Shipped.metricNames(in: try Shipped.text("deploy/grafana/tutti.json"))
        let rules = Shipped.metricNames(in: try Shipped.text("deploy/prometheus/rules.yaml"))
        let missing = MetricCatalog.all.filter { named.union(rules).isDisjoint(with: sampleNames($0)) }
        #expect(missing.map(\.name) == [])
    }

    @Test func theDocumentTellsOfEachMetricAsItIs() throws {
        let rows = Shipped.rows(in: try Shipped.text("docs/operations.md")).filter { $0.count == 5 }
        let expected = MetricCatalog.all.map { metric in
            [
                "`\(metric.name)`", metric.kind.word, metric.labels.map { "`\($0)`" }.joined(separator: ", "),
                metric.unit.rawValue, metric.help,
            ]
        }
        #expect(rows == expected)
    }

    @Test func theDocumentTellsOfEachRule() throws {
        let cells = Shipped.rows(in: try Shipped.text("docs/operations.md")).map { $0[0] }
        #expect(try recorded() == Set(cells.map { $0.filter { $0 != "`" } }.filter { $0.hasPrefix("tutti:") }))
    }
}
