import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Retry, fork, accepted divergence, and steps that must not happen twice.
@Suite struct AgainTests {
    @Test("a retry repeats what failed and nothing else", arguments: StoreKind.allCases)
    func retry(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let log = ExecutionLog()
            let script = Script { ctx in
                let first = try await log.step(0, ctx, "first", 1) { $0 }
                let handled = try await ctx.allSettled("tries", [1, 2], key: { "\($0)" }) { item, ctx in
                    try await log.step(0, ctx, "try", item) { item in
                        if item == 2 { throw Trouble(isRetryable: false) }
                        return item
                    }
                }
                return try await ctx.branch("scope") { ctx in
                    try await ctx.step("flaky", StepOptions(retry: .never)) {
                        let token = StepContext.current?.idempotencyToken ?? ""
                        if log.note("flaky " + token) == 1 && log.total("flaky") == 1 { throw Trouble() }
                        return first + handled.count
                    }
                }
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                let again = try await engine.retry(run.id, as: Int.self)
                #expect(await again.outcome == .output(3))
                #expect(log.count(of: "first#1") == 1 && log.count(of: "tries#1/2/try#1") == 1)
                #expect(log.total("flaky") == 2)
                #expect(try await engine.summary(of: run.id)?.generation == 1)
                let third = await #expect(throws: RunError.self) { _ = try await engine.retry(run.id, as: Int.self) }
                #expect(third?.reason == .notFailed && third?.status == .completed)
            }
        }
    }

    @Test("of two retries at once one wins", arguments: StoreKind.allCases)
    func twoRetries(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let isMended = Mutex(false)
            let script = Script { ctx in
                try await ctx.step("work", StepOptions(retry: .never)) {
                    guard isMended.withLock({ $0 }) else { throw Trouble(isRetryable: false) }
                    return 1
                }
            }
            try await withEngine(on: store.journal, [script]) { one in
                let run = try await one.start(script)
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                isMended.withLock { $0 = true }
                try await withEngine(on: store.journal, [script]) { two in
                    async let first = Self.wins(one, run.id)
                    async let second = Self.wins(two, run.id)
                    let wins = await [first, second]
                    #expect(wins.count(where: \.self) == 1)
                }
                #expect(await run.outcome == .output(1))
                #expect(try await one.summary(of: run.id)?.generation == 1)
            }
        }
    }

    private static func wins(_ engine: Engine, _ run: RunID) async -> Bool {
        (try? await engine.retry(run, as: Int.self).output) != nil
    }

    @Test("a rejected approval is asked again by a retry", arguments: StoreKind.allCases)
    func rejected(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.approval("publish", showing: 1) }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                let first = try await engine.untilAsked("publish", of: run.id)
                try await engine.reject(run.id, "publish", hash: first.hash, by: "ann")
                #expect(await run.outcome == .run(.failed, cause: "rejected"))
                let again = try await engine.retry(run.id, as: Int.self)
                let second = try await engine.untilAsked("publish", of: run.id)
                #expect(second.id != first.id)
                try await engine.approve(run.id, "publish", hash: second.hash, by: "ann")
                #expect(await again.outcome == .output(1))
            }
        }
    }

    // MARK: Fork

    @Test("a fork at every step ends with the same result and repeats only what follows", arguments: StoreKind.allCases)
    func forks(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let log = ExecutionLog()
            let journey = Journey(log: log)
            try await withEngine(on: store.journal, [journey]) { engine in
                let run = try await engine.start(journey, 1)
                let output = try await run.output
                for row in try await store.journal.steps(of: run.id) {
                    let plan = try await engine.forkPlan(of: run.id, at: row.key)
                    let before = log.total("")
                    let fork = try await engine.fork(run.id, at: row.key, as: String.self)
                    #expect(await fork.outcome == .output(output), "forked at \(row.key)")
                    let repeated = log.total("") - before
                    let retries = plan.repeated.count { $0.key == "flaky#1" }
                    #expect(repeated == plan.repeated.count + retries, "forked at \(row.key)")
                    #expect(try await engine.summary(of: fork.id)?.forkedFrom == run.id)
                }
                let whole = log.total("")
                let copy = try await engine.fork(run.id, as: String.self)
                #expect(await copy.outcome == .output(output))
                #expect(log.total("") == whole)
            }
        }
    }

    @Test("a fork goes on with an edited result", arguments: StoreKind.allCases)
    func edited(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                let a = try await ctx.step("a") { 1 }
                let b = try await ctx.step("b") { a + 1 }
                return try await ctx.step("c", b) { $0 * 10 }
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .output(20))
                let fork = try await engine.fork(run.id, at: "b#1", edited: 7, as: Int.self)
                #expect(await fork.outcome == .output(70))
                let unknown = await #expect(throws: RunError.self) {
                    _ = try await engine.fork(run.id, at: "x#1", as: Int.self)
                }
                #expect(unknown?.reason == .keyUnknown)
                #expect(await run.outcome == .output(20))
            }
        }
    }

    // MARK: Divergence

    @Test("goes on with the recorded result when a person accepts it, over restarts", arguments: StoreKind.allCases)
    func accepted(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let version = Mutex(1)
            let script = Script { ctx in
                let value = try await ctx.step("a", version.withLock { $0 }) { $0 * 100 }
                try await ctx.signal("go")
                return value
            }
            let id = try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                try await engine.untilOpen("go#1", of: run.id)
                return run.id
            }
            version.withLock { $0 = 2 }
            try await withEngine(on: store.journal, [script]) { engine in
                let blocked = try await engine.resumeOrFollow(id, as: Int.self)
                #expect(await blocked.outcome == .run(.blocked, cause: "diverged"))
                try await Self.accept(id, engine)
                try await engine.signal(id, "go")
                #expect(await blocked.outcome == .output(100))
            }
        }
    }

    /// The engine itself may not have let go of the run yet.
    private static func accept(_ id: RunID, _ engine: Engine) async throws {
        while true {
            do {
                _ = try await engine.resume(id, acceptsRecorded: true, as: Int.self)
                return
            } catch let error as RunError where error.reason == .owned {
                await Task.yield()
            }
        }
    }

    // MARK: At most once

    @Test("a step that must not happen twice is not begun twice", arguments: StoreKind.allCases, ["done", "again"])
    func atMostOnce(kind: StoreKind, resolution: String) async throws {
        try await withStore(kind) { store in
            let log = ExecutionLog()
            let begun = Signal()
            let script = Script { ctx in
                try await ctx.step("mail", .atMostOnce) {
                    if log.note("mail") == 1 {
                        begun.give()
                        try await Signal().waitUnlessCancelled()
                    }
                    return "sent"
                }
            }
            let crashing = CrashingStore(store.journal, at: .max, .beforeCommit, kill: store.kill)
            let id = try await withEngine(on: crashing, [script]) { engine in
                let run = try await engine.start(script)
                await begun.wait()
                crashing.die()
                return run.id
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.resume(id, as: String.self)
                #expect(await run.outcome == .run(.failed, cause: "outcome_unknown"))
                #expect(log.total("mail") == 1)
                let open = await #expect(throws: RunError.self) { _ = try await engine.retry(id, as: String.self) }
                #expect(open?.reason == .unresolved)
                let answer: Resolution = resolution == "done" ? .done("seen") : .again
                let resolved = try await engine.retry(id, resolving: answer, as: String.self)
                #expect(await resolved.outcome == .output(resolution == "done" ? "seen" : "sent"))
                #expect(log.total("mail") == (resolution == "done" ? 1 : 2))
            }
        }
    }

    @Test func aWorkflowMayFindOutItselfWhatBecameOfAStep() async throws {
        let store = MemoryJournalStore()
        let begun = Signal()
        let script = Script { ctx in
            do {
                return try await ctx.step("mail", .atMostOnce) {
                    begun.give()
                    try await Signal().waitUnlessCancelled()
                    return "sent"
                }
            } catch let error as StepError where error.code == "outcome_unknown" {
                return try await ctx.step("ask") { "found out" }
            }
        }
        let crashing = CrashingStore(store, at: .max, .beforeCommit) { store.kill($0) }
        let id = try await withEngine(on: crashing, [script]) { engine in
            let run = try await engine.start(script)
            await begun.wait()
            crashing.die()
            return run.id
        }
        try await withEngine(on: store, [script]) { engine in
            let run = try await engine.resume(id, as: String.self)
            #expect(await run.outcome == .output("found out"))
        }
    }

    @Test func anErrorOfAStepThatMustNotHappenTwiceIsFinal() async throws {
        let log = ExecutionLog()
        let script = Script { ctx in
            try await ctx.step("mail", .atMostOnce) { () throws -> Int in
                _ = log.note("mail")
                throw Trouble()
            }
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script)
            #expect(await run.outcome == .run(.failed, cause: "trouble"))
            #expect(log.total("mail") == 1)
        }
    }
}
