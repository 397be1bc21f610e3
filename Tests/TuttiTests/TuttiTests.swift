import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTeams

@testable import Tutti

/// The library as its users meet it.
@Suite struct TuttiTests {
    private func withHome<Output>(_ body: (String) async throws -> Output) async throws -> Output {
        let home = FileManager.default.temporaryDirectory.path + "/tutti-library-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        return try await body(home)
    }

    /// Opens a home for the time of `body`.
    private func opened<Output>(
        _ home: String, _ workflows: [any Workflow] = [], _ body: (Tutti) async throws -> Output
    ) async throws -> Output {
        let tutti = try await Tutti.open(home: home, workflows: workflows)
        do {
            let output = try await body(tutti)
            await tutti.close()
            return output
        } catch {
            await tutti.close()
            throw error
        }
    }

    private let good = "# Tea notes\n\nWe sell tea in the shop.\n"

    @Test func reviewsADocumentInOneCall() async throws {
        try await withHome { home in
            let result = try await opened(home) { try await $0.roundtable(good) }
            #expect(result.outcome == .converged)
            #expect(result.rounds.count == 1)
            #expect(result.document == good)
        }
    }

    @Test func takesAKindATeamAndSettings() async throws {
        struct Strict: Critic {
            let id = "strict"
            func review(_ request: ReviewRequest) async -> Review {
                let finding = Finding(
                    critic: id, code: "kind", severity: .low, subject: request.kind.rawValue, message: "It is one.")
                return Review(critic: id, findings: [finding])
            }
        }
        try await withHome { home in
            let result = try await opened(home) { tutti in
                try await tutti.roundtable(good, kind: .runbook, with: Roundtable(critics: [Strict()])) { input in
                    input.bar = .low
                    input.maxIterations = 1
                }
            }
            #expect(result.outcome == .exhausted)
            #expect(result.open.map(\.finding.identity) == ["strict/kind/runbook"])
        }
    }

    @Test func refusesAnEmptyDocument() async throws {
        try await withHome { home in
            let error = await #expect(throws: RunError.self) { try await opened(home) { try await $0.roundtable("") } }
            #expect(error?.cause?.code == "bad_input")
        }
    }

    @Test func makesItsHome() async throws {
        try await withHome { home in
            let tutti = try await Tutti.open(home: home + "/deep/er")
            #expect(tutti.home == home + "/deep/er")
            #expect(FileManager.default.fileExists(atPath: home + "/deep/er"))
            #expect(tutti.notices == [])
            await tutti.close()
        }
    }

    @Test func namesAHomeThatCannotBe() async throws {
        let error = await #expect(throws: StoreError.self) { try await Tutti.open(home: "/dev/null/tutti") }
        #expect(error?.code == .notWritable)
    }

    @Test func opensAgainWhereItWasClosed() async throws {
        try await withHome { home in
            let run = try await opened(home, [Adding()]) { tutti in
                let run = try await tutti.start(Adding(), 1)
                #expect(try await run.output == 2)
                return run.id
            }
            try await opened(home) { tutti in
                let again = try await tutti.engine.store.run(run, tenant: "default")
                #expect(again?.summary.status == .completed)
            }
        }
    }

    @Test func canBeClosedTwiceAndStartsNothingAfterwards() async throws {
        try await withHome { home in
            let tutti = try await Tutti.open(home: home)
            await tutti.close()
            await tutti.close()
            let error = await #expect(throws: RunError.self) { try await tutti.start(Adding(), 1) }
            #expect(error?.reason == .closed)
        }
    }

    @Test func opensTwiceInOneProcess() async throws {
        try await withHome { home in
            let first = try await Tutti.open(home: home, workflows: [Waiting()])
            let run = try await first.start(Waiting(), 1)
            try await opened(home, [Waiting()]) { second in
                let outcome = try await second.roundtable(good).outcome
                #expect(outcome == .converged)
                await #expect(throws: RunError.self, "the first one works on it") {
                    _ = try await second.engine.resume(run.id, as: Int.self)
                }
            }
            #expect(try await first.roundtable(good).outcome == .converged, "closing one leaves the other alone")
            await first.close()
            try await opened(home, [Waiting(isPatient: false)]) { third in
                let output = try await third.engine.resume(run.id, as: Int.self).output
                #expect(output == 2)
            }
        }
    }

    @Test func parksWhatIsAtWorkWhenItIsClosed() async throws {
        try await withHome { home in
            let tutti = try await Tutti.open(home: home, workflows: [Waiting()])
            let run = try await tutti.start(Waiting(), 1)
            await tutti.close()
            let error = await #expect(throws: (any Error).self) { try await run.output }
            #expect(error != nil)
            try await opened(home) { tutti in
                let summary = try await tutti.engine.store.run(run.id, tenant: "default")?.summary
                #expect(summary?.status == .waiting)
                #expect(summary?.reason == "interrupted")
            }
        }
    }
}

private struct Adding: Workflow {
    func run(_ input: Int, _ ctx: Context) async throws -> Int { try await ctx.step("add", input) { $0 + 1 } }
}

private struct Waiting: Workflow {
    static var name: String { "waiting" }
    var isPatient = true

    func run(_ input: Int, _ ctx: Context) async throws -> Int {
        let isPatient = self.isPatient
        return try await ctx.step("wait", input) { input in
            if isPatient {
                let never = AsyncStream<Never> { _ in }
                for await _ in never {}
                try Task.checkCancellation()
            }
            return input + 1
        }
    }
}
