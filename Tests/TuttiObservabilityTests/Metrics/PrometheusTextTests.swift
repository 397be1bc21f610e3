import Testing
import TuttiObservability

private let odd = MetricDescription.counter(
    "test_odd_bytes_total", "Odd \"things\" with \\ and\nlines.", unit: .bytes, labels: ["text"])
private let times = MetricDescription.histogram(
    "test_wait_seconds", "Waits.", unit: .seconds, buckets: [0.1, 1], labels: ["kind"])

struct PrometheusTextTests {
    private func registry() -> MetricRegistry {
        let registry = MetricRegistry()
        registry.counter(odd)["a\"b\\c\nd{e}=é,"].add(3)
        registry.histogram(times)["x"].observe(0.1)
        registry.histogram(times)["x"].observe(.milliseconds(250))
        registry.histogram(times)["x"].observe(7)
        registry.gauge(.gauge("test_level", "Level."))[].set(-1.5)
        return registry
    }

    @Test func writesTheTextOfPrometheus() {
        let text = registry().scrape(accept: nil).text
        #expect(
            text == """
                # HELP test_level Level.
                # TYPE test_level gauge
                test_level -1.5
                # HELP test_odd_bytes_total Odd "things" with \\\\ and\\nlines.
                # TYPE test_odd_bytes_total counter
                test_odd_bytes_total{text="a\\"b\\\\c\\nd{e}=é,"} 3
                # HELP test_wait_seconds Waits.
                # TYPE test_wait_seconds histogram
                test_wait_seconds_bucket{kind="x",le="0.1"} 1
                test_wait_seconds_bucket{kind="x",le="1.0"} 2
                test_wait_seconds_bucket{kind="x",le="+Inf"} 3
                test_wait_seconds_sum{kind="x"} 7.35
                test_wait_seconds_count{kind="x"} 3
                # HELP tutti_metric_labels_folded_total Uses of a metric beyond its limit of label values, which were \
                counted as other.
                # TYPE tutti_metric_labels_folded_total counter
                tutti_metric_labels_folded_total{metric="test_level"} 0
                tutti_metric_labels_folded_total{metric="test_odd_bytes_total"} 0
                tutti_metric_labels_folded_total{metric="test_wait_seconds"} 0

                """)
    }

    @Test func writesOpenMetricsForWhoeverAsks() {
        let answer = registry().scrape(accept: "application/openmetrics-text; version=1.0.0, text/plain;q=0.5")
        #expect(answer.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(
            answer.text.contains(
                """
                # HELP test_odd_bytes Odd \\"things\\" with \\\\ and\\nlines.
                # TYPE test_odd_bytes counter
                # UNIT test_odd_bytes bytes
                test_odd_bytes_total{text="a\\"b\\\\c\\nd{e}=é,"} 3

                """))
        #expect(answer.text.hasSuffix("\n# EOF\n"))
    }

    @Test(arguments: ExpositionFormat.allCases)
    func aStrictReaderUnderstandsIt(format: ExpositionFormat) throws {
        let isOpen = format == .openMetrics
        let text = PrometheusText.write(registry().read(), as: format)
        let families = try ExpositionReader.read(text, isOpenMetrics: isOpen)
        let family = try #require(families[isOpen ? "test_odd_bytes" : "test_odd_bytes_total"])
        #expect(family.samples.map(\.labels) == [["text": "a\"b\\c\nd{e}=é,"]])
        #expect(family.help == odd.help)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.5, "-0.5"), (1e15, "1000000000000000"), (1e20, "1e+20"), (.nan, "NaN"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (1.0 / 3, "0.3333333333333333"), (1e-7, "1e-07"),
    ])
    func writesNumbersAsGoReadsThem(value: Double, expected: String) {
        let registry = MetricRegistry()
        registry.gauge(.gauge("test_level", "Level."))[].set(value)
        #expect(registry.scrape(accept: nil).text.contains("\ntest_level \(expected)\n"))
    }

    @Test(arguments: [
        (nil, ExpositionFormat.prometheus), ("", .prometheus), ("*/*", .prometheus), ("text/plain", .prometheus),
        ("application/openmetrics-text", .openMetrics), ("Application/OpenMetrics-Text; Version=1.0.0", .openMetrics),
        ("application/openmetrics-text;version=1.0.0;q=0", .prometheus),
        ("application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5", .prometheus),
        ("application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.9", .prometheus),
        ("application/openmetrics-text;version=1.0.0;q=x", .prometheus),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.5,*/*",
            .openMetrics
        ),
    ])
    func choosesByAccept(accept: String?, expected: ExpositionFormat) {
        #expect(ExpositionFormat.chosen(byAccept: accept) == expected)
    }
}
