import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// A run whose code has changed between two executions is blocked, with both sides shown.
@Suite struct DivergenceTests {
    /// Runs `before`, which must record something and then wait for ever, and resumes with `after`.
    private func change<A, B>(
        _ kind: StoreKind = .memory, from before: @escaping @Sendable (Context) async throws -> A,
        to after: @escaping @Sendable (Context) async throws -> B
    ) async throws -> RunSummary where A: Codable & Sendable & Equatable, B: Codable & Sendable & Equatable {
        try await withStore(kind) { store in
            let entered = Signal()
            let first = Script { ctx in
                let value = try await before(ctx)
                entered.give()
                try await Signal().waitUnlessCancelled()
                return value
            }
            let id = try await withEngine(on: store.journal, [first]) { engine in
                let run = try await engine.start(first)
                await entered.wait()
                engine.park(run.id)
                _ = await run.outcome
                return run.id
            }
            let second = Script(after)
            return try await withEngine(on: store.journal, [second]) { engine in
                _ = await (try engine.resume(id, as: B.self)).outcome
                return try await Evidence(id, in: store.journal).record.summary
            }
        }
    }

    @Test("blocks when the kind of a key differs", arguments: StoreKind.allCases)
    func kind(kind: StoreKind) async throws {
        let summary = try await change(kind) { ctx in
            try await ctx.step("a") { 1 }
        } to: { ctx in
            // Not even a catch of everything leads another way.
            (try? await ctx.branch("a") { ctx in try await ctx.step("b") { 1 } }) ?? 2
        }
        #expect(summary.status == .blocked)
        #expect(summary.reason == "diverged")
        #expect(summary.error?.code == "diverged")
        #expect(summary.error?.origin == "a#1")
        #expect(summary.error?.data?["recorded"] == "a step without input")
        #expect(summary.error?.data?["asked"] == "a branch without input")
    }

    @Test func blocksWhenAnInputDiffers() async throws {
        let summary = try await change { ctx in
            try await ctx.step("a", ["x": 1]) { $0["x"] ?? 0 }
        } to: { ctx in
            try await ctx.step("a", ["x": 2]) { $0["x"] ?? 0 }
        }
        #expect(summary.reason == "diverged")
        #expect(summary.error?.data?["recorded"] != summary.error?.data?["asked"])
        #expect(summary.error?.data?["asked"]?.stringValue?.hasPrefix("a step with the input ") == true)
    }

    @Test func blocksWhenTheTypeOfAResultDiffers() async throws {
        let summary = try await change { ctx in
            try await ctx.step("a") { 1 }
        } to: { ctx in
            try await ctx.step("a") { "one" }
        }
        #expect(summary.reason == "diverged")
        #expect(summary.error?.origin == "a#1")
        #expect(summary.error?.data?["asked"]?.stringValue?.hasPrefix("String") == true)
    }

    @Test func goesOnWhenTheOrderOfMembersOfAnInputDiffers() async throws {
        struct AB: Codable, Sendable { var a = 1, b = 2 }
        struct BA: Codable, Sendable { var b = 2, a = 1 }
        let summary = try await change { ctx in
            try await ctx.step("a", AB()) { $0.a }
        } to: { ctx in
            try await ctx.step("a", BA()) { $0.a }
        }
        #expect(summary.status == .completed)
    }

    @Test func goesOnWhenStepsAreAddedOrLeftOut() async throws {
        let summary = try await change { ctx in
            try await ctx.step("a") { 1 } + ctx.step("b") { 1 }
        } to: { ctx in
            try await ctx.step("new") { 1 } + ctx.step("b") { 5 }
        }
        #expect(summary.status == .completed)
    }

    @Test func canBeCancelledOrResumedWhenBlocked() async throws {
        let store = MemoryJournalStore()
        let entered = Signal()
        let good = Script { ctx in
            let one = try await ctx.step("a") { 1 }
            if entered.isGiven { return one }
            entered.give()
            try await Signal().waitUnlessCancelled()
            return one
        }
        let bad = Script { ctx in try await ctx.now("a").milliseconds }
        let id = try await withEngine(on: store, [good]) { engine in
            let run = try await engine.start(good)
            await entered.wait()
            engine.park(run.id)
            _ = await run.outcome
            return run.id
        }
        try await withEngine(on: store, [bad]) { engine in
            let outcome = await (try engine.resume(id, as: Int64.self)).outcome
            #expect(outcome == .run(.blocked, cause: "diverged"))
        }
        try await withEngine(on: store, [good]) { engine in
            let output = try await engine.resume(id, as: Int.self).output
            #expect(output == 1)
        }
        try await withEngine(on: store, [good, bad]) { engine in
            let error = await #expect(throws: RunError.self) { try await engine.cancel(id) }
            #expect(error?.reason == .ended)
            let again = try await Evidence(id, in: store)
            #expect(again.record.summary.status == .completed)
        }
    }
}
