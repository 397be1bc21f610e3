import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct RetryTests {
    @Test("stores an error once and throws the same at every execution", arguments: StoreKind.allCases)
    func equalErrors(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (caught, entered) = (Caught(), Signal())
            let script = Script { ctx in
                do {
                    return try await ctx.step("s") { () -> Int in
                        throw Trouble(message: "a \"quoted\" ünï\u{0}", data: ["f": .double(2)], isRetryable: false)
                    }
                } catch let error as StepError {
                    caught.add(error)
                }
                return try await ctx.step("wait") {
                    entered.give()
                    if caught.all.count == 1 { try await Signal().waitUnlessCancelled() }
                    return 7
                }
            }
            let id = try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script)
                await entered.wait()
                engine.park(run.id)
                let outcome = await run.outcome
                #expect(outcome == .run(.interrupted, cause: nil))
                return run.id
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let output = try await engine.resume(id, as: Int.self).output
                #expect(output == 7)
            }
            let expected = StepError(
                code: "trouble", message: "a \"quoted\" ünï\u{0}", data: ["f": 2], origin: "s#1")
            #expect(caught.all == [expected, expected])
        }
    }

    @Test func countsAttemptsAndWaitsWithJitterByTheClock() async throws {
        let executed = Counter()
        let policy = RetryPolicy(attemptsMax: 4, delayFirst: .seconds(1), delayMax: .seconds(3))
        let script = Script { ctx in
            try await ctx.step("s", StepOptions(retry: policy)) { () -> Int in
                executed.add("s")
                guard StepContext.current?.attempt == executed["s"] else { throw Trouble(code: "miscounted") }
                throw Trouble()
            }
        }
        // By a seed: a wait that happened to be none would leave nothing to wait for.
        let clock = ManualClock()
        try await withEngine(
            on: MemoryJournalStore(), [script], clock: clock, random: SeededGenerator(seed: 1)
        ) { engine in
            let run = try await engine.start(script)
            async let outcome = run.outcome
            // Two sleep: the loop that looks for work, and the back-off.
            for attempt in 1...3 {
                await executed.until("s", atLeast: attempt)
                await clock.untilAsleep(beside: engine)
                let ceiling: Duration = [.seconds(1), .seconds(2), .seconds(3)][attempt - 1]
                clock.advance(by: ceiling)
            }
            let ended = await outcome
            #expect(ended == .run(.failed, cause: "trouble"))
            #expect(executed["s"] == 4)
            let step = try await engine.store.steps(of: run.id).first
            #expect(step?.attempt == 4)
        }
    }

    @Test func triesNoErrorAgainThatSaysItIsOfNoUse() async throws {
        let executed = Counter()
        let script = Script { ctx in
            try await ctx.step("s") { () -> Int in
                executed.add("s")
                throw Trouble(isRetryable: false)
            }
        }
        let ended = try await withEngine([script]) { engine, _ in try await engine.start(script).outcome }
        #expect(ended == .run(.failed, cause: "trouble"))
        #expect(executed["s"] == 1)
    }

    @Test("keeps a long back-off and its attempt over a restart", arguments: StoreKind.allCases)
    func durableBackOff(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let (executed, clock) = (Counter(), ManualClock())
            let policy = RetryPolicy(attemptsMax: 3, delayFirst: .seconds(3600), delayMax: .seconds(3600))
            let script = Script { ctx in
                try await ctx.step("s", StepOptions(retry: policy)) {
                    executed.add("attempt \(StepContext.current?.attempt ?? 0)")
                    if StepContext.current?.attempt == 1 { throw Trouble() }
                    return 5
                }
            }
            // By a seed: a wait of less than five seconds would not be written down.
            let random = SeededGenerator(seed: 1)
            let id = try await withEngine(on: store.journal, [script], clock: clock, random: random) { engine in
                let run = try await engine.start(script)
                try await store.untilStep("s#1", of: run.id)
                engine.park(run.id)
                _ = await run.outcome
                return run.id
            }
            let open = try await Evidence(id, in: store.journal)
            #expect(open.steps.map(\.attempt) == [1])
            #expect(open.count("step.retrying") == 1)
            guard case .open(let error, let due) = open.steps[0].result else {
                Issue.record("the row is not open")
                return
            }
            #expect(error.code == "trouble")
            #expect(due > clock.now() + .seconds(5) && due <= clock.now() + .seconds(3600))
            try await withEngine(on: store.journal, [script], clock: clock) { engine in
                let run = try await engine.resume(id, as: Int.self)
                await clock.untilAsleep(beside: engine)
                #expect(executed.all == ["attempt 1": 1])
                clock.advance(by: due - clock.now())
                let output = try await run.output
                #expect(output == 5)
            }
            #expect(executed.all == ["attempt 1": 1, "attempt 2": 1])
            let closed = try await Evidence(id, in: store.journal)
            #expect(closed.steps.map(\.attempt) == [2])
            #expect(closed.count("step.completed") == 1)
        }
    }

    @Test func endsAnAttemptThatTakesTooLong() async throws {
        let executed = Counter()
        let options = StepOptions(retry: RetryPolicy(attemptsMax: 2, delayFirst: .zero), timeout: .seconds(30))
        let script = Script { ctx in
            try await ctx.step("s", options) { () -> Int in
                executed.add("s")
                try await Signal().waitUnlessCancelled()
                return 1
            }
        }
        try await withEngine([script]) { engine, clock in
            let run = try await engine.start(script)
            async let outcome = run.outcome
            for attempt in 1...2 {
                await executed.until("s", atLeast: attempt)
                await clock.untilAsleep(beside: engine)
                clock.advance(by: .seconds(30))
            }
            let ended = await outcome
            #expect(ended == .run(.failed, cause: "timeout"))
            #expect(executed["s"] == 2)
        }
    }

    @Test func doesNotEndAnAttemptThatIsInTime() async throws {
        let script = Script { ctx in
            try await ctx.step("s", StepOptions(timeout: .seconds(1))) { () -> Int? in nil }
        }
        let output = try await withEngine([script]) { engine, _ in try await engine.start(script).output }
        #expect(output == nil)
    }
}

@Suite struct DeadlineTests {
    private let script = Script { ctx in
        do {
            return try await ctx.step("s") { () -> Int in
                try await Signal().waitUnlessCancelled()
                return 1
            }
        } catch {
            return 2  // swallowing the cancellation does not save the run
        }
    }

    @Test func endsARunThatTakesTooLong() async throws {
        try await withEngine([script]) { engine, clock in
            let run = try await engine.start(script, deadline: .seconds(60))
            async let outcome = run.outcome
            await clock.untilAsleep(beside: engine)
            clock.advance(by: .seconds(59))
            await clock.untilAsleep(beside: engine)
            clock.advance(by: .seconds(1))
            let ended = await outcome
            #expect(ended == .run(.failed, cause: "deadline_exceeded"))
        }
    }

    @Test("is kept over a restart", arguments: StoreKind.allCases, [0, 100])
    func overARestart(kind: StoreKind, pause: Int) async throws {
        try await withStore(kind) { store in
            let clock = ManualClock()
            let id = try await withEngine(on: store.journal, [script], clock: clock) { engine in
                let run = try await engine.start(script, deadline: .seconds(60))
                engine.park(run.id)
                _ = await run.outcome
                return run.id
            }
            clock.advance(by: .seconds(pause))
            try await withEngine(on: store.journal, [script], clock: clock) { engine in
                async let outcome = try await engine.resume(id, as: Int.self).outcome
                if pause < 60 {
                    await clock.untilAsleep(beside: engine)
                    clock.advance(by: .seconds(60 - pause))
                }
                let ended = try await outcome
                #expect(ended == .run(.failed, cause: "deadline_exceeded"))
            }
        }
    }

    @Test("bears a deadline beyond all time", arguments: [Duration.seconds(Int64.max), .seconds(1 << 40)])
    func farAway(deadline: Duration) async throws {
        let quick = Script { ctx in try await ctx.step("s") { 1 } }
        let output = try await withEngine(on: MemoryJournalStore(), [quick]) { engine in
            try await engine.start(quick, deadline: deadline).output
        }
        #expect(output == 1)
    }
}
