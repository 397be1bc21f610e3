import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

extension EngineOptions {
    init(person: AccountQuota = AccountQuota(), organisation: AccountQuota = AccountQuota()) {
        self.init()
        quotas = AccountQuotas(person: person, organisation: organisation)
    }
}

extension Engine {
    /// Starts a run for a person.
    func start<Output>(
        _ script: Script<Output>, for person: String?, key: String? = nil, queue: String? = nil, budget: Budget? = nil
    ) async throws -> RunHandle<Output> {
        try await RunAccount.$current.withValue(RunAccount(person: person)) {
            try await start(script, 0, idempotencyKey: key, queue: queue, budget: budget)
        }
    }

    /// What an account has used, by the name of the quota.
    func used(by person: String? = nil) async throws -> [String: Int64] {
        let states = try await usage(of: RunAccount(person: person))
        return Dictionary(states.map { ($0.name, $0.used) }, uniquingKeysWith: +)
    }
}

@Suite struct QuotaTests {
    private static let waiting = Script { ctx in
        try await ctx.signal("go")
        return 1
    }

    @Test(
        "refuses what is beyond the runs at once, and names quota, limit, use and way out",
        arguments: StoreKind.allCases)
    func runsAtOnce(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let options = EngineOptions(
                person: AccountQuota(runsAtOnce: 2), organisation: AccountQuota(runsAtOnce: 3))
            try await withEngine(on: store.journal, [Self.waiting], options: options) { engine in
                let first = try await engine.start(Self.waiting, for: "usr_a")
                _ = try await engine.start(Self.waiting, for: "usr_a")
                let error = await #expect(throws: RunError.self) {
                    try await engine.start(Self.waiting, for: "usr_a")
                }
                #expect(error?.code == "quota_exceeded" && error?.quota?.name == "person.runs_at_once")
                #expect(
                    error?.message
                        == "usr_a has 2 of 2 runs at once; there is room again when one of them has ended")
                _ = try await engine.start(Self.waiting, for: "usr_b")
                let crowded = await #expect(throws: RunError.self) {
                    try await engine.start(Self.waiting, for: nil)
                }
                #expect(crowded?.quota?.name == "organisation.runs_at_once")
                #expect(crowded?.message.hasPrefix("the organisation has 3 of 3 runs at once; ") == true)
                try await engine.cancel(first.id)
                #expect(await first.outcome == .run(.cancelled, cause: nil))
                _ = try await engine.start(Self.waiting, for: "usr_a")
                let used = try await engine.used(by: "usr_a")
                #expect(used == ["person.runs_at_once": 2, "organisation.runs_at_once": 3])
            }
        }
    }

    @Test("lets exactly as many start as may, when many ask several engines at once", arguments: StoreKind.allCases)
    func together(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let options = EngineOptions(organisation: AccountQuota(runsAtOnce: 5))
            try await withEngine(on: store.journal, [Self.waiting], options: options) { [options] one in
                try await withEngine(on: store.journal, [Self.waiting], options: options) { two in
                    let started = await withTaskGroup(of: Bool.self) { group in
                        for number in 0..<30 {
                            group.addTask {
                                do {
                                    _ = try await (number % 2 == 0 ? one : two).start(Self.waiting)
                                    return true
                                } catch {
                                    #expect((error as? RunError)?.reason == .quotaExceeded)
                                    return false
                                }
                            }
                        }
                        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                    }
                    #expect(started == 5)
                    let used = try await two.used()
                    #expect(used == ["organisation.runs_at_once": 5])
                }
            }
            let rows = try await store.journal.runs(RunFilter(), tenant: "default")
            #expect(rows.count == 5)
        }
    }

    @Test("counts starts and forks of a day of UTC, and idempotent repeats not", arguments: StoreKind.allCases)
    func runsADay(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { _ in 1 }
            let clock = ManualClock()  // at 22:13:20
            let options = EngineOptions(person: AccountQuota(runsADay: 2))
            try await withEngine(on: store.journal, [script], options: options, clock: clock) { engine in
                let run = try await engine.start(script, for: "usr_a", key: "k")
                #expect(await run.outcome == .output(1))
                let same = try await engine.start(script, for: "usr_a", key: "k")
                #expect(same.id == run.id)
                let fork = try await RunAccount.$current.withValue(RunAccount(person: "usr_a")) {
                    try await engine.fork(run.id, as: Int.self)
                }
                #expect(await fork.outcome == .output(1))
                let error = await #expect(throws: RunError.self) { try await engine.start(script, for: "usr_a") }
                #expect(
                    error?.message
                        == "usr_a has started 2 of 2 runs today; there is room again at 2023-11-15T00:00:00.000Z")
                #expect(error?.quota?.periodEnd?.description == "2023-11-15T00:00:00.000Z")
                let refused = await #expect(throws: RunError.self) {
                    try await RunAccount.$current.withValue(RunAccount(person: "usr_a")) {
                        try await engine.fork(run.id, as: Int.self)
                    }
                }
                #expect(refused?.reason == .quotaExceeded)
                #expect(try await engine.start(script, for: "usr_a", key: "k").id == run.id)
                clock.advance(by: .seconds(2 * 3600))
                let used = try await engine.used(by: "usr_a")
                #expect(used == ["person.runs_a_day": 0])
                let next = try await engine.start(script, for: "usr_a")
                #expect(await next.outcome == .output(1))
            }
        }
    }

    @Test("has a retry take its place again, or refuses it", arguments: StoreKind.allCases)
    func retry(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let options = EngineOptions(person: AccountQuota(runsAtOnce: 1, runsADay: 2))
            let mixed = Script { ctx in
                try await ctx.signal("go")
                return try await ctx.step("work", StepOptions(retry: .never)) { () throws -> Int in
                    throw Trouble(isRetryable: false)
                }
            }
            try await withEngine(on: store.journal, [mixed], options: options) { engine in
                let run = try await engine.start(mixed, for: "usr_a")
                try await engine.signal(run.id, "go")
                #expect(await run.outcome == .run(.failed, cause: "trouble"))
                let other = try await engine.start(mixed, for: "usr_a")
                let error = await #expect(throws: RunError.self) { try await engine.retry(run.id, as: Int.self) }
                #expect(error?.reason == .quotaExceeded && error?.quota?.name == "person.runs_at_once")
                #expect(try await engine.summary(of: run.id)?.status == .failed)
                try await engine.cancel(other.id)
                #expect(await other.outcome == .run(.cancelled, cause: nil))
                let again = try await engine.retry(run.id, as: Int.self)
                #expect(await again.outcome == .run(.failed, cause: "trouble"))
                let used = try await engine.used(by: "usr_a")
                #expect(used == ["person.runs_at_once": 0, "person.runs_a_day": 2])
            }
        }
    }

    @Test("keeps the place of a run that nobody has in memory, and frees it by whoever ends it")
    func restart() async throws {
        let store = MemoryJournalStore()
        let options = EngineOptions(person: AccountQuota(runsAtOnce: 1))
        let id = try await withEngine(on: store, [Self.waiting], options: options) { engine in
            try await engine.start(Self.waiting, for: "usr_a").id
        }
        try await withEngine(on: store, [Self.waiting], options: options) { engine in
            let used = try await engine.used(by: "usr_a")
            #expect(used == ["person.runs_at_once": 1])
            let run = try await engine.resume(id, as: Int.self)
            await #expect(throws: RunError.self) { try await engine.start(Self.waiting, for: "usr_a") }
            engine.park(id)
            #expect(await run.outcome == .run(.interrupted, cause: nil))
            await #expect(throws: RunError.self) { try await engine.start(Self.waiting, for: "usr_a") }
        }
        // Quotas that are gone free what was counted under them.
        try await withEngine(on: store, [Self.waiting]) { engine in
            #expect(try await engine.usage(of: RunAccount(person: "usr_a")) == [])
            let run = try await engine.resume(id, as: Int.self)
            try await engine.signal(id, "go")
            #expect(await run.outcome == .output(1))
        }
        #expect(store.holdCount == 0)
        try await withEngine(on: store, [Self.waiting], options: options) { engine in
            let used = try await engine.used(by: "usr_a")
            #expect(used == ["person.runs_at_once": 0])
        }
    }

    @Test("counts no children", arguments: StoreKind.allCases)
    func children(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let child = Kid()
            let script = Script { ctx in
                try await ctx.all("kids", [1, 2, 3], key: { "\($0)" }) { item, ctx in try await ctx.child(child, item) }
                    .reduce(0, +)
            }
            let options = EngineOptions(organisation: AccountQuota(runsAtOnce: 1, runsADay: 1))
            try await withEngine(on: store.journal, [script, child], options: options) { engine in
                let run = try await engine.start(script)
                #expect(await run.outcome == .output(6))
                let used = try await engine.used()
                #expect(used == ["organisation.runs_at_once": 0, "organisation.runs_a_day": 1])
            }
        }
    }

    @Test("tells limit, use and end of each quota, and nothing where none are set")
    func usage() async throws {
        let all = AccountQuota(runsAtOnce: 3, runsADay: -4, tokensAMonth: 500, usdAMonth: .dollars(6))
        var options = EngineOptions(person: all, organisation: AccountQuota(tokensAMonth: .max))
        options.tenant = "a/b"
        try await withEngine([Self.waiting], options: options) { engine, _ in
            let states = try await engine.usage(of: RunAccount(person: "usr_a"))
            #expect(
                states.map(\.name) == [
                    "person.runs_at_once", "person.runs_a_day", "person.tokens_a_month", "person.usd_a_month",
                    "organisation.tokens_a_month",
                ])
            #expect(states.map(\.cap) == [3, 0, 500, 6_000_000, BudgetUnit.amountMax])
            #expect(states.map(\.used) == [0, 0, 0, 0, 0])
            let month = "2023-12-01T00:00:00.000Z"
            #expect(states.map(\.periodEnd?.description) == [nil, "2023-11-15T00:00:00.000Z", month, month, month])
            #expect(try await engine.usage(of: RunAccount()).map(\.name) == ["organisation.tokens_a_month"])
            let error = await #expect(throws: RunError.self) { try await engine.start(Self.waiting, for: "usr_a") }
            #expect(
                error?.message
                    == "usr_a has started 0 of 0 runs today; the quota person.runs_a_day lets nothing through")
        }
        try await withEngine([Self.waiting]) { engine, _ in
            _ = try await engine.start(Self.waiting, for: "usr_a")
            #expect(try await engine.usage(of: RunAccount(person: "usr_a")) == [])
        }
    }

    @Test(
        "ends the months of a year where they end",
        arguments: [
            ("2024-02-28T23:59:59.999Z", "2024-02", "2024-03-01", "2024-02-29"),
            ("2023-12-31T00:00:00.000Z", "2023-12", "2024-01-01", "2024-01-01"),
            ("1970-01-01T00:00:00.000Z", "1970-01", "1970-02-01", "1970-01-02"),
        ])
    func periods(moment: String, month: String, monthEnd: String, dayEnd: String) throws {
        let time = try #require(Timestamp(moment))
        #expect(QuotaPeriod.month(of: time).text == month)
        #expect(QuotaPeriod.month(of: time).end.description == monthEnd + "T00:00:00.000Z")
        #expect(QuotaPeriod.day(of: time).text == String(moment.prefix(10)))
        #expect(QuotaPeriod.day(of: time).end.description == dayEnd + "T00:00:00.000Z")
    }
}

private struct Kid: Workflow {
    static let name = "kid"

    func run(_ input: Int, _ ctx: Context) async throws -> Int { try await ctx.step("k") { input } }
}
