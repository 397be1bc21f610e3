import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct BudgetRaiseTests {
    private static let charge = Charge(tokens: 100, usdPerMillionTokens: .dollars(1))

    /// Five calls of 100 tokens and 100 millionths of a dollar.
    private static func calls(_ bill: Bill) -> Script<Int64> {
        Script { ctx in
            var sum: Int64 = 0
            for _ in 0..<5 { sum += try await bill.call(ctx, spends: 100, charge: charge) }
            return sum
        }
    }

    /// Leaves a run of five calls at its budget, behind the second one.
    private static func park(_ budget: Budget, _ bill: Bill, in store: TestStore) async throws
        -> RunID
    {
        try await withEngine(on: store.journal, [calls(bill)]) { engine in
            let run = try await engine.start(calls(bill), 0, budget: budget)
            #expect(await run.outcome == .run(.overBudget, cause: nil))
            return run.id
        }
    }

    // MARK: Bad input

    private static let refused: [(raise: BudgetRaise, word: String)] = [
        (BudgetRaise(by: .usd(1)), "without a budget of usd"),
        (BudgetRaise(by: Budget(tokens: 100), to: .usd(1)), "without a budget of usd"),
        (BudgetRaise(by: Budget(tokens: -1)), "is -1 tokens; it must be above 0"),
        (BudgetRaise(by: Budget(steps: 0)), "is 0 steps; it must be above 0"),
        (BudgetRaise(to: Budget(usd: USD(microdollars: .max))), "at most $1000000000.00"),
        (BudgetRaise(to: Budget(activeTime: .seconds(-1))), "the budget of active_time"),
        (BudgetRaise(by: Budget(tokens: BudgetUnit.amountMax)), "is 250 tokens, and can only be raised"),
        (BudgetRaise(by: Budget(steps: 1), to: Budget(tokens: 249)), "can only be raised"),
        (BudgetRaise(by: Budget(steps: 1), to: Budget(steps: 20)), "both added to and set"),
    ]

    @Test("changes nothing when a raise cannot be", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let id = try await Self.park(Budget(tokens: 250, steps: 9), bill, in: store)
            let before = try await Evidence(id, in: store.journal)
            try await withEngine(on: store.journal, [Self.calls(bill)]) { engine in
                for (raise, word) in Self.refused {
                    let error = await #expect(throws: RunError.self) {
                        _ = try await engine.resume(id, raising: raise, as: Int64.self)
                    }
                    #expect(error?.reason == .badBudget, "\(raise)")
                    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
                }
                let caps = try await engine.budget(of: id).map(\.cap)
                #expect(caps == [9, 250])
            }
            let after = try await Evidence(id, in: store.journal)
            #expect(after.record == before.record && after.events == before.events && bill.total == 200)
        }
    }

    @Test("is refused for a run that cannot be taken up", arguments: StoreKind.allCases)
    func unusable(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let id = try await Self.park(Budget(tokens: 250), bill, in: store)
            let raise = BudgetRaise(by: Budget(tokens: 100))
            try await withEngine(on: store.journal, []) { engine in
                let error = await #expect(throws: RunError.self) {
                    _ = try await engine.resume(id, raising: raise, as: Int64.self)
                }
                #expect(error?.reason == .unknownWorkflow)
            }
            let begun = Signal()
            let holding = Script { ctx in
                try await ctx.step("hold") {
                    begun.give()
                    try await Signal().waitUnlessCancelled()
                }
                return Int64(1)
            }
            try await withEngine(on: store.journal, [holding]) { engine in
                let held = try await engine.start(holding, 0, budget: Budget(steps: 5))
                await begun.wait()
                try await withEngine(on: store.journal, [holding]) { other in
                    for engine in [engine, other] {
                        let error = await #expect(throws: RunError.self) {
                            _ = try await engine.resume(
                                held.id, raising: BudgetRaise(by: Budget(steps: 5)), as: Int64.self)
                        }
                        #expect(error?.reason == .owned)
                    }
                }
                #expect(try await engine.budget(of: held.id).map(\.cap) == [5])
                try await engine.cancel(id)
                let error = await #expect(throws: RunError.self) {
                    _ = try await engine.resume(id, raising: raise, as: Int64.self)
                }
                #expect(error?.reason == .ended)
                #expect(try await engine.budget(of: id).map(\.cap) == [250])
                let missing = RunID(trusted: "run_01k9z3wq4e5v6s7t8a9b0c1d2f")
                let unknown = await #expect(throws: RunError.self) {
                    try await engine.raiseBudget(of: missing, by: Budget(tokens: 1))
                }
                #expect(unknown?.reason == .notFound)
            }
        }
    }

    @Test("names the run whose budget a child spends", arguments: StoreKind.allCases)
    func children(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let script = Script { ctx in try await ctx.child(CallingChild(bill: bill), 0) }
            try await withEngine(on: store.journal, [script, CallingChild(bill: bill)]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(tokens: 150))
                #expect(await run.outcome == .run(.overBudget, cause: nil))
                guard let child = try await store.journal.child(of: run.id, at: "calling-child#1", tenant: "default")
                else {
                    Issue.record("there is no child")
                    return
                }
                let id = child.summary.id
                for raise in [BudgetRaise(by: Budget(tokens: 100)), BudgetRaise(to: Budget(tokens: 300))] {
                    let error = await #expect(throws: RunError.self) {
                        _ = try await engine.resume(id, raising: raise, as: Int64.self)
                    }
                    #expect(error?.reason == .isChild)
                    #expect(error?.message.contains("`tutti runs resume \(run.id) --budget +AMOUNT`") == true)
                }
                let other = await #expect(throws: RunError.self) {
                    try await engine.raiseBudget(of: id, by: Budget(tokens: 100))
                }
                #expect(other?.reason == .isChild)
                #expect(try await engine.budget(of: id).map(\.cap) == [150])
                let again = try await engine.resume(
                    run.id, raising: BudgetRaise(to: Budget(tokens: 200)), as: Int64.self)
                #expect(await again.outcome == .output(200))
                #expect(try await engine.cost(of: run.id) == StepCost(microdollars: 200, tokens: 200))
                #expect(try await engine.cost(of: id) == StepCost(microdollars: 200, tokens: 200))
            }
        }
    }

    // MARK: Crashes

    @Test(
        "counts once however often it is said before the run is taken up", arguments: StoreKind.allCases,
        CrashingStore.Moment.allCases)
    func crashes(kind: StoreKind, moment: CrashingStore.Moment) async throws {
        var repeated = 0
        for apply in 1...20 {
            let isOver = try await withStore(kind) { store in
                let bill = Bill()
                let id = try await Self.park(Budget(tokens: 250), bill, in: store)
                let raise = BudgetRaise(by: Budget(tokens: 100))
                let fence = try await store.journal.run(id, tenant: "default")?.summary.fence
                let crashing = CrashingStore(store.journal, at: apply, moment, kill: store.kill)
                try await withEngine(on: crashing, [Self.calls(bill)]) { engine in
                    if let run = try? await engine.resume(id, raising: raise, as: Int64.self) { _ = await run.outcome }
                }
                guard crashing.isDead else { return true }
                let wasTakenUp = try await store.journal.run(id, tenant: "default")?.summary.fence != fence
                try await withEngine(on: store.journal, [Self.calls(bill)]) { engine in
                    let run = try await engine.resume(id, raising: raise, as: Int64.self)
                    #expect(await run.outcome == .run(.overBudget, cause: nil))
                    let cap = try await engine.budget(of: id).map(\.cap)
                    #expect(cap == [wasTakenUp ? 450 : 350], "dying \(moment) commit \(apply)")
                    #expect(bill.total <= cap[0], "dying \(moment) commit \(apply)")
                }
                if !wasTakenUp { repeated += 1 }
                return false
            }
            if isOver { break }
            #expect(apply < 20, "the run needs more than 20 commits")
        }
        #expect(repeated > 0, "no crash fell between the raise and the claim")
    }

    @Test("to a total is the same however often it is said", arguments: StoreKind.allCases)
    func total(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let id = try await Self.park(Budget(tokens: 250), bill, in: store)
            try await withEngine(on: store.journal, [Self.calls(bill)]) { engine in
                for _ in 0..<3 {
                    let run = try await engine.resume(
                        id, raising: BudgetRaise(to: Budget(tokens: 350)), as: Int64.self)
                    let error = await #expect(throws: RunError.self) { try await run.output }
                    #expect(error?.reason == .overBudget)
                    #expect(
                        error?.message
                            == "the run \(id) has used up its budget (300 of 350 tokens); `tutti runs resume \(id) "
                            + "--budget tokens=+350` raises it and goes on")
                }
                #expect(bill.total == 300)
                try await engine.raiseBudget(of: id, to: Budget(tokens: 500))
                let last = try await engine.resume(id, as: Int64.self)
                #expect(await last.outcome == .output(500))
            }
        }
    }

    // MARK: What is told

    @Test("says how it goes on by what was refused, else by what is used up most")
    func shortage() {
        let usd = BudgetState(unit: .usd, cap: 2_000_000, used: 1_500_000, held: 0, wanted: 2_500_000)
        let steps = BudgetState(unit: .steps, cap: 10, used: 9)
        let time = BudgetState(unit: .activeTime, cap: 600_000, used: 90_000, wanted: 600_000)
        for (states, sentence, raise) in [
            ([steps, usd], "9 of 10 steps, $1.50 of $2.00", "+2.00"),
            ([steps, time], "9 of 10 steps, 90s of 10m", "steps=+10"),
            ([BudgetState(unit: .tokens, cap: 1, used: 0, wanted: 70)], "0 of 1 token", "tokens=+69"),
            ([BudgetState(unit: .activeTime, cap: 90_000, used: 90_000)], "90s of 90s", "time=+90s"),
            (
                [usd, BudgetState(unit: .steps, cap: 2, used: 2, wanted: 3)], "$1.50 of $2.00, 2 of 2 steps",
                "+2.00,steps=+2"
            ),
            ([], "", "+AMOUNT"),
        ] {
            #expect(BudgetShortage(states).sentence == sentence)
            #expect(BudgetShortage(states).raise == raise)
        }
    }

    @Test("counts what all attempts at a step have cost, over restarts", arguments: StoreKind.allCases)
    func attempts(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let clock = ManualClock()
            let failed = Signal()
            let policy = RetryPolicy(attemptsMax: 4, delayFirst: .seconds(1000), delayMax: .seconds(1000))
            let script = Script { ctx in
                try await ctx.step("call", StepOptions(retry: policy)) {
                    let step = StepContext.current
                    step?.spend(tokens: 10, usd: USD(microdollars: 3))
                    guard step?.attempt == 3 else {
                        failed.give()
                        throw Trouble()
                    }
                    return 1
                }
            }
            let random = SeededGenerator(seed: 1)
            let id = try await withEngine(on: store.journal, [script], clock: clock, random: random) { engine in
                let run = try await engine.start(script, 0)
                await failed.wait()
                try await store.untilStep("call#1", of: run.id)
                return run.id
            }
            #expect(try await store.journal.costs(of: [id]) == [id: StepCost(microdollars: 3, tokens: 10)])
            try await withEngine(on: store.journal, [script], clock: clock, random: random) { engine in
                let run = try await engine.resume(id, as: Int.self)
                while try await engine.summary(of: id)?.status.isFinal != true {
                    clock.advance(by: .seconds(1000))
                    await Task.yield()
                }
                #expect(await run.outcome == .output(1))
                #expect(try await engine.cost(of: id) == StepCost(microdollars: 9, tokens: 30))
            }
        }
    }

    @Test("counts nothing below zero, and nothing that cannot be", arguments: StoreKind.allCases)
    func absurdSpending(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                try await ctx.step("call", StepOptions(charge: Self.charge)) {
                    StepContext.current?.spend(tokens: -50, usd: USD(microdollars: -1))
                    for _ in 0..<2 { StepContext.current?.spend(tokens: .max, usd: USD(microdollars: .max)) }
                }
                return 1
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(tokens: 100))
                #expect(await run.outcome == .output(1))
                let most = BudgetUnit.amountMax
                #expect(try await engine.cost(of: run.id) == StepCost(microdollars: most, tokens: most))
                #expect(try await engine.budget(of: run.id).map(\.used) == [most])
            }
            let greedy = Script { ctx in
                try await ctx.step("call", StepOptions(charge: Charge(tokens: .max, usdPerMillionTokens: .dollars(5))))
                {}
                return 1
            }
            try await withEngine(on: store.journal, [greedy]) { engine in
                let run = try await engine.start(greedy, 0, budget: Budget(usd: .dollars(1), tokens: 100))
                #expect(await run.outcome == .run(.overBudget, cause: nil))
            }
        }
    }
}

private struct CallingChild: Workflow {
    static let name = "calling-child"
    let bill: Bill

    func run(_ input: Int, _ ctx: Context) async throws -> Int64 {
        let charge = Charge(tokens: 100, usdPerMillionTokens: .dollars(1))
        return try await bill.call(ctx, spends: 100, charge: charge) + bill.call(ctx, spends: 100, charge: charge)
    }
}
