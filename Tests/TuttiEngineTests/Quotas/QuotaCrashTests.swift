import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Deaths and failures at every command: a place is neither lost nor freed early, and what was paid is counted.
@Suite struct QuotaCrashTests {
    private static let all = AccountQuota(
        runsAtOnce: 1, runsADay: 5, tokensAMonth: 10_000, usdAMonth: USD(microdollars: 10_000))

    private var options: EngineOptions {
        var options = EngineOptions(person: Self.all, organisation: Self.all)
        options.batchMax = 1  // each command is a point to die at
        // Nobody but the run writes: commands of the poll would be points to die at.
        options.poll = .seconds(3600)
        return options
    }

    /// What a call holds that ends without a word of its cost.
    private static let lost: Int64 = 5

    /// Three paid calls, one of them by a child, with a failure in between.
    private struct Errand: Workflow {
        static let name = "errand"
        let bill: Bill

        func run(_ input: Int, _ ctx: Context) async throws -> Int64 {
            let first = try await bill.call(ctx)
            let second = try await ctx.child(Child(bill: bill), 0)
            _ =
                try await ctx.allSettled("tries", [1], key: { "\($0)" }) { _, ctx in
                    try await ctx.step(
                        "lost",
                        StepOptions(retry: .never, charge: Charge(tokens: lost, usdPerMillionTokens: .dollars(1)))
                    ) { throw Trouble(isRetryable: false) }
                } as [Result<Int, StepError>]
            return first + second + (try await bill.call(ctx))
        }

        struct Child: Workflow {
            static let name = "errand-child"
            let bill: Bill

            func run(_ input: Int, _ ctx: Context) async throws -> Int64 { try await bill.call(ctx) }
        }

        func all() -> [any Workflow] { [self, Child(bill: bill)] }
    }

    private func start(_ errand: Errand, at engine: Engine) async throws -> RunHandle<Int64> {
        try await RunAccount.$current.withValue(RunAccount(person: "usr_a")) {
            try await engine.start(errand, 1, idempotencyKey: "errand")
        }
    }

    /// What must hold at any moment that a run is or is not live.
    private func check(_ store: TestStore, _ bill: Bill, deaths: Int, _ comment: Comment) async throws {
        let runs = try await store.journal.runs(RunFilter(kin: .roots), tenant: "default")
        let live = Int64(runs.count { !$0.status.isFinal })
        try await withEngine(on: store.journal, Errand(bill: bill).all(), options: options) { engine in
            let used = try await engine.used(by: "usr_a")
            for holder in ["person", "organisation"] {
                #expect(used["\(holder).runs_at_once"] == live, comment)
                #expect(used["\(holder).runs_a_day"] == Int64(runs.count), comment)
                for unit in ["tokens_a_month", "usd_a_month"] {
                    let spent = used["\(holder).\(unit)"] ?? 0
                    let unknown = Self.lost + Int64(deaths) * 100
                    #expect(spent >= bill.total && spent <= bill.total + unknown, comment)
                }
            }
            guard live == 1 else { return }
            let error = await #expect(throws: RunError.self, comment) {
                _ = try await RunAccount.$current.withValue(RunAccount(person: "usr_a")) {
                    try await engine.start(Errand(bill: bill), 2)
                }
            }
            #expect(error?.reason == .quotaExceeded, comment)
        }
    }

    @Test("counts right after a death at every commit", arguments: StoreKind.allCases, CrashingStore.Moment.allCases)
    func sweep(kind: StoreKind, moment: CrashingStore.Moment) async throws {
        var deaths = 0
        for apply in 1...60 {
            let died = try await withStore(kind) { store in
                let bill = Bill()
                let errand = Errand(bill: bill)
                let crashing = CrashingStore(store.journal, at: apply, moment, kill: store.kill)
                _ = try? await withEngine(on: crashing, errand.all(), options: options) { engine in
                    try await start(errand, at: engine).output
                }
                let died = crashing.isDead
                let comment: Comment = "dying \(moment) commit \(apply)"
                try await check(store, bill, deaths: died ? 1 : 0, comment)
                try await withEngine(on: store.journal, errand.all(), options: options) { engine in
                    let known = try await store.journal.runs(RunFilter(kin: .roots), tenant: "default").first
                    if let known, !known.status.isFinal {
                        let run = try await engine.resumeOrFollow(known.id, as: Int64.self)
                        #expect(await run.outcome == .output(180), comment)
                    } else {
                        let run = try await start(errand, at: engine)
                        #expect(await run.outcome == .output(180), comment)
                    }
                }
                try await check(store, bill, deaths: died ? 1 : 0, comment)
                if let memory = store.journal as? MemoryJournalStore { #expect(memory.holdCount == 0, comment) }
                return died
            }
            if !died { break }
            deaths += 1
        }
        #expect(deaths > 12)
        #expect(deaths < 60, "the sweep did not come to the end of the run")
    }

    @Test("counts right when the nth write fails, before or after it was done", arguments: 1...20, [true, false])
    func nthWrite(n: Int, wasApplied: Bool) async throws {
        let store = MemoryJournalStore()
        let error = StoreError(.diskFull, "no space")
        let plan = StoreFaultPlan.nthApply(n, times: 2, wasApplied ? .after(error) : .before(error))
        let bill = Bill()
        let errand = Errand(bill: bill)
        var options = options
        options.storePatience = .seconds(1_000_000)
        options.poll = .milliseconds(1)
        try await withEngine(
            on: FaultyStore(store, plan), errand.all(), options: options, clock: HastyClock()
        ) { engine in
            let run = try await start(errand, at: engine)
            #expect(await run.outcome == .output(180))
            let used = try await engine.used(by: "usr_a")
            #expect(used["person.runs_at_once"] == 0 && used["organisation.runs_at_once"] == 0)
            #expect(used["person.runs_a_day"] == 1 && used["organisation.tokens_a_month"] == 180 + Self.lost)
        }
        #expect(store.holdCount == 0)
    }

    @Test("counts right on a store that fails one call in twenty", arguments: StoreKind.allCases, 0..<4)
    func seededFaults(kind: StoreKind, seed: Int) async throws {
        try await withStore(kind) { store in
            let plan = StoreFaultPlan.share(perThousand: 50, seed: UInt64(seed))
            let bill = Bill()
            let errand = Errand(bill: bill)
            var options = options
            options.quotas.person.runsAtOnce = 3
            options.quotas.organisation = AccountQuota(runsAtOnce: 3, tokensAMonth: 100_000)
            options.quotas.person.runsADay = 100
            options.storePatience = .seconds(1_000_000)
            options.poll = .milliseconds(1)
            let started = try await withEngine(
                on: FaultyStore(store.journal, plan), errand.all(), options: options, clock: HastyClock()
            ) { engine in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<12 {
                        group.addTask {
                            do {
                                let run = try await RunAccount.$current.withValue(RunAccount(person: "usr_a")) {
                                    try await engine.start(errand, number)
                                }
                                #expect(await run.outcome == .output(180))
                                return 1
                            } catch let error as RunError where error.reason == .quotaExceeded {
                                return 0
                            }
                        }
                    }
                    return try await group.reduce(0, +)
                }
            }
            #expect(started >= 3)
            let runs = try await store.journal.runs(RunFilter(kin: .roots), tenant: "default")
            #expect(runs.count == started)
            let names = [QuotaName.Holder.person("usr_a"), .organisation].map {
                QuotaName(tenant: "default", holder: $0, kind: .live)
            }
            #expect(try await store.journal.uses(of: names) == [:])
        }
    }
}
