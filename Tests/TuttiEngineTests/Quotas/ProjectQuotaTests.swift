import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// What projects may have: by the configuration, or by limits of their own.
@Suite struct ProjectQuotaTests {
    /// Three calls of 60 tokens, each of which costs as many millionths of a dollar.
    private static func calls(_ bill: Bill) -> Script<Int64> {
        Script { ctx in
            var sum: Int64 = 0
            for _ in 0..<3 { sum += try await bill.call(ctx) }
            return sum
        }
    }

    private static func start<Output>(
        _ script: Script<Output>, for person: String? = "usr_a", in project: String?, on engine: Engine
    ) async throws -> RunHandle<Output> {
        try await RunAccount.$current.withValue(RunAccount(person: person, project: project)) {
            try await engine.start(script, 0)
        }
    }

    private static func limits(_ set: (inout SpendingLimits) -> Void) -> SpendingLimits {
        var limits = SpendingLimits()
        set(&limits)
        return limits
    }

    @Test(
        "parks a run whose project has used up its budget, and goes on when it is raised",
        arguments: StoreKind.allCases,
        [
            (limits { $0.tokensADay = 125 }, "tokens_a_day", "125 tokens today; there is room again at 2023-11-15T"),
            (limits { $0.tokensAMonth = 125 }, "tokens_a_month", "tokens this month; there is room again at 2023-12-0"),
            (limits { $0.tokens = 125 }, "tokens", "125 tokens; there is room again when the budget project.tokens is"),
            (limits { $0.usdADay = USD(microdollars: 125) }, "usd_a_day", "of $0.000125 today; there is room"),
            (limits { $0.usd = USD(microdollars: 125) }, "usd", "of $0.000125; there is room again when the budget"),
        ] as [(SpendingLimits, String, String)])
    func parks(kind: StoreKind, budget: (limits: SpendingLimits, name: String, words: String)) async throws {
        try await withStore(kind) { store in
            let script = Self.calls(Bill())
            let options = EngineOptions()
            options.projectLimits.set(budget.limits, of: "prj_a")
            try await withEngine(on: store.journal, [script], options: options, clock: ManualClock()) { engine in
                let run = try await Self.start(script, in: "prj_a", on: engine)
                let error = await #expect(throws: RunError.self) { try await run.output }
                #expect(error?.reason == .overBudget && error?.quota?.name == "project.\(budget.name)")
                #expect(error?.quota?.holder == .project("prj_a"))
                let message = error?.message ?? ""
                #expect(message.contains("the project prj_a has used ") && message.contains(budget.words), "\(message)")
                // Neither another project nor who works for none is held to it.
                for project in ["prj_b", nil] {
                    let other = try await Self.start(script, in: project, on: engine)
                    #expect(await other.outcome == .output(180))
                }
                options.projectLimits.set(Self.limits { $0.tokens = 1000 }, of: "prj_a")
                let again = try await engine.resume(run.id, as: Int64.self)
                #expect(await again.outcome == .output(180))
            }
        }
    }

    @Test("holds each project to what the configuration says, and those with limits of their own to these")
    func usual() async throws {
        let usual = AccountQuota(runsAtOnce: 4, tokensAMonth: 125, usdAMonth: .dollars(3))
        var options = EngineOptions()
        options.quotas = AccountQuotas(project: usual, organisation: AccountQuota(tokensAMonth: 1000))
        let own = Self.limits { ($0.tokensAMonth, $0.usdADay) = (500, .dollars(1)) }
        options.projectLimits.set(own, of: "prj_b")
        let script = Self.calls(Bill())
        try await withEngine([script], options: options) { engine, _ in
            let held = try await Self.start(script, in: "prj_a", on: engine)
            let error = await #expect(throws: RunError.self) { try await held.output }
            #expect(error?.quota?.name == "project.tokens_a_month")
            let free = try await Self.start(script, in: "prj_b", on: engine)
            #expect(await free.outcome == .output(180))
            func told(_ project: String) async throws -> [String: [Int64]] {
                let states = try await engine.usage(of: RunAccount(person: "usr_a", project: project))
                return Dictionary(states.map { ($0.name, [$0.used, $0.cap]) }, uniquingKeysWith: +)
            }
            #expect(
                try await told("prj_a") == [
                    "project.runs_at_once": [1, 4], "project.tokens_a_month": [120, 125],
                    "project.usd_a_month": [120, 3_000_000], "organisation.tokens_a_month": [300, 1000],
                ])
            #expect(
                try await told("prj_b") == [
                    "project.runs_at_once": [0, 4], "project.usd_a_day": [180, 1_000_000],
                    "project.tokens_a_month": [180, 500], "project.usd_a_month": [180, 3_000_000],
                    "organisation.tokens_a_month": [300, 1000],
                ])
            let names = engine.draws(ofProject: "prj_a").map(\.name.holder)
            #expect(Set(names) == [.project("prj_a")] && names.count == 3)
        }
    }

    @Test("refuses starts beyond the runs at once of a project, whoever starts them", arguments: StoreKind.allCases)
    func runsAtOnce(kind: StoreKind) async throws {
        let waiting = Script { ctx in
            try await ctx.signal("go")
            return 1
        }
        try await withStore(kind) { store in
            var options = EngineOptions()
            options.quotas.project.runsAtOnce = 1
            try await withEngine(on: store.journal, [waiting], options: options) { engine in
                let first = try await Self.start(waiting, in: "prj_a", on: engine)
                let error = await #expect(throws: RunError.self) {
                    try await Self.start(waiting, for: "usr_b", in: "prj_a", on: engine)
                }
                #expect(error?.code == "quota_exceeded")
                #expect(
                    error?.message
                        == "the project prj_a has 1 of 1 runs at once; there is room again when one of them has ended")
                _ = try await Self.start(waiting, in: "prj_b", on: engine)
                try await engine.signal(first.id, "go")
                #expect(await first.outcome == .output(1))
                _ = try await Self.start(waiting, for: nil, in: "prj_a", on: engine)
            }
        }
    }

    @Test("has calls and runs of a project draw on the same budget", arguments: StoreKind.allCases)
    func calls(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Self.calls(Bill())
            let options = EngineOptions()
            options.projectLimits.set(Self.limits { $0.tokens = 300 }, of: "prj_a")
            let clock = ManualClock()
            try await withEngine(on: store.journal, [script], options: options, clock: clock) { engine in
                let run = try await Self.start(script, in: "prj_a", on: engine)
                #expect(await run.outcome == .output(180))
                let spending = CallSpending(engine)
                func call(_ tokens: Int64, for person: String) -> SpendingReservation {
                    let account = RunAccount(person: person, project: "prj_a")
                    return SpendingReservation(
                        [.tokens: tokens], from: engine.spendingDraws(of: account, at: clock.now()))
                }
                let first = call(100, for: "usr_b")
                try await spending.reserve(first)
                spending.settle(first, costs: [.tokens: 90])
                let refusal = await #expect(throws: SpendingRefusal.self) {
                    try await spending.reserve(call(31, for: "usr_a"))
                }
                #expect(refusal?.state.holder == .project("prj_a") && refusal?.state.used == 270)
                await spending.close()
                let second = try await Self.start(script, in: "prj_a", on: engine)
                // The 30 that are left are less than the call would like, and all that it gets.
                #expect(await second.outcome == .run(.overBudget, cause: nil))
                #expect(try await spending.usage(of: engine.draws(ofProject: "prj_a")).map(\.used) == [300])
            }
        }
    }

    @Test("names each row so that what it counts can be told")
    func names() throws {
        let time = Timestamp(milliseconds: 0)
        let holders: [QuotaName.Holder] = [.person("a/b"), .key("key_a"), .project("prj_a"), .organisation]
        for holder in holders {
            for unit in [BudgetUnit.tokens, .usd] {
                for period in [QuotaPeriod.day(of: time), .month(of: time), nil] {
                    let name = QuotaName(tenant: "t", holder: holder, kind: .spent(unit, in: period))
                    #expect(QuotaName.unit(ofKey: name.text) == unit, "\(name.text)")
                }
            }
            let starts = QuotaName(tenant: "t", holder: holder, kind: .starts(day: .day(of: time)))
            #expect(QuotaName.unit(ofKey: starts.text) == nil)
        }
    }
}
