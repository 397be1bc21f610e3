import FoundationEssentials
import Testing
import TuttiCore
import TuttiObservability
import TuttiTesting

struct TracingTests {
    private let clock = ManualClock()
    private let metrics = MetricRegistry()
    private let redactions = Redactions()
    private let requests = Collected<OTLPRequest>()

    private func tracing(_ environment: [String: String]) throws -> Tracing {
        try Tracing(
            environment: environment, version: "1.2", redactions: redactions, clock: clock, metrics: metrics,
            post: { [requests] request in
                requests.add(request)
                return OTLPAnswer(status: 200, body: Array("{}".utf8))
            })
    }

    @Test func goesNowhereUnlessToldSo() async throws {
        let tracing = try tracing([:])
        await tracing.run()
        await tracing.tracer.span(SpanDraft("work")) { span in
            #expect(TraceContext.current == span.context && !span.isRecorded)
        }
        #expect(tracing.endpoint == nil && requests.all.isEmpty)
    }

    @Test func bringsSpansOfNestedWorkToTheCollector() async throws {
        let tracing = try tracing([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_EXPORTER_OTLP_HEADERS": "x-key=planted-key",
        ])
        let parent = TraceContext.read(traceparent: ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
        async let running: Void = tracing.run()
        await tracing.tracer.span(SpanDraft("POST /api/v1/runs", kind: .server), parent: parent) { _ in
            await tracing.tracer.span(GenAISpan.workflow("roundtable", run: "run_1")) { run in
                run["note"] = "with planted-key"
            }
        }
        tracing.stop()
        await running
        let body = try #require(requests.all.first?.body)
        let value = try CanonicalJSON.decode(JSONValue.self, from: Data(body))
        guard case .array(let resources)? = value["resourceSpans"],
            case .array(let scopes)? = resources[0]["scopeSpans"],
            case .array(let spans)? = scopes[0]["spans"]
        else { return #expect(Bool(false), "no spans") }
        #expect(spans.map { $0["name"] } == ["invoke_workflow roundtable", "POST /api/v1/runs"])
        #expect(spans.allSatisfy { $0["traceId"] == "4bf92f3577b34da6a3ce929d0e0e4736" })
        #expect(spans[1]["parentSpanId"] == "00f067aa0ba902b7" && spans[0]["parentSpanId"] == spans[1]["spanId"])
        #expect(scopes[0]["scope"] == ["name": "tutti", "version": "1.2"])
        #expect(!String(decoding: body, as: UTF8.self).contains("planted"))
        #expect(metrics.exported == 2 && requests.all.count == 1)
    }

    @Test func refusesSettingsThatMakeNoSense() {
        #expect(throws: OTLPSettingsError.self) { try tracing(["OTEL_EXPORTER_OTLP_ENDPOINT": "nowhere"]) }
    }
}
