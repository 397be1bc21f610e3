import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct ShutDownTests {
    private var options: EngineOptions {
        var options = EngineOptions()
        options.poll = .milliseconds(2)
        return options
    }

    private func endless(_ entered: Signal) -> Script<Int> {
        Script { ctx in
            try await ctx.step("s") { () -> Int in
                entered.give()
                try await Signal().waitUnlessCancelled()
                return 1
            }
        }
    }

    @Test("gives every run back", arguments: StoreKind.allCases, ["shutDown", "cancelled", "thrown"])
    func givesBack(kind: StoreKind, way: String) async throws {
        try await withStore(kind) { store in
            let entered = Signal()
            let script = endless(entered)
            let engine = try await Engine.open(store: store.journal, workflows: [script], options: options)
            let running = Task { await engine.run() }
            let foreground = try await engine.start(script)
            let queued = try await engine.start(script, 0, queue: "q")
            async let outcome = foreground.outcome
            await entered.wait()
            if way == "shutDown" { engine.shutDown() } else { running.cancel() }
            await running.value
            let ended = await outcome
            #expect(ended == .run(.interrupted, cause: nil))
            let one = try await Evidence(foreground.id, in: store.journal).record.summary
            #expect(one.status == .waiting && one.reason == "interrupted" && one.executor == nil)
            let two = try await Evidence(queued.id, in: store.journal).record.summary
            #expect(two.status == .queued && two.executor == nil)
            let executors = try await store.journal.executors()
            #expect(executors.isEmpty)
            let late = await #expect(throws: RunError.self) { try await engine.start(script) }
            #expect(late?.reason == .closed)
        }
    }

    @Test("loses no run that is started while it shuts down", arguments: 0..<30)
    func racingStarts(seed: Int) async throws {
        let store = MemoryJournalStore()
        let script = Script { ctx in try await ctx.step("s") { 1 } }
        let engine = try await Engine.open(store: store, workflows: [script], options: options)
        let running = Task { await engine.run() }
        let outcomes = await withTaskGroup(of: Outcome<Int>?.self) { group in
            for n in 0..<8 {
                group.addTask {
                    for _ in 0..<((seed + n) % 7) { await Task.yield() }
                    guard let run = try? await engine.start(script) else { return nil }
                    return await run.outcome
                }
            }
            group.addTask {
                for _ in 0..<(seed % 11) { await Task.yield() }
                engine.shutDown()
                return nil
            }
            var outcomes: [Outcome<Int>] = []
            for await outcome in group { if let outcome { outcomes.append(outcome) } }
            return outcomes
        }
        await running.value
        let expected: [Outcome<Int>] = [.output(1), .run(.interrupted, cause: nil), .store(.closed)]
        #expect(outcomes.allSatisfy { expected.contains($0) })
        let left = try await store.runs(RunFilter(statuses: [.running, .queued]), tenant: "default")
        #expect(left.isEmpty)
        #expect(try await store.executors().isEmpty)
    }

    @Test func waitsForAStepThatIgnoresItsCancellationAndKeepsNothingOfIt() async throws {
        let store = MemoryJournalStore()
        let (entered, proceed) = (Signal(), Signal())
        let script = Script { ctx in
            try await ctx.step("s") {
                entered.give()
                await proceed.wait()
                return 1
            }
        }
        let engine = try await Engine.open(store: store, workflows: [script], options: options)
        let running = Task { await engine.run() }
        let run = try await engine.start(script)
        await entered.wait()
        engine.shutDown()
        proceed.give()
        await running.value
        let evidence = try await Evidence(run.id, in: store)
        #expect(evidence.steps.isEmpty)
        #expect(evidence.record.summary.reason == "interrupted")
    }

    @Test func endsAllStreamsOfProgress() async throws {
        let script = Script { ctx in try await ctx.step("s") { 1 } }
        let engine = try await Engine.open(store: MemoryJournalStore(), workflows: [script], options: options)
        let running = Task { await engine.run() }
        let progress = engine.progress()
        _ = try await engine.start(script).output
        engine.shutDown()
        await running.value
        var seen: [String] = []
        for await step in progress {
            if case .stepStarted(_, let key, let attempt) = step { seen.append("\(key)@\(attempt)") }
        }
        #expect(seen == ["s#1@1"])
        for await _ in engine.progress() { Issue.record("progress after the end") }
    }

    @Test("parks and resumes without running a step twice", arguments: StoreKind.allCases)
    func park(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (executed, entered) = (Counter(), Signal())
            let script = Script { ctx in
                let at = try await ctx.now()
                let one = try await ctx.step("one") {
                    executed.add("one")
                    return 1
                }
                let two = try await ctx.step("two") { () -> Int in
                    executed.add("two")
                    if !entered.isGiven {
                        entered.give()
                        try await Signal().waitUnlessCancelled()
                    }
                    return 2
                }
                return "\(at) \(one + two)"
            }
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.start(script)
                await entered.wait()
                let at = try await Evidence(run.id, in: store.journal).steps.first?.result
                engine.park(run.id)
                let outcome = await run.outcome
                #expect(outcome == .run(.interrupted, cause: nil))
                let again = try await engine.resume(run.id, as: String.self)
                let output = try await again.output
                #expect(output.hasSuffix(" 3"))
                #expect(executed.all == ["one": 1, "two": 2])
                let kept = try await Evidence(run.id, in: store.journal).steps.first?.result
                #expect(kept == at)
            }
        }
    }

    @Test("lets what is in flight get its result when it drains, and begins nothing more", arguments: [true, false])
    func drains(inItsOwnTask: Bool) async throws {
        let store = MemoryJournalStore()
        let (executed, entered, proceed) = (Counter(), Signal(), Signal())
        let script = Script { ctx in
            let one = try await ctx.step("one") {
                executed.add("one")
                entered.give()
                await proceed.wait()
                return 1
            }
            let next: @Sendable () async throws -> Int = {
                try await ctx.step("two") {
                    executed.add("two")
                    return one + 1
                }
            }
            return inItsOwnTask ? try await Task { try await next() }.value : try await next()
        }
        let engine = try await Engine.open(store: store, workflows: [script], options: options, clock: ManualClock())
        let running = Task { await engine.run() }
        let run = try await engine.start(script)
        await entered.wait()
        let draining = Task { await engine.drain(atMost: .seconds(3600)) }
        while (try? await engine.start(Script { _ in 0 })) != nil { await Task.yield() }
        proceed.give()
        await draining.value  // on a clock that stands still
        await running.value
        #expect(executed.all == ["one": 1])
        let evidence = try await Evidence(run.id, in: store)
        #expect(evidence.keys == ["one#1"])
        #expect(evidence.record.summary.reason == "interrupted")
    }

    @Test func cancelsWhatIsInFlightWhenTheGraceIsOver() async throws {
        let (store, clock, entered) = (MemoryJournalStore(), ManualClock(), Signal())
        let script = endless(entered)
        let engine = try await Engine.open(store: store, workflows: [script], options: options, clock: clock)
        let running = Task { await engine.run() }
        let run = try await engine.start(script)
        await entered.wait()
        let draining = Task { await engine.drain(atMost: .seconds(10)) }
        await clock.untilSleeping(1)
        while !running.isCancelled, try await store.run(run.id, tenant: "default")?.summary.status == .running {
            clock.advance(by: .seconds(1))
            await Task.yield()
        }
        await draining.value
        await running.value
        let evidence = try await Evidence(run.id, in: store)
        #expect(evidence.steps.isEmpty)
        #expect(evidence.record.summary.reason == "interrupted")
    }
}
