import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiModels
import TuttiObservability
import TuttiTesting

@testable import TuttiServer

@Suite("What a server tells of itself")
struct TelemetryTests {
    @Test func oneTraceLeadsThroughRequestRunStepAndCall() async throws {
        let answer = #"{"findings": [], "assessment": "Fine."}"#
        let models = ListedModels([
            Model("test/one", provider: TestProvider { _ in .saying(answer) })
        ])
        try await ServerDesk.with(models: models) { desk in
            let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            let started = try await desk.post(
                "/api/v1/roundtables",
                ["document": .string(RoundtableInputSample.document), "model": "test/one", "max_iterations": 1],
                headers: ["traceparent": parent])
            #expect(started.status == 202)
            let run = try #require(started.json["id"]?.stringValue)
            try await desk.ended(run)
            let spans = desk.spans.all
            let trace = spans.filter { $0.context.trace.description == "0af7651916cd43dd8448eb211c80319c" }
            let request = try #require(trace.first { $0.name == "POST /api/v1/roundtables" })
            #expect(request.parent?.description == "b7ad6b7169203331")
            let work = try #require(trace.first { $0.name == "invoke_workflow roundtable" })
            #expect(work.parent == request.context.span)
            let calls = trace.filter { $0.name == "chat one" }
            #expect(!calls.isEmpty)
            for call in calls {
                let step = try #require(trace.first { $0.context.span == call.parent })
                #expect(step.name.hasPrefix("step ") && step.parent == work.context.span)
                #expect(call.attributes["gen_ai.provider.name"] == .string("test"))
            }
        }
    }

    @Test func countsRequestsRunsStepsAndCommits() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("listening", 0)
            _ = try await desk.post("/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"])
            try await desk.ended(run)
            _ = try await desk.get("/api/v1/runs/run_nobody0000000")
            let text = try await desk.get("/metrics").text
            for line in [
                #"http_server_requests_total{method="POST",route="/api/v1/runs",status="202"} 1"#,
                #"http_server_requests_total{method="GET",route="/api/v1/runs/{run}",status="404"} 1"#,
                #"tutti_runs_started_total{workflow="listening"} 1"#,
                #"tutti_runs_ended_total{workflow="listening",state="completed"} 1"#,
                #"tutti_steps_total{kind="step",outcome="completed"} 1"#,
            ] {
                #expect(text.contains(line), "\(line)")
            }
            #expect(!text.contains(run))
        }
    }

    @Test func writesALineARequestAndNothingOfItsBody() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/projects", ["name": "hunter2-hunter2"])
            let id = try #require(answer.headers["X-Request-Id"])
            let lines = desk.log.all.filter { $0.contains(id) }
            #expect(lines.count == 1 && lines[0].contains(#""http.status":201"#))
            #expect(!desk.log.all.contains { $0.contains("hunter2") })
        }
    }
}

extension ServerDesk {
    /// Waits until a run has its end, and the engine has told of it.
    func ended(_ run: String) async throws {
        let handle = engine.handle(of: RunID(trusted: run), as: JSONValue.self)
        for try await _ in handle.events {}
    }
}
