import Testing
import TuttiObservability

private let plain = MetricDescription.counter("test_events_total", "Events.")
private let labelled = MetricDescription.counter(
    "test_calls_total", "Calls.", labels: ["route", "status"], open: ["route"], combinationsMax: 4)
private let level = MetricDescription.gauge("test_level", "Level.", labels: ["tank"], combinationsMax: 2)
private let times = MetricDescription.histogram(
    "test_wait_seconds", "Waits.", unit: .seconds, buckets: [0.1, 1], labels: ["kind"])

struct MetricRegistryTests {
    @Test func countsWhatManyTasksAddAtOneTime() async {
        let registry = MetricRegistry()
        let events = registry.counter(plain)
        let waits = registry.histogram(times)
        let levels = registry.gauge(level)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<64 {
                group.addTask {
                    for index in 0..<500 {
                        events[].add()
                        events[].add(amount: 0.5)
                        levels["a"].add(index % 2 == 0 ? 1 : -1)
                        waits[task % 2 == 0 ? "even" : "odd"].observe(Double(index % 3))
                    }
                }
            }
        }
        #expect(events[].value == 64 * 500 * 1.5)
        #expect(levels["a"].value == 0)
        #expect(waits["even"].value.count == 32 * 500)
        #expect(waits["odd"].value.counts == [5344, 5344, 5312])
    }

    @Test func givesTheSameMetricToWhoeverAsks() {
        let registry = MetricRegistry()
        registry.counter(plain)[].add(2)
        registry.counter(plain)[].add(3)
        #expect(registry.counter(plain)[].value == 5)
    }

    @Test func anAmountThatIsNoneChangesNothing() {
        let registry = MetricRegistry()
        for amount in [-1, .nan, .infinity, 0] { registry.counter(plain)[].add(amount: amount) }
        for amount in [-1, .nan, .infinity] { registry.histogram(times)["a"].observe(amount) }
        #expect(registry.counter(plain)[].value == 0)
        #expect(registry.histogram(times)["a"].value.count == 0)
    }

    @Test func aCounterThatWouldGoDownTraps() async {
        await #expect(processExitsWith: .failure) {
            MetricRegistry().counter(.counter("test_a_total", "A."))[].add(-1)
        }
    }

    @Test func theWrongNumberOfLabelsTraps() async {
        await #expect(processExitsWith: .failure) {
            MetricRegistry().counter(.counter("test_a_total", "A.", labels: ["a"]))["1", "2"].add()
        }
    }

    @Test func openLabelsBecomeOtherBeyondTheLimit() {
        let registry = MetricRegistry()
        let calls = registry.counter(labelled)
        for route in 0..<10 {
            calls["/\(route)", "200"].add()
            calls["/\(route)", "500"].add()
        }
        calls["/0", "200"].add()  // still has its own
        let samples = calls.read().samples.map { $0.labels.joined(separator: " ") }
        #expect(samples == ["/0 200", "/0 500", "/1 200", "/1 500", "other 200", "other 500"])
        #expect(calls["/0", "200"].value == 2 && calls["other", "500"].value == 8)
        #expect(registry.counter(TelemetryMetric.folded)[labelled.name].value == 16)
    }

    @Test func everythingBecomesOtherWhenClosedLabelsAreNot() async {
        let calls = MetricRegistry().counter(labelled)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { for index in 0..<500 { calls["/\(index)", "\(task)-\(index)"].add() } }
            }
        }
        let samples = calls.read().samples
        #expect(samples.count <= 4 + 64 + 1)
        #expect(samples.contains { $0.labels == ["other", "other"] })
        let sum = samples.reduce(0.0) { sum, sample in
            if case .number(let value) = sample.reading { sum + value } else { sum }
        }
        #expect(sum == 4000)
    }

    @Test func longLabelsAreCut() throws {
        let calls = MetricRegistry().counter(labelled)
        calls[String(repeating: "é", count: 500), "200"].add()
        calls[String(repeating: "é", count: 600), "200"].add()
        let sample = try #require(calls.read().samples.first)
        #expect(sample.labels[0].utf8.count <= 128 && sample.labels[0].hasSuffix("é…"))
        #expect(sample.reading == .number(2))
    }

    @Test func collectsWhatIsKnownElsewhere() throws {
        let registry = MetricRegistry()
        registry.collect {
            [MetricReading(level, 3, labels: ["b"]), MetricReading(level, 1, labels: ["a"])]
                + (0..<3).map { MetricReading(level, 10, labels: ["x\($0)"]) }
        }
        let samples = try #require(registry.read().first { $0.metric == level }?.samples)
        #expect(samples.map(\.labels) == [["a"], ["b"], ["other"]])
        #expect(samples.map(\.reading) == [.number(1), .number(3), .number(30)])
    }

    @Test func countsWhatIsInHandAlsoWhenItFails() async {
        struct Failure: Error {}
        let gauge = MetricRegistry().gauge(level)["a"]
        await #expect(throws: Failure.self) {
            try await gauge.counting {
                #expect(gauge.value == 1)
                throw Failure()
            }
        }
        #expect(gauge.value == 0)
    }
}
