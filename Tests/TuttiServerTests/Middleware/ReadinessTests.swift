import Testing
import TuttiCore
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

@Suite("Readiness")
struct ReadinessTests {
    private func report(_ answers: [(Readiness.Status, String)]) async -> Readiness.Report {
        let probes = answers.enumerated().map { index, answer in
            Readiness.Probe(name: "\(index)", type: "disk") { answer }
        }
        return await Readiness(probes, clock: ManualClock()).report()
    }

    @Test func isAsGoodAsTheWorstPartThatIsKnown() async {
        #expect(await report([(.ok, ""), (.degraded, "")]).status == .degraded)
        #expect(await report([(.degraded, ""), (.down, ""), (.ok, "")]).status == .down)
        #expect(await report([(.unknown, ""), (.ok, "")]).status == .ok)
        #expect(await report([]).status == .ok)
    }

    /// Without accounts nobody is let in, so a server that cannot read them is down.
    @Test func namesTheAccounts() async throws {
        try await ServerDesk.withOwner { desk, _ in
            let checks = try await desk.get("/ready").list("checks")
            #expect(checks.first { $0["name"] == "accounts" }?["status"] == "ok", "\(checks)")
        }
    }

    @Test func asksAllPartsAtOnceAndGivesUpOnWhatDoesNotAnswer() async {
        let clock = ManualClock()
        let silent: @Sendable () async -> Readiness.Answer = {
            try? await clock.sleep(for: .seconds(3600))
            return (.ok, "")
        }
        let readiness = Readiness(
            [
                Readiness.Probe(name: "journal", type: "sqlite", ask: silent),
                Readiness.Probe(name: "models", type: "http", late: .degraded, ask: silent),
            ], clock: clock)
        async let report = readiness.report()
        await clock.untilSleeping(4)  // the silent ones, and their limits
        clock.advance(by: .seconds(2))
        let found = await report
        #expect(found.checks.map(\.status) == [.down, .degraded] && found.status == .down)
    }

    @Test func tellsThatAllIsWell() async throws {
        try await ServerDesk.with { desk in
            let ready = try await desk.get("/ready")
            #expect(ready.status == 200)
            #expect(try await desk.get("/api/health/ping").status == 204)
            #expect(try await desk.get("/api/health/service_health").json["status"] == "ok")
            #expect(try await desk.get("/health").json["version"] == "1.2.3")
        }
    }
}
