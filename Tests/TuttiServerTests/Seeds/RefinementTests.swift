import FoundationEssentials
import Testing
import TuttiCore
import TuttiHTTP
import TuttiStore

@testable import TuttiServer

@Suite("Sessions as the older system has them")
struct RefinementTests {
    private func start(_ desk: ServerDesk, rounds: Int64 = 2) async throws -> String {
        let answer = try await desk.post(
            "/api/refinement/start",
            [
                "title": "Photos", "content": .string(RoundtableInputSample.document), "max_iterations": .int(rounds),
                "document_type": "prd", "metadata": ["team": "x"],
            ])
        let session = try #require(answer.json["session_id"]?.stringValue)
        try await desk.event("run.completed", of: session)
        return session
    }

    @Test func tellWhatHasComeOfADocument() async throws {
        try await ServerDesk.with { desk in
            let session = try await start(desk)
            let status = try await desk.get("/api/refinement/status/\(session)").json
            #expect(status["status"] == "completed" && status["max_iterations"] == 2)
            let iterations = try #require(status["current_iteration"]?.intValue)
            let version = try await desk.get("/api/sessions/\(session)/prd/1").json
            #expect(version["content"]?.stringValue == RoundtableInputSample.document)
            #expect(try await desk.get("/api/sessions/\(session)/prd/99").status == 404)
            let reviews = try await desk.get("/api/sessions/\(session)/reviews/1").list("reviews")
            #expect(reviews.count == 3)
            let report = try await desk.get("/api/sessions/\(session)/report").json
            #expect(report["iterations"]?.intValue == iterations && report["title"] == "Photos")
            let trace = try await desk.get("/api/execution/trace/\(session)")
            #expect(trace.list("iterations").count == Int(iterations))
            let listed = try await desk.get("/api/sessions/").list("sessions")
            #expect(listed.compactMap { $0["session_id"]?.stringValue } == [session])
        }
    }

    @Test func keepTheirNameWhenTheyAreContinued() async throws {
        try await ServerDesk.with { desk in
            let session = try await start(desk, rounds: 1)
            let before = try await desk.get("/api/refinement/status/\(session)").json
            #expect(before["converged"] == false)
            let more = try await desk.post("/api/refinement/continue/\(session)?additional_iterations=2")
            #expect(more.status == 200 && more.json["session_id"]?.stringValue == session)
            let runs = try await desk.get("/api/sessions/\(session)/state").list("runs")
            let newest = try #require(runs.last?.stringValue)
            #expect(runs.count == 2 && newest != session)
            try await desk.event("run.completed", of: newest)
            let after = try await desk.get("/api/refinement/status/\(session)").json
            #expect(after["max_iterations"] == 3 && after["status"] == "completed")
            #expect(try await desk.get("/api/sessions/").list("sessions").count == 1)
            #expect(try await desk.ask(.delete, "/api/sessions/\(session)").status == 200)
            #expect(try await desk.get("/api/v1/runs").list("runs").isEmpty)
        }
    }

    @Test(
        "what does not fit is refused, and nothing is started",
        arguments: [
            ["title": "x"], ["title": "x", "content": " "], ["title": "x", "content": "y", "max_iterations": 11],
            ["title": "x", "content": "y", "model": "gpt-4-turbo"],
            ["title": "x", "content": "y", "model": "openai/gpt", "num_participants": 9],
        ] as [JSONValue])
    func refuses(body: JSONValue) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/api/refinement/start", body)
            #expect(answer.status == 422)
            #expect(try await desk.get("/api/v1/runs").list("runs").isEmpty)
        }
    }

    // MARK: Events

    private func event(_ n: Int64, _ type: String, _ data: JSONValue) -> RunEvent {
        RunEvent(
            run: RunID(trusted: "run_1"), n: n, type: type, key: nil, data: Data(data.bytes),
            time: Timestamp(milliseconds: n))
    }

    private var log: [RunEvent] {
        [
            event(1, "run.started", ["workflow": "roundtable"]),
            event(2, "critic.completed", ["round": 1, "critic": "a", "counts": ["critical": 1, "high": 1, "low": 2]]),
            event(3, "step.completed", ["attempt": 1]),
            event(4, "round.judged", ["round": 1, "reason": "2 are open"]),
            event(
                5, "moderator.completed",
                [
                    "round": 1, "edits": 3, "spending": ["inputTokens": 5, "outputTokens": 7],
                ]),
            event(6, "critic.completed", ["round": 2, "critic": "a", "counts": [:]]),
            event(7, "round.judged", ["round": 2, "outcome": "converged", "reason": "nothing is open"]),
            event(8, "run.completed", [:]),
        ]
    }

    private func told(_ log: [RunEvent]) -> [RefinementEvent] {
        var translator = RefinementTranslator(session: RunID(trusted: "run_1"), maxIterations: 3, critics: ["a"])
        return log.flatMap { translator.translate($0, report: ["final_version": 2]) }
    }

    @Test func areToldInEightWords() {
        let events = told(log)
        #expect(
            events.map(\.type) == [
                "session_created", "iteration_start", "critic_review_start", "critic_review_complete",
                "convergence_check", "moderator_start", "moderator_complete", "iteration_start", "critic_review_start",
                "critic_review_complete", "convergence_check", "refinement_complete",
            ])
        #expect(events.map(\.sequence) == Array(1...12))
        #expect(events[3].data == ["critic": "a", "issues_count": 4, "high_count": 2, "tokens": 0])
        #expect(events[6].data == ["new_version": 2, "tokens": 12])
        #expect(events[10].data == ["converged": true, "reason": "nothing is open", "iteration": 2])
        #expect(events[11].data["final_version"] == 2)
    }

    @Test("a run that ends without a result says so", arguments: ["run.failed", "run.cancelled", "run.blocked"])
    func tellsOfFailures(type: String) {
        let events = told(Array(log.prefix(4)) + [event(5, type, ["code": "quorum_missed", "message": "too few"])])
        #expect(events.last?.type == "refinement_failed")
        #expect(events.last?.data == ["code": "quorum_missed", "message": "too few"])
    }

    @Test func aContinuationBeginsWithItsOwnRound() {
        let forked = [
            event(1, "run.forked", [:]),
            event(2, "round.judged", ["round": 2, "reason": "a finding is open"]),
            event(3, "moderator.completed", ["round": 2, "edits": 1]),
            event(4, "critic.completed", ["round": 3, "critic": "a", "counts": [:]]),
        ]
        // The critics of round 2 were heard in the run before, and are told there.
        #expect(
            told(forked).map(\.type) == [
                "session_created", "iteration_start", "convergence_check", "moderator_start", "moderator_complete",
                "iteration_start", "critic_review_start", "critic_review_complete",
            ])
    }
}
