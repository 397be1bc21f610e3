import Testing

@testable import TuttiObservability

struct ProcessReadingsTests {
    @Test func readsTheLineOfTheKernel() throws {
        let line = """
            42 (a b) c (d)) S 1 42 42 0 -1 4194560 9 0 0 0 1500 250 0 0 20 0 17 0 98765 1000000 321 \
            18446744073709551615
            """
        let status = try #require(ProcessStatus(line))
        #expect(status.ticks == 1750 && status.threads == 17)
        #expect(status.startTicks == 98_765 && status.residentPages == 321)
    }

    @Test(arguments: [
        "", "42 (a) S 1 2 3", "no parenthesis", "42 (a) S 1 42 42 0 -1 1 9 0 0 0 x y 0 0 20 0 17 0 9 1 3",
    ])
    func refuses(line: String) {
        #expect(ProcessStatus(line) == nil)
    }

    @Test func knowsWhenTheMachineStarted() {
        #expect(ProcessStatus.bootTime("cpu 1 2\nintr 3\nbtime 1700000000\nprocesses 4\n") == 1_700_000_000)
        #expect(ProcessStatus.bootTime("cpu 1 2\n") == nil)
    }

    @Test(arguments: [
        ("Name:\ta\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed:\tff,ffffffff\n", 40),
        ("Cpus_allowed:\t0\n", nil), ("Name:\ta\n", nil),
    ])
    func countsProcessors(text: String, expected: Int?) {
        #expect(ProcessStatus.processors(text) == expected)
    }

    @Test func tellsOfThisProcess() {
        let registry = MetricRegistry()
        registry.collect(ProcessReadings.read)
        let names = Set(registry.read().map(\.metric.name))
        let expected = [
            ProcessMetric.cpu, ProcessMetric.resident, ProcessMetric.threads, ProcessMetric.started,
            ProcessMetric.openFiles, ProcessMetric.maxFiles, ProcessMetric.processors,
        ]
        #expect(names.isSuperset(of: expected.map(\.name)))
        for samples in registry.read() where samples.metric.name.hasPrefix("process_") {
            guard case .number(let value)? = samples.samples.first?.reading else {
                Issue.record("\(samples.metric.name) is no number")
                continue
            }
            #expect(value.isFinite && value >= 0 && (samples.metric == ProcessMetric.cpu || value > 0))
        }
    }
}
