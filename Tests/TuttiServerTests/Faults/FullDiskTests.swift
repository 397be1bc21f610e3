import Testing
import TuttiCore
import TuttiHTTP
import TuttiStore
import TuttiTesting

@testable import TuttiServer

@Suite("A disk that fills while serving", .timeLimit(.minutes(1)))
struct FullDiskTests {
    private static let work: JSONValue = ["workflow": "listening", "input": 0]

    @Test func refusesWhatItCannotKeepGoesOnReadingAndRecovers() async throws {
        let plan = StoreFaultPlan.nthApply(2, times: 1_000_000, .before(StoreError(.diskFull, "no space")))
        let store = FaultyStore(MemoryJournalStore(), plan)
        try await ServerDesk.with(store: store, patience: .milliseconds(60)) { desk in
            let before = try await desk.post("/api/v1/runs", Self.work)
            #expect(before.status == 202)

            let key: HTTPHeaders = ["Idempotency-Key": "once"]
            let refused = try await desk.post("/api/v1/runs", Self.work, headers: key)
            #expect(refused.status == 503 && refused.code == "store_disk_full")
            #expect(refused.headers["Retry-After"] != nil)
            let ready = try await desk.get("/ready")
            #expect(ready.status == 503 && ready.json["status"] == "down")
            #expect(try await desk.get("/health").status == 200)
            #expect(try await desk.get("/api/v1/runs").list("runs").count == 1)
            let numbers = try await desk.get("/metrics").text
            #expect(numbers.contains(#"tutti_store_errors_total{store="journal",code="disk_full"}"#))
            #expect(numbers.contains("tutti_engine_degraded 1"))

            plan.disarm()
            // Nobody writes: that it is well again, the server finds out by itself.
            while try await desk.get("/ready").status != 200 { await Task.yield() }
            let again = try await desk.post("/api/v1/runs", Self.work, headers: key)
            #expect(again.status == 202)
            #expect(try await desk.get("/api/v1/runs").list("runs").count == 2)
            #expect(try await desk.get("/metrics").text.contains("tutti_engine_degraded 0"))
        }
    }
}
