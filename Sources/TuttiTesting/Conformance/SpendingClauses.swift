import FoundationEssentials
import TuttiCore
import TuttiStore

/// What quotas promise of costs.
extension JournalStoreConformance {
    static let spending: [Clause] = [
        Clause("holds what an attempt costs against budget and quotas at once, and settles all of them") { world in
            let owner = try await world.startSpender(1, budget: [.tokens: 500])
            let own = world.month("usr_a", .tokens, cap: 80)
            let all = world.month(nil, .tokens, cap: 300)
            let key = world.attempt("a#1")
            let hold = world.hold(owner, key, [.tokens: .init(100, least: 50)], [own, all])
            try world.expect(try await world.applyTwice(hold, about: owner.run), .held([.tokens: 80]), "the hold")
            try world.expect(try await world.used([own, all]), [80, 80], "what is used of the quotas")
            let budget = { () async throws in try await world.second.budget(of: owner.run).map(\.used) }
            try world.expect(try await budget(), [80], "what is used of the budget")
            try await world.applyTwice(world.settle(owner, key, [.tokens: 30]), about: owner.run)
            try world.expect(try await world.used([own, all]), [30, 30], "what is used of the quotas at last")
            try world.expect(try await budget(), [30], "what is used of the budget at last")
        },
        Clause("counts what a run without a budget costs, in each unit by itself") { world in
            let owner = try await world.startSpender(1)
            let draws = [world.month("usr_a", .tokens, cap: 100), world.month(nil, .usd, cap: 1000)]
            let key = world.attempt("a#1")
            let wants: [BudgetUnit: HoldCommand.Want] = [
                .tokens: .init(10, least: 10), .usd: .init(70, least: 70), .steps: .init(1, least: 1),
            ]
            let held = try await world.applyTwice(world.hold(owner, key, wants, draws), about: owner.run)
            try world.expect(held, .held([.tokens: 10, .usd: 70]), "the hold")
            try world.expect(try await world.used(draws), [10, 70], "what is used")
            try await world.apply(world.settle(owner, key, [.tokens: 7]))
            try world.expect(try await world.used(draws), [7, 70], "what is used when the dollars are not known")
            try world.expect(try await world.second.budget(of: owner.run), [], "the budget")
        },
        Clause("holds all or nothing, and says what has no room") { world in
            let owner = try await world.startSpender(1, budget: [.tokens: 60])
            let own = world.month("usr_a", .tokens, cap: 100)
            let all = world.month(nil, .tokens, cap: 40)
            let wants: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(90, least: 50)]
            let refused = try await world.apply(world.hold(owner, world.attempt("a#1"), wants, [own, all]))
            let refusal = HoldRefusal(unit: .tokens, cap: 40, used: 0, hasOpenHolds: false, quota: all.name)
            try world.expect(refused, .holdRefused(refusal), "the refusal")
            try world.expect(try await world.second.uses(of: [own.name, all.name]), [:], "the rows of the quotas")
            try world.expect(
                try await world.second.budget(of: owner.run), [BudgetState(unit: .tokens, cap: 60, used: 0)],
                "the budget")
            let raised = world.month(nil, .tokens, cap: 50)
            let held = try await world.apply(world.hold(owner, world.attempt("a#1"), wants, [own, raised]))
            try world.expect(held, .held([.tokens: 50]), "the hold under a higher limit")
        },
        Clause("tells what was wanted in vain of the quota or of the budget, whichever has refused last") { world in
            let owner = try await world.startSpender(1, budget: [.tokens: 50])
            let quota = world.month(nil, .tokens, cap: 100)
            let first = world.hold(owner, world.attempt("a#1"), [.tokens: .init(30, least: 30)], [quota])
            try await world.apply(first)
            let wants: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(25, least: 25)]
            try await world.apply(world.hold(owner, world.attempt("b#1"), wants, [quota]))
            try world.expect(try await world.wanted(owner, quota), [55, nil], "what was wanted of the budget")
            try await world.apply(world.settle(owner, world.attempt("a#1"), [.tokens: 20]))
            let lowered = QuotaDraw(quota.name, cap: 40)
            try await world.apply(world.hold(owner, world.attempt("b#1"), wants, [lowered]))
            try world.expect(try await world.wanted(owner, quota), [nil, 45], "what was wanted of the quota")
            try await world.apply(world.hold(owner, world.attempt("b#1"), wants, [quota]))
            try world.expect(try await world.wanted(owner, quota), [nil, nil], "what was wanted in vain after a hold")
        },
        Clause("waits for the holds of runs that somebody works on, and for no others") { world in
            let owner = try await world.startSpender(1)
            let other = try await world.startSpender(2)
            let quota = world.month(nil, .tokens, cap: 100)
            let wants: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(80, least: 80)]
            try await world.apply(world.hold(owner, world.attempt("a#1"), wants, [quota]))
            func isOpen(_ owner: Owner) async throws -> Bool? {
                let outcome = try await world.apply(world.hold(owner, world.attempt("b#1"), wants, [quota]))
                guard case .holdRefused(let refusal) = outcome, refusal.quota == quota.name else { return nil }
                return refusal.hasOpenHolds
            }
            try world.expect(try await isOpen(other), true, "whether a hold at work is open")
            let heir = try await world.takeOver(other.run)
            try await world.applyTwice(world.release(owner, wakeSequence: 0), about: owner.run)
            try world.expect(try await isOpen(heir), false, "whether a hold of a run that was given back is open")
            let again = try await world.apply(world.claim(owner.run, by: world.alice))
            guard case .claimed(let runs) = again, let claimed = runs.first else {
                throw ConformanceFailure(description: "a claim was answered by \(again)")
            }
            let next = Owner(run: owner.run, executor: world.alice, fence: claimed.fence)
            try world.expect(try await world.used([quota]), [80], "what is used when nobody knows the cost")
            let small: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(10, least: 10)]
            try await world.apply(world.hold(next, world.attempt("c#1"), small, [quota]))
            try world.expect(try await isOpen(heir), true, "whether a hold of the next owner is open")
            world.killAlice()
            try world.expect(try await isOpen(heir), false, "whether a hold of a dead owner is open")
        },
        Clause("tells an unknown cost once, however many limits it was held against") { world in
            let owner = try await world.startSpender(1, budget: [.tokens: 500, .usd: 500])
            let draws = [
                world.month("usr_a", .tokens, cap: 100), world.month(nil, .tokens, cap: 100),
                world.month(nil, .usd, cap: 100),
            ]
            let wants: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(60, least: 60), .usd: .init(6, least: 6)]
            try await world.apply(world.hold(owner, world.attempt("a#1"), wants, draws))
            _ = try await world.takeOver(owner.run)
            let events = try await world.second.events(of: owner.run, after: 0, limit: 100)
            try world.expect(events.count { $0.type == "budget.cost_unknown" }, 2, "the number of events")
            try world.expect(try await world.used(draws), [60, 60, 6], "what is used")
            let free = try await world.startSpender(2)
            try await world.apply(world.hold(free, world.attempt("a#1"), [.usd: .init(6, least: 6)], [draws[2]]))
            try await world.apply(world.end(free, .cancelled))
            let ended = try await world.second.events(of: free.run, after: 0, limit: 100)
            try world.expect(ended.count { $0.type == "budget.cost_unknown" }, 1, "of a run without a budget")
        },
        Clause("settles in the month that an attempt was held in") { world in
            let owner = try await world.startSpender(1)
            let november = world.month("usr_a", .tokens, cap: 100)
            let december = world.month("usr_a", .tokens, cap: 100, day: 30)
            try world.expect(november.name == december.name, false, "whether two months are one")
            let wants: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(90, least: 90)]
            try await world.apply(world.hold(owner, world.attempt("a#1"), wants, [november]))
            let repeated = try await world.apply(world.hold(owner, world.attempt("a#1"), wants, [december]))
            try world.expect(repeated, .held([.tokens: 90]), "the same hold, given again in the next month")
            try await world.apply(world.hold(owner, world.attempt("b#1"), wants, [december]))
            try await world.apply(world.settle(owner, world.attempt("a#1"), [.tokens: 10]))
            try world.expect(try await world.used([november, december]), [10, 90], "what is used")
        },
        Clause("outlives its row: what is settled after that changes nothing") { world in
            let owner = try await world.startSpender(1)
            let old = world.month("usr_a", .tokens, cap: 100)
            let new = world.month("usr_a", .tokens, cap: 100, day: 120)
            let wants: [BudgetUnit: HoldCommand.Want] = [.tokens: .init(90, least: 90)]
            try await world.apply(world.hold(owner, world.attempt("a#1"), wants, [old]))
            try await world.apply(world.hold(owner, world.attempt("b#1"), wants, [new]))
            try world.expect(try await world.second.uses(of: [old.name]), [:], "the old row")
            try await world.applyTwice(world.settle(owner, world.attempt("a#1"), [.tokens: 10]), about: owner.run)
            try world.expect(try await world.second.uses(of: [old.name]), [:], "the old row after a settlement")
            try world.expect(try await world.used([new]), [90], "what is used of the new one")
        },
        Clause("wakes a parent elsewhere of a child that is parked without room, and all who wait on a resume") {
            world in
            let parent = try await world.startSpender(1)
            try await world.apply(world.startChild(2, of: parent))
            let child = try await world.takeOver(StoreWorld.run(2))
            let release = ReleaseCommand(owner: child, rows: [], wakeSequence: 0, wait: .budget, at: StoreWorld.time(7))
            try await world.applyTwice(.release(release), about: child.run)
            let wake = try await world.apply(.takeWake(parent, at: StoreWorld.time(8)))
            try world.expect(wake, .wake(sequence: 1, isCancelRequested: false), "the wake of the parent")
            let own = ReleaseCommand(owner: parent, rows: [], wakeSequence: 1, wait: .budget, at: StoreWorld.time(8))
            try await world.apply(.release(own))
            for run in [parent.run, child.run] {
                try world.expect(try await world.summary(of: run).reason, "budget", "the reason of \(run)")
            }
            _ = try await world.takeOver(parent.run)
            try world.expect(
                try await world.summary(of: child.run).reason, "interrupted", "the reason of the child after a resume")
        },
    ]
}

extension StoreWorld {
    /// A quota of a month: the one of the beginning of all clauses, or of so many days later.
    fileprivate func month(_ person: String?, _ unit: BudgetUnit, cap: Int64, day: Int64 = 0) -> QuotaDraw {
        let holder = person.map(QuotaName.Holder.person) ?? .organisation
        let month = QuotaPeriod.month(of: Self.time(day * 86_400))
        return QuotaDraw(QuotaName(tenant: Self.tenant, holder: holder, kind: .spent(unit, in: month)), cap: cap)
    }

    /// The limits that have refused something last: of a run's budget, and of a quota.
    fileprivate func wanted(_ owner: Owner, _ quota: QuotaDraw) async throws -> [Int64?] {
        let states = try await second.budget(of: owner.run)
        let uses = try await second.uses(of: [quota.name])
        return [states.first?.wanted, uses[quota.name]?.wanted]
    }

    fileprivate func attempt(_ key: String) -> HoldKey { HoldKey(step: key, generation: 0, attempt: 1) }

    fileprivate func startSpender(_ number: UInt64, budget: BudgetAmounts = [:]) async throws -> Owner {
        var command = startCommand(Self.run(number))
        (command.executor, command.budget) = (alice, budget)
        try expect(try await apply(.start(command)), .done, "the outcome of a start")
        return Owner(run: command.id, executor: alice, fence: StartCommand.firstFence)
    }

    fileprivate func hold(
        _ owner: Owner, _ key: HoldKey, _ wants: [BudgetUnit: HoldCommand.Want], _ quotas: [QuotaDraw]
    ) -> JournalCommand {
        .hold(HoldCommand(owner: owner, root: owner.run, key: key, wants: wants, quotas: quotas))
    }

    fileprivate func settle(_ owner: Owner, _ key: HoldKey, _ costs: BudgetAmounts) -> JournalCommand {
        .record(
            RecordCommand(
                owner: owner, rows: [], events: [], settlements: [Settlement(key: key, costs: costs)],
                at: Self.time(3)))
    }
}
