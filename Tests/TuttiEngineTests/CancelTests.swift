import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct CancelTests {
    private var options: EngineOptions {
        var options = EngineOptions()
        options.poll = .milliseconds(2)
        return options
    }

    /// Waits in a step until it is cancelled, and then swallows it.
    private func endless(_ entered: Signal, _ seen: Signal) -> Script<Int> {
        Script { ctx in
            let value = try? await ctx.step("s") { () -> Int in
                entered.give()
                do { try await Signal().waitUnlessCancelled() } catch { seen.give() }
                return 1
            }
            _ = try? await ctx.step("next") { 2 }
            return value ?? 0
        }
    }

    @Test("reaches a running step and ends the run", arguments: StoreKind.allCases, [true, false])
    func running(kind: StoreKind, byTheOwner: Bool) async throws {
        try await withStore(kind) { store in
            let (entered, seen) = (Signal(), Signal())
            let script = endless(entered, seen)
            try await withEngine(on: store.journal, [script], options: options) { owner in
                try await withEngine(on: store.journal, [script], options: options) { other in
                    let run = try await owner.start(script)
                    await entered.wait()
                    try await (byTheOwner ? owner : other).cancel(run.id)
                    let outcome = await run.outcome
                    #expect(outcome == .run(.cancelled, cause: nil))
                    #expect(seen.isGiven)
                    let evidence = try await Evidence(run.id, in: store.journal)
                    #expect(evidence.steps.isEmpty, "a step that was cut off by a cancel has no result")
                    #expect(evidence.events.map(\.type) == ["run.started", "run.cancel_requested", "run.cancelled"])
                    try await other.cancel(run.id)  // what is cancelled may be cancelled again
                }
            }
        }
    }

    @Test("refuses a run that has ended or does not exist", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in try await ctx.step("s") { 1 } }
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.start(script)
                _ = try await run.output
                let ended = await #expect(throws: RunError.self) { try await engine.cancel(run.id) }
                #expect(ended?.reason == .ended)
                #expect(ended?.status == .completed)
                let missing = RunID(trusted: run.id.text.dropLast() + (run.id.text.last == "0" ? "1" : "0"))
                for call in [engine.cancel, { _ = try await engine.resume($0, as: Int.self) }] {
                    let error = await #expect(throws: RunError.self) { try await call(missing) }
                    #expect(error?.reason == .notFound)
                }
                let resumed = await #expect(throws: RunError.self) { try await engine.resume(run.id, as: Int.self) }
                #expect(resumed?.reason == .ended)
            }
        }
    }

    @Test(
        "ends an interrupted run, whether its owner gave it back or died", arguments: StoreKind.allCases, [true, false])
    func interrupted(kind: StoreKind, died: Bool) async throws {
        try await withStore(kind) { store in
            let (entered, seen) = (Signal(), Signal())
            let script = endless(entered, seen)
            let crashing = CrashingStore(store.journal, at: .max, .beforeCommit, kill: store.kill)
            let id = try await withEngine(on: crashing, [script], options: options) { engine in
                let run = try await engine.start(script)
                await entered.wait()
                if died { crashing.die() } else { engine.park(run.id) }
                if died { engine.shutDown() }
                _ = await run.outcome
                return run.id
            }
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let before = try await Evidence(id, in: store.journal).record.summary
                #expect(before.status == .waiting && before.reason == "interrupted")
                try await engine.cancel(id)
                let after = try await Evidence(id, in: store.journal).record.summary
                #expect(after.status == .cancelled)
            }
        }
    }

    @Test func endsARunOfAWorkflowThatIsNotKnownHere() async throws {
        let store = MemoryJournalStore()
        let (entered, seen) = (Signal(), Signal())
        let script = endless(entered, seen)
        let id = try await withEngine(on: store, [script], options: options) { engine in
            let run = try await engine.start(script)
            engine.park(run.id)
            _ = await run.outcome
            return run.id
        }
        try await withEngine(on: store, [], options: options) { engine in
            let error = await #expect(throws: RunError.self) { try await engine.resume(id, as: Int.self) }
            #expect(error?.reason == .unknownWorkflow)
            try await engine.cancel(id)
            let summary = try await Evidence(id, in: store).record.summary
            #expect(summary.status == .cancelled)
        }
    }

    @Test func leavesTheRunAloneWhenOnlyTheWaitIsCancelled() async throws {
        let (entered, proceed) = (Signal(), Signal())
        let script = Script { ctx in
            try await ctx.step("s") {
                entered.give()
                await proceed.wait()
                return 1
            }
        }
        try await withEngine(on: MemoryJournalStore(), [script], options: options) { engine in
            let run = try await engine.start(script)
            let waiting = Task { await run.outcome }
            await entered.wait()
            waiting.cancel()
            let ended = await waiting.value
            #expect(ended == .other("CancellationError()"))
            proceed.give()
            let output = try await run.output
            #expect(output == 1)
        }
    }
}
