import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct SpendingQuotaTests {
    private static func calls(_ bill: Bill, _ count: Int) -> Script<Int64> {
        Script { ctx in
            var sum: Int64 = 0
            for _ in 0..<count { sum += try await bill.call(ctx) }
            return sum
        }
    }

    @Test(
        "parks a run whose account has used up its month, and goes on in the next", arguments: StoreKind.allCases,
        [
            nil, Budget(tokens: 1000),
        ])
    func month(kind: StoreKind, budget: Budget?) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let script = Self.calls(bill, 5)
            let clock = ManualClock()  // in November 2023
            let options = EngineOptions(
                person: AccountQuota(tokensAMonth: 125), organisation: AccountQuota(tokensAMonth: 500))
            try await withEngine(on: store.journal, [script], options: options, clock: clock) { engine in
                let run = try await engine.start(script, for: "usr_a", budget: budget)
                let error = await #expect(throws: RunError.self) { try await run.output }
                #expect(error?.reason == .overBudget && error?.quota?.name == "person.tokens_a_month")
                #expect(
                    error?.message.contains(
                        "usr_a has used 120 of 125 tokens this month; there is room again at 2023-12-01T00:00:00.000Z")
                        == true)
                #expect(error?.message.contains("--budget") == false)
                #expect(error?.message.contains("tutti runs resume \(run.id)`") == true)
                #expect(bill.total == 120)
                let parked = try #require(try await engine.summary(of: run.id))
                #expect(parked.status == .waiting && parked.reason == "budget" && parked.executor == nil)
                let late = try await engine.resume(run.id, as: Int64.self)
                #expect(await late.outcome == .run(.overBudget, cause: nil))
                clock.advance(by: .seconds(17 * 86_400))
                let next = try await engine.resume(run.id, as: Int64.self)
                // Two more fit into December.
                #expect(await next.outcome == .run(.overBudget, cause: nil))
                #expect(bill.total == 240)
                let used = try await engine.used(by: "usr_a")
                #expect(used == ["person.tokens_a_month": 120, "organisation.tokens_a_month": 120])
                clock.advance(by: .seconds(31 * 86_400))
                let last = try await engine.resume(run.id, as: Int64.self)
                #expect(await last.outcome == .output(300))
                #expect(try await engine.budget(of: run.id).map(\.used) == (budget == nil ? [] : [300]))
            }
        }
    }

    @Test("goes on under a higher limit, and names the organisation when it is that", arguments: StoreKind.allCases)
    func raised(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let script = Self.calls(bill, 3)
            var options = EngineOptions(organisation: AccountQuota(usdAMonth: USD(microdollars: 100)))
            let id = try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.start(script, for: "usr_a")
                let error = await #expect(throws: RunError.self) { try await run.output }
                #expect(error?.quota?.name == "organisation.usd_a_month")
                // The second call had 40 left, and has cost more than it was allowed.
                #expect(error?.message.contains("the organisation has used $0.00012 of $0.0001 this month") == true)
                return run.id
            }
            options.quotas.organisation.usdAMonth = .dollars(1)
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.resume(id, as: Int64.self)
                #expect(await run.outcome == .output(180))
                let used = try await engine.used()
                #expect(used == ["organisation.usd_a_month": 180])
            }
        }
    }

    @Test("says which of budget and quota is in the way", arguments: StoreKind.allCases)
    func reasons(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let script = Self.calls(bill, 3)
            let options = EngineOptions(organisation: AccountQuota(tokensAMonth: 160))
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.start(script, for: nil, budget: Budget(tokens: 65))
                let budget = await #expect(throws: RunError.self) { try await run.output }
                #expect(budget?.message.contains("--budget tokens=+") == true && budget?.quota == nil)
                try await engine.raiseBudget(of: run.id, by: Budget(tokens: 1000))
                let again = try await engine.resume(run.id, as: Int64.self)
                // 60, 60 and the 40 that are left of the month.
                #expect(await again.outcome == .output(160))
                let other = try await engine.start(script, for: nil, budget: Budget(tokens: 1000))
                let quota = await #expect(throws: RunError.self) { try await other.output }
                #expect(quota?.message.contains("--budget") == false)
                #expect(quota?.quota?.name == "organisation.tokens_a_month")
                let summary = try #require(try await engine.summary(of: other.id))
                #expect(try await engine.shortage(of: summary) == .quota(quota?.quota))
            }
            // An engine without quotas follows what another one has refused.
            try await withEngine(on: store.journal, [script]) { engine in
                let free = try await engine.start(script, for: nil)
                #expect(await free.outcome == .output(180))
            }
        }
    }

    @Test("waits for what runs beside it may give back", arguments: StoreKind.allCases)
    func waits(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let charge = Charge(tokens: 100, usdPerMillionTokens: nil)
            let script = Script { ctx in try await bill.call(ctx, spends: 10, charge: charge) }
            var options = EngineOptions(person: AccountQuota(tokensAMonth: 210))
            options.poll = .milliseconds(1)
            try await withEngine(on: store.journal, [script], options: options) { engine in
                var runs: [RunHandle<Int64>] = []
                for _ in 0..<10 { runs.append(try await engine.start(script, for: "usr_a")) }
                for run in runs { #expect(await run.outcome == .output(10)) }
                let used = try await engine.used(by: "usr_a")
                #expect(used == ["person.tokens_a_month": 100])
            }
        }
    }

    @Test("parks beside a hold that nobody works on, and does not wait for it", arguments: StoreKind.allCases)
    func abandoned(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let begun = Signal()
            let bill = Bill()
            let charge = Charge(tokens: 100, usdPerMillionTokens: nil)
            let stuck = Script { ctx in
                try await ctx.step("stuck", StepOptions(charge: charge)) {
                    begun.give()
                    try await Signal().waitUnlessCancelled()
                }
                return Int64(1)
            }
            let options = EngineOptions(person: AccountQuota(tokensAMonth: 150))
            let crashing = CrashingStore(store.journal, at: .max, .afterCommit, kill: store.kill)
            try await withEngine(on: crashing, [stuck], options: options) { engine in
                _ = try await engine.start(stuck, for: "usr_a")
                await begun.wait()
                crashing.die()
            }
            let script = Script { ctx in try await bill.call(ctx, spends: 10, charge: charge) }
            try await withEngine(on: store.journal, [script], options: options) { engine in
                let run = try await engine.start(script, for: "usr_a")
                #expect(await run.outcome == .run(.overBudget, cause: nil))
                #expect(bill.total == 0)
            }
        }
    }

    @Test("wants a price where it counts dollars, and asks nothing of what has no charge")
    func noPrice() async throws {
        let bill = Bill()
        let script = Script { ctx in
            let one: Int64 = try await ctx.step("free") { 1 }
            #expect(one == 1)
            return try await bill.call(ctx, charge: Charge(tokens: 10, usdPerMillionTokens: nil))
        }
        let options = EngineOptions(person: AccountQuota(usdAMonth: .dollars(1)))
        try await withEngine([script], options: options) { engine, _ in
            let run = try await engine.start(script, for: "usr_a")
            let error = await #expect(throws: RunError.self) { try await run.output }
            #expect(
                error?.cause?.code == "no_price"
                    && error?.cause?.message.contains("there is a quota in dollars") == true)
            // The user of the machine has no quota of a person.
            let free = try await engine.start(script, for: nil)
            #expect(await free.outcome == .output(60))
        }
    }

    @Test(
        "parks a family, also one of a queue, and a resume of its root goes on with all", arguments: StoreKind.allCases,
        [
            nil, "q",
        ])
    func family(kind: StoreKind, queue: String?) async throws {
        try await withStore(kind) { store in
            let bill = Bill()
            let child = Buyer(bill: bill)
            let script = Script { ctx in
                var sum: Int64 = 0
                for _ in 0..<4 { sum += try await ctx.child(child, 0) }
                return sum
            }
            let clock = ManualClock()
            var options = EngineOptions(person: AccountQuota(tokensAMonth: 125))
            options.queues = ["q"]
            try await withEngine(on: store.journal, [script, child], options: options, clock: clock) { engine in
                let run = try await engine.start(script, for: "usr_a", queue: queue)
                let error = await #expect(throws: RunError.self) { try await run.output }
                #expect(error?.quota?.name == "person.tokens_a_month" && bill.total == 120)
                for summary in try await store.journal.runs(RunFilter(statuses: [.waiting]), tenant: "default") {
                    #expect(summary.reason == "budget" && summary.account.person == "usr_a")
                }
                clock.advance(by: .seconds(20 * 86_400))
                let again = try await engine.resume(run.id, as: Int64.self)
                #expect(await again.outcome == .output(240))
                #expect(bill.total == 240)
            }
        }
    }

    @Test("undoes what a run has done, however little is left")
    func undo() async throws {
        let undone = Counter()
        let bill = Bill()
        let workflow = Taker(undone: undone, bill: bill)
        let options = EngineOptions(organisation: AccountQuota(tokensAMonth: 20))
        try await withEngine([workflow], options: options) { engine, _ in
            let run = try await engine.start(workflow, 0)
            #expect(await run.outcome == .run(.overBudget, cause: nil))
            try await engine.cancel(run.id)
            #expect(await run.outcome == .run(.cancelled, cause: nil))
            #expect(undone["put-back"] == 1 && bill.total == 20)
        }
    }
}

private struct Buyer: Workflow {
    static let name = "buyer"
    let bill: Bill

    func run(_ input: Int, _ ctx: Context) async throws -> Int64 { try await bill.call(ctx) }
}

/// Takes something, and then cannot pay for more.
private struct Taker: Workflow {
    static let name = "taker"
    let undone: Counter
    let bill: Bill

    var undos: [Undo] {
        [Undo("put-back") { (_: Int, _) in undone.add("put-back") }]
    }

    func run(_ input: Int, _ ctx: Context) async throws -> Int64 {
        _ = try await ctx.step("take", input, StepOptions(undo: "put-back")) { $0 }
        return try await bill.call(ctx) + bill.call(ctx)
    }
}
