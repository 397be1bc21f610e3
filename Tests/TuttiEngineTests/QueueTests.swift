import Testing
import TuttiCore
import TuttiStore
import TuttiTesting

@testable import TuttiEngine

@Suite struct QueueTests {
    private func options(slots: Int = 64, queues: [String] = ["q"]) -> EngineOptions {
        var options = EngineOptions()
        options.poll = .milliseconds(2)
        options.queues = queues
        options.slots = slots
        return options
    }

    @Test("takes over the runs of a dead process at once, and repeats no recorded step", arguments: StoreKind.allCases)
    func takeover(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (executed, entered, free) = (Counter(), Signal(), Signal())
            let script = Script { ctx in
                let one = try await ctx.step("one") {
                    executed.add("one")
                    return 1
                }
                return try await ctx.step("two") {
                    executed.add("two")
                    entered.give()
                    await free.wait()
                    return one + 1
                }
            }
            let crashing = CrashingStore(store.journal, at: .max, .beforeCommit, kill: store.kill)
            let id = try await withEngine(on: crashing, [script], options: options()) { engine in
                let run = try await engine.start(script, 0, queue: "q")
                await entered.wait()
                crashing.die()
                free.give()
                return run.id
            }
            try await withEngine(on: store.journal, [script], options: options()) { engine in
                let output = try await RunHandle<Int>(id: id, engine: engine).output
                #expect(output == 2)
            }
            #expect(executed.all == ["one": 1, "two": 2])
            let summary = try await Evidence(id, in: store.journal).record.summary
            #expect(summary.fence == 2)
        }
    }

    @Test("blocks a run that takes five processes with it", arguments: StoreKind.allCases)
    func recoveryExhausted(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            var id: RunID?
            let deadly = Counter()
            for death in 0...5 {
                let (entered, free) = (Signal(), Signal())
                let script = Script { ctx in
                    try await ctx.step("deadly") {
                        deadly.add("ran")
                        entered.give()
                        await free.wait()
                        return 1
                    }
                }
                let crashing = CrashingStore(store.journal, at: .max, .beforeCommit, kill: store.kill)
                let earlier = id
                id = try await withEngine(on: crashing, [script], options: options()) { engine in
                    let known = death == 0 ? try await engine.start(script, 0, queue: "q").id : earlier
                    await entered.wait()
                    crashing.die()
                    free.give()
                    return known
                }
            }
            let script = Script { ctx in try await ctx.step("deadly") { 1 } }
            let run = try #require(id)
            try await withEngine(on: store.journal, [script], options: options()) { engine in
                let outcome = await RunHandle<Int>(id: run, engine: engine).outcome
                #expect(outcome == .run(.blocked, cause: "recovery_exhausted"))
                let again = try await engine.resume(run, as: Int.self).output
                #expect(again == 1)
            }
            #expect(deadly["ran"] == 6)
        }
    }

    @Test("does not count recoveries of a run that makes progress", arguments: StoreKind.allCases)
    func progressResets(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            var id: RunID?
            for death in 0..<8 {
                let script = Script { ctx in
                    for n in 0..<20 { _ = try await ctx.step("s") { n } }
                    return 20
                }
                // Start or claim, wake, then two rows: the second one's answer is never heard.
                let crashing = CrashingStore(
                    store.journal, at: death == 0 ? 3 : 4, .afterCommit, kill: store.kill)
                let earlier = id
                id = try await withEngine(on: crashing, [script], options: options()) { engine in
                    let known = death == 0 ? try await engine.start(script, 0, queue: "q").id : earlier
                    while !crashing.isDead { await Task.yield() }
                    return known
                }
            }
            let script = Script { ctx in
                for n in 0..<20 { _ = try await ctx.step("s") { n } }
                return 20
            }
            let run = try #require(id)
            try await withEngine(on: store.journal, [script], options: options()) { engine in
                let output = try await RunHandle<Int>(id: run, engine: engine).output
                #expect(output == 20)
            }
        }
    }

    @Test("works on no more runs of its queues than it has slots for", arguments: StoreKind.allCases)
    func slots(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let level = Level()
            let script = Script { ctx in
                try await ctx.step("s") {
                    level.enter()
                    for _ in 0..<20 { await Task.yield() }
                    level.leave()
                    return 1
                }
            }
            try await withEngine(on: store.journal, [script], options: options(slots: 3)) { engine in
                var runs: [RunHandle<Int>] = []
                for _ in 0..<20 { runs.append(try await engine.start(script, 0, queue: "q")) }
                for run in runs {
                    let output = try await run.output
                    #expect(output == 1)
                }
            }
            #expect(level.highest <= 3)
        }
    }

    @Test func leavesOtherQueuesAndWorkflowsAlone() async throws {
        let store = MemoryJournalStore()
        let script = Script { ctx in try await ctx.step("s") { 1 } }
        struct Unknown: Workflow {
            func run(_ input: Int, _ ctx: Context) async throws -> Int { input }
        }
        let entered = Signal()
        let parked = Script { ctx in
            try await ctx.step("s") { () -> Int in
                entered.give()
                try await Signal().waitUnlessCancelled()
                return 1
            }
        }
        // Engines that give their runs back to their queues.
        let ids = try await withEngine(on: store, [parked], options: options(queues: [])) { engine in
            let other = try await engine.start(parked, 0, queue: "other")
            await entered.wait()
            return [other.id]
        }
        try await withEngine(on: store, [script], options: options()) { engine in
            let mine = try await engine.start(script, 0, queue: "q")
            _ = try await mine.output
            for id in ids {
                let summary = try await Evidence(id, in: store).record.summary
                #expect(summary.status == .queued)
            }
        }
        try await withEngine(on: store, [Unknown()], options: options(queues: ["other"])) { engine in
            _ = try await engine.start(Unknown(), 1).output
            let summary = try await Evidence(ids[0], in: store).record.summary
            #expect(summary.status == .queued)
        }
        try await withEngine(on: store, [script], options: options(queues: ["other"])) { engine in
            let output = try await RunHandle<Int>(id: ids[0], engine: engine).output
            #expect(output == 1)
        }
    }

    @Test("sees no run of another tenant", arguments: StoreKind.allCases)
    func tenants(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            var theirs = options()
            theirs.tenant = "theirs"
            let script = Script { ctx in try await ctx.step("s") { 1 } }
            let id = try await withEngine(on: store.journal, [script], options: theirs) { engine in
                let run = try await engine.start(script)
                _ = try await run.output
                return run.id
            }
            try await withEngine(on: store.journal, [script], options: options()) { engine in
                let calls: [(RunID) async throws -> Void] = [
                    { try await engine.cancel($0) }, { _ = try await engine.resume($0, as: Int.self) },
                ]
                for call in calls {
                    let error = await #expect(throws: RunError.self) { try await call(id) }
                    #expect(error?.reason == .notFound)
                }
                let outcome = await RunHandle<Int>(id: id, engine: engine).outcome
                #expect(outcome == .run(.notFound, cause: nil))
                let handle = try await engine.start(script)
                _ = try await handle.output
            }
        }
    }
}
