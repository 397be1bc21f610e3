import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// What was really paid, over all processes.
final class Bill: Sendable {
    private let tokens = Mutex<Int64>(0)
    var total: Int64 { tokens.withLock { $0 } }

    func pay(_ amount: Int64) { tokens.withLock { $0 += amount } }

    /// A step that costs `spends` tokens, or less when it is allowed less.
    func call(
        _ ctx: Context, _ name: String = "call", spends: Int64 = 60,
        charge: Charge = Charge(tokens: 100, atLeast: 10, usdPerMillionTokens: .dollars(1))
    ) async throws -> Int64 {
        try await ctx.step(name, StepOptions(retry: .never, charge: charge)) {
            let step = StepContext.current
            let amount = min(spends, step?.allowance.tokens ?? spends)
            self.pay(amount)
            step?.spend(tokens: amount, usd: USD(microdollars: amount))
            return amount
        }
    }
}

@Suite struct BudgetTests {
    @Test("parks a run whose budget does not suffice, and goes on when it is raised", arguments: StoreKind.allCases)
    func parks(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let script = Script { ctx in
                var sum: Int64 = 0
                for _ in 0..<5 { sum += try await bill.call(ctx) }
                return sum
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(tokens: 125))
                #expect(await run.outcome == .run(.overBudget, cause: nil))
                #expect(bill.total == 120)
                let parked = try await engine.summary(of: run.id)
                #expect(parked?.status == .waiting && parked?.reason == "budget" && parked?.executor == nil)
                let used = try await engine.budget(of: run.id)
                #expect(used == [BudgetState(unit: .tokens, cap: 125, used: 120, wanted: 130)])
                let other = await #expect(throws: RunError.self) {
                    try await engine.raiseBudget(of: run.id, by: .usd(1))
                }
                #expect(other?.reason == .badBudget)
                try await engine.raiseBudget(of: run.id, by: Budget(tokens: 1000))
                let again = try await engine.resume(run.id, as: Int64.self)
                #expect(await again.outcome == .output(300))
                #expect(bill.total == 300)
                let end = try await store.journal.budget(of: run.id)
                #expect(end.map(\.used) == [300])
                let rows = try await store.journal.steps(of: run.id)
                #expect(rows.allSatisfy { $0.cost == StepCost(microdollars: 60, tokens: 60) })
            }
        }
    }

    @Test("lets a step have what is left when that is enough for it", arguments: StoreKind.allCases)
    func leftover(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let script = Script { ctx in try await bill.call(ctx, spends: 90) + bill.call(ctx, spends: 90) }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(tokens: 110))
                #expect(await run.outcome == .output(110))
                #expect(bill.total == 110)
            }
        }
    }

    @Test("waits for what others may give back", arguments: StoreKind.allCases)
    func waits(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let charge = Charge(tokens: 100, usdPerMillionTokens: nil)
            let script = Script { ctx in
                try await ctx.all("calls", Array(0..<10), key: { "\($0)" }) { _, ctx in
                    try await bill.call(ctx, spends: 10, charge: charge)
                }.reduce(0, +)
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(tokens: 200))
                #expect(await run.outcome == .output(100))
                #expect(try await engine.budget(of: run.id).map(\.used) == [100])
            }
        }
    }

    @Test("is shared with children, and parks the family", arguments: StoreKind.allCases)
    func family(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let child = PaidChild(bill: bill)
            let script = Script { ctx in
                var sum: Int64 = 0
                for _ in 0..<4 { sum += try await ctx.child(child, 0) }
                return sum
            }
            try await withEngine(on: store.journal, [script, child]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(tokens: 125))
                #expect(await run.outcome == .run(.overBudget, cause: nil))
                #expect(bill.total == 120)
                try await engine.raiseBudget(of: run.id, by: Budget(tokens: 200))
                let again = try await engine.resume(run.id, as: Int64.self)
                #expect(await again.outcome == .output(240))
                #expect(bill.total == 240)
            }
        }
    }

    @Test("names what is wrong with a price or a budget")
    func bad() async throws {
        let bill = Bill()
        let script = Script { ctx in
            try await bill.call(ctx, charge: Charge(tokens: 10, usdPerMillionTokens: nil))
        }
        try await withEngine([script]) { engine, _ in
            let run = try await engine.start(script, 0, budget: .usd(1))
            #expect(await run.outcome == .run(.failed, cause: "no_price"))
            for budget in [Budget(tokens: 0), Budget(usd: USD(microdollars: -1)), Budget(steps: .max)] {
                let error = await #expect(throws: RunError.self) {
                    _ = try await engine.start(script, 0, budget: budget)
                }
                #expect(error?.reason == .badBudget)
            }
            #expect(bill.total == 0)
        }
    }

    @Test("counts starts of steps, repeated attempts among them", arguments: StoreKind.allCases)
    func steps(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let log = ExecutionLog()
            let script = Script { ctx in
                for _ in 0..<9 {
                    try await ctx.step("work", StepOptions(retry: RetryPolicy(attemptsMax: 2, delayFirst: .zero))) {
                        log.note("start")
                        if StepContext.current?.attempt == 1 { throw Trouble() }
                    }
                }
                return 1
            }
            try await withEngine(on: store.journal, [script]) { engine in
                let run = try await engine.start(script, 0, budget: Budget(steps: 5))
                #expect(await run.outcome == .run(.overBudget, cause: nil))
                #expect(log.count(of: "start") == 5)
            }
        }
    }

    @Test("counts the time that steps take, and parks what takes too long", arguments: StoreKind.allCases)
    func activeTime(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let clock = ManualClock()
            let begun = Signal()
            let script = Script { ctx in
                try await ctx.signal("wait")
                try await ctx.step("long") {
                    begun.give()
                    try await Signal().waitUnlessCancelled()
                }
                return 1
            }
            try await withEngine(on: store.journal, [script], clock: clock) { engine in
                let run = try await engine.start(script, 0, budget: Budget(activeTime: .seconds(90)))
                try await engine.untilOpen("wait#1", of: run.id)
                clock.advance(by: .seconds(3600))  // waits do not count
                try await engine.signal(run.id, "wait")
                await begun.wait()
                for _ in 0..<2 {
                    await clock.untilSleeping(1)
                    clock.advance(by: .seconds(60))
                }
                #expect(await run.outcome == .run(.overBudget, cause: nil))
                #expect(try await engine.budget(of: run.id).map(\.used) == [90_000])
            }
        }
    }

    // MARK: Crashes

    @Test("is never passed, wherever the process dies", arguments: StoreKind.allCases, CrashingStore.Moment.allCases)
    func crashes(kind: StoreKind, moment: CrashingStore.Moment) async throws {
        for apply in 1...40 {
            let isOver = try await withStore(kind) { store in
                try await spend(in: store, dyingAt: apply, moment)
            }
            if isOver { return }
        }
        Issue.record("the run needs more than 40 commits")
    }

    /// Runs three paid calls within a budget of four, dying once; tells whether the run ended before the death.
    private func spend(in store: TestStore, dyingAt apply: Int, _ moment: CrashingStore.Moment) async throws -> Bool {
        let bill = Bill()
        let charge = Charge(tokens: 100, usdPerMillionTokens: .dollars(1))
        let script = Script { ctx in
            var sum: Int64 = 0
            for _ in 0..<3 { sum += try await bill.call(ctx, spends: 100, charge: charge) }
            return sum
        }
        let crashing = CrashingStore(store.journal, at: apply, moment, kill: store.kill)
        let budget = Budget(usd: USD(microdollars: 400), tokens: 400)
        try await withEngine(on: crashing, [script]) { engine in
            _ = try? await engine.start(script, 0, budget: budget).output
        }
        guard let id = try await store.journal.runs(RunFilter(), tenant: "default").first?.id else { return false }
        if !crashing.isDead { return true }
        try await withEngine(on: store.journal, [script]) { engine in
            if let run = try? await engine.resume(id, as: Int64.self) { _ = await run.outcome }
            let used = try await engine.budget(of: id)
            #expect(bill.total <= 400, "dying \(moment) commit \(apply)")
            #expect(used.allSatisfy { $0.used <= $0.cap && $0.used >= bill.total }, "dying \(moment) commit \(apply)")
        }
        return false
    }

    // MARK: Queues

    @Test("keeps the limit of a queue over several engines", arguments: StoreKind.allCases)
    func concurrency(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let busy = Mutex((now: 0, most: 0))
            let script = Script { ctx in
                try await ctx.step("work") {
                    busy.withLock { busy in
                        busy.now += 1
                        busy.most = max(busy.most, busy.now)
                    }
                    for _ in 0..<20 { await Task.yield() }
                    busy.withLock { $0.now -= 1 }
                }
                return 1
            }
            var options = EngineOptions()
            options.queues = ["q"]
            options.queueLimits = ["q": QueueLimit(concurrency: 2)]
            try await withEngine(on: store.journal, [script], options: options) { [options] one in
                try await withEngine(on: store.journal, [script], options: options) { two in
                    var runs: [RunHandle<Int>] = []
                    for number in 0..<12 {
                        runs.append(try await (number % 2 == 0 ? one : two).start(script, number, queue: "q"))
                    }
                    for run in runs { #expect(await run.outcome == .output(1)) }
                }
            }
            #expect(busy.withLock { $0.most } <= 2)
        }
    }

    @Test("takes up what is more urgent first", arguments: StoreKind.allCases)
    func priority(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let executor = try await Fixture.executor(on: store.journal)
            for (number, priority) in [(1, 0), (2, 5), (3, -1), (4, 5)] {
                try await Fixture.queue(number, priority: priority, on: store.journal)
            }
            let claim = ClaimCommand(
                executor: executor, tenant: "default", target: .queues(["q"], workflows: ["script"], limit: 10),
                at: Timestamp(milliseconds: 1000))
            let outcome = try await store.journal.apply([.claim(claim)]).first
            #expect(
                outcome == .claimed([2, 4, 1, 3].map { ClaimedRun(run: Fixture.run($0), fence: 2, recoveries: 0) }))
        }
    }

    @Test("lets through what a rate allows", arguments: StoreKind.allCases)
    func rate(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let limits = ["q": QueueLimit(rate: 2, window: .seconds(10))]
            let executor = try await Fixture.executor(on: store.journal)
            for number in 1...5 { try await Fixture.queue(number, on: store.journal) }
            func claimed(at second: Int64) async throws -> Int {
                let claim = ClaimCommand(
                    executor: executor, tenant: "default", target: .queues(["q"], workflows: ["script"], limit: 10),
                    limits: limits, at: Timestamp(milliseconds: second * 1000))
                guard case .claimed(let runs) = try await store.journal.apply([.claim(claim)]).first else { return -1 }
                return runs.count
            }
            var counts: [Int] = []
            for second: Int64 in [100, 101, 105, 106, 200] { counts.append(try await claimed(at: second)) }
            #expect(counts == [2, 0, 1, 0, 2])
        }
    }
}

private struct PaidChild: Workflow {
    static let name = "paid-child"
    let bill: Bill

    func run(_ input: Int, _ ctx: Context) async throws -> Int64 { try await bill.call(ctx) }
}

private enum Fixture {
    static func executor(on store: any JournalStore) async throws -> ExecutorID {
        var random = SeededGenerator(seed: 7)
        let id = ExecutorID(at: Timestamp(milliseconds: 1), using: &random)
        try await store.openExecutor(id, process: 1, at: Timestamp(milliseconds: 1))
        return id
    }

    static func run(_ number: Int) -> RunID {
        var random = SeededGenerator(seed: UInt64(number))
        return RunID(at: Timestamp(milliseconds: Int64(number)), using: &random)
    }

    static func queue(_ number: Int, priority: Int = 0, on store: any JournalStore) async throws {
        let at = Timestamp(milliseconds: Int64(number))
        let start = StartCommand(
            id: run(number), tenant: "default", workflow: "script",
            input: Payload(Data("0".utf8)), inputHash: "0", queue: "q", priority: priority, at: at)
        _ = try await store.apply([.start(start)])
    }
}
