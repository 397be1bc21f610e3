import Testing
import TuttiCore
import TuttiEngine

@testable import TuttiServer

@Suite("Approvals over the API")
struct ApprovalsTests {
    private func asking(_ desk: ServerDesk) async throws -> (run: String, hash: String) {
        let run = try await desk.start("publishing", ["title": "Tea"])
        try await desk.event("approval.requested", of: run)
        let asked = try await desk.get("/api/v1/approvals").list("approvals")
        return (run, try #require(asked.first?["hash"]?.stringValue))
    }

    @Test func ofTwoAnswersAtOnceOneWinsAndTheOtherConflicts() async throws {
        try await ServerDesk.with { desk in
            let (run, hash) = try await asking(desk)
            let target = "/api/v1/runs/\(run)/approvals/publish"
            async let first = desk.post(target, ["verdict": "approve", "hash": .string(hash)])
            async let second = desk.post(target, ["verdict": "reject", "hash": .string(hash), "reason": "too early"])
            let answers = try await [first, second]
            #expect(answers.map(\.status).sorted() == [200, 409])
            let refused = try #require(answers.first { $0.status == 409 })
            #expect(refused.code == "approval_answered")
        }
    }

    @Test func ofManyEqualAnswersAtOnceOneWins() async throws {
        try await ServerDesk.with { desk in
            let (run, hash) = try await asking(desk)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        try await desk.post(
                            "/api/v1/runs/\(run)/approvals/publish", ["verdict": "approve", "hash": .string(hash)]
                        ).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
        }
    }

    @Test func refusesAnAnswerToWhatWasNotShown() async throws {
        try await ServerDesk.with { desk in
            let (run, hash) = try await asking(desk)
            let target = "/api/v1/runs/\(run)/approvals/publish"
            let wrong = try await desk.post(target, ["verdict": "approve", "hash": "0000"])
            #expect(wrong.status == 409 && wrong.code == "approval_changed")
            #expect(try await desk.post(target, ["verdict": "maybe", "hash": .string(hash)]).status == 422)
            let edited = try await desk.post(
                target, ["verdict": "approve", "hash": .string(hash), "edited": ["title": "Green tea"]])
            #expect(edited.status == 200)
            try await desk.event("run.completed", of: run)
            #expect(try await desk.get("/api/v1/runs/\(run)").json["output"] == ["title": "Green tea"])
            let steps = try await desk.get("/api/v1/runs/\(run)/steps").list("steps")
            let answer = steps.first { $0["kind"] == "approval" }?["answer"]
            #expect(answer?["by"] == "ada" && answer?["edited"] == true)
        }
    }

    @Test func showsWhatWasSentBackBesideWhatIsAskedNow() async throws {
        try await ServerDesk.with([Revising()]) { desk in
            let run = try await desk.start("revising", ["text": "one"])
            try await desk.event("approval.requested", of: run)
            let first = try #require(try await desk.get("/api/v1/runs/\(run)").list("approvals").first)
            #expect(first["shown"] == ["text": "one"] && first["previous"] == .null)
            let answer = try await desk.post("/api/v1/runs/\(run)/reject", ["reason": "too short"])
            #expect(answer.status == 200)
            try await desk.event("approval.requested", times: 2, of: run)
            let second = try #require(try await desk.get("/api/v1/runs/\(run)").list("approvals").first)
            #expect(second["shown"] == ["text": "too short"] && second["previous"] == ["text": "one"])
        }
    }

    @Test func listsWhatHasWaitedLongestFirst() async throws {
        try await ServerDesk.with { desk in
            let first = try await asking(desk).run
            let second = try await desk.start("publishing", ["title": "Coffee"])
            try await desk.event("approval.requested", of: second)
            let asked = try await desk.get("/api/v1/approvals").list("approvals")
            #expect(asked.compactMap { $0["run"]?.stringValue } == [first, second])
            #expect(asked.compactMap { $0["title"]?.stringValue } == ["Tea", "Coffee"])
        }
    }
}

/// Shows a text until somebody agrees to it; each refusal is the next text.
private struct Revising: Workflow {
    static let name = "revising"

    func run(_ input: JSONValue, _ ctx: Context) async throws -> JSONValue {
        var text = input
        while true {
            let decision = try await ctx.decision("publish", showing: text)
            guard case .rejected(let answer) = decision else { return text }
            text = ["text": .string(answer.reason ?? "")]
        }
    }
}
