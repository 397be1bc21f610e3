import Testing
import TuttiCore
import TuttiHTTP
import TuttiStore

@testable import TuttiServer

@Suite("Requests that are sent again")
struct IdempotencyTests {
    @Test func areDoneOnceAndAnsweredTheSame() async throws {
        try await ServerDesk.with { desk in
            let body: JSONValue = ["workflow": "listening", "input": 1]
            let first = try await desk.post("/api/v1/runs", body, headers: ["Idempotency-Key": "k1"])
            let again = try await desk.post("/api/v1/runs", body, headers: ["Idempotency-Key": "k1"])
            #expect(first.status == 202 && again.status == 202)
            #expect(first.bytes == again.bytes && first.headers["Location"] == again.headers["Location"])
            #expect(again.headers["Idempotency-Replayed"] == "true" && first.headers["Idempotency-Replayed"] == nil)
            #expect(first.headers["X-Request-Id"] != again.headers["X-Request-Id"])
            #expect(try await desk.get("/api/v1/runs").list("runs").count == 1)
        }
    }

    @Test func areRefusedWithAnotherBody() async throws {
        try await ServerDesk.with { desk in
            let key: HTTPHeaders = ["Idempotency-Key": "k1"]
            _ = try await desk.post("/projects", ["name": "One"], headers: key)
            let other = try await desk.post("/projects", ["name": "Two"], headers: key)
            #expect(other.status == 422 && other.code == "idempotency_conflict")
            #expect(try await desk.get("/projects").list("projects").count == 1)
            // Another address is another request.
            #expect(try await desk.post("/api/v1/topics/x/events", ["type": "a"], headers: key).status == 201)
        }
    }

    @Test func getTheSameRefusalAgain() async throws {
        try await ServerDesk.with { desk in
            let key: HTTPHeaders = ["Idempotency-Key": "k1"]
            let first = try await desk.post("/projects", ["name": ""], headers: key)
            let again = try await desk.post("/projects", ["name": ""], headers: key)
            #expect(first.status == 422 && again.status == 422 && first.bytes == again.bytes)
        }
    }

    @Test func coverRefusalsOfTheEngine() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("listening", 0)
            _ = try await desk.post("/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"])
            try await desk.event("run.completed", of: run)
            let key: HTTPHeaders = ["Idempotency-Key": "again"]
            let first = try await desk.post("/api/v1/runs/\(run)/resume", [:], headers: key)
            let second = try await desk.post("/api/v1/runs/\(run)/resume", [:], headers: key)
            #expect(first.status == 409 && second.status == 409)
            #expect(second.headers["Idempotency-Replayed"] == "true" && second.bytes == first.bytes)
        }
    }

    /// A journal that outlives the answers that were kept is what a server leaves that dies between doing and keeping.
    @Test func startAndForkOnceAlsoWhenTheServerDiesInBetween() async throws {
        let journal = MemoryJournalStore()
        let key: HTTPHeaders = ["Idempotency-Key": "once"]
        let work: JSONValue = ["workflow": "listening", "input": 1]
        var found: [[JSONValue?]] = []
        for _ in 1...2 {
            let pair = try await ServerDesk.with(store: journal) { desk in
                let run = try await desk.post("/api/v1/runs", work, headers: key)
                let id = try #require(run.json["id"]?.stringValue)
                let fork = try await desk.post("/api/v1/runs/\(id)/fork", [:], headers: key)
                #expect(run.status == 202 && fork.status == 202)
                return [run.json["id"], fork.json["id"]]
            }
            found.append(pair)
        }
        #expect(found[0] == found[1] && found[0][0] != found[0][1])
        let id = try #require(found[0][0]?.stringValue)
        try await ServerDesk.with(store: journal) { desk in
            let other = try await desk.post("/api/v1/runs/\(id)/fork", ["input": 2], headers: key)
            #expect(other.status == 409 && other.code == "idempotency_conflict")
        }
    }

    @Test("a key is visible ASCII", arguments: ["", "a b", "ä", String(repeating: "k", count: 256)])
    func checksKeys(key: String) async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/projects", ["name": "x"], headers: ["Idempotency-Key": key])
            #expect(answer.status == 400 && answer.code == "bad_parameter")
        }
    }

    @Test func ofManyAtOnceOneIsDone() async throws {
        try await ServerDesk.with { desk in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        try await desk.post("/projects", ["name": "x"], headers: ["Idempotency-Key": "k"]).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(statuses).isSubset(of: [201, 409]) && statuses.contains(201))
            #expect(try await desk.get("/projects").list("projects").count == 1)
        }
    }
}
