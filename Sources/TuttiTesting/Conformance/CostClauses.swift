import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let costs: [Clause] = [
        Clause("sums up what a run and all that it has started have cost") { world in
            let owner = try await world.startOwned(1)
            try await world.apply(world.startChild(2, of: owner))
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.startChild(3, of: child))
            let grandchild = Owner(run: StoreWorld.run(3), executor: world.alice, fence: StartCommand.firstFence)
            let free = try await world.startOwned(4)
            try await world.apply(world.record(owner, [world.paidRow("a#1", 5, tokens: 1), world.row("b#1")]))
            try await world.apply(world.record(child, [world.paidRow("a#1", 20, tokens: 2)]))
            try await world.apply(world.record(grandchild, [world.paidRow("a#1", 0, tokens: 400)]))
            try await world.apply(world.record(free, [world.row("a#1")]))
            let costs = try await world.second.costs(of: (1...5).map(StoreWorld.run))
            try world.expect(
                costs,
                [
                    StoreWorld.run(1): StepCost(microdollars: 25, tokens: 403),
                    StoreWorld.run(2): StepCost(microdollars: 20, tokens: 402),
                    StoreWorld.run(3): StepCost(microdollars: 0, tokens: 400),
                ], "the costs")
            try world.expect(try await world.second.costs(of: []), [:], "the costs of no runs")
        },
        Clause("filters by cost before it counts") { world in
            for n: UInt64 in 1...3 {
                let owner = try await world.startOwned(n)
                try await world.apply(world.record(owner, [world.paidRow("a#1", Int64(n) * 10, tokens: 0)]))
            }
            _ = try await world.startOwned(4)
            let owner = Owner(run: StoreWorld.run(1), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.startChild(5, of: owner))
            let child = Owner(run: StoreWorld.run(5), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.record(child, [world.paidRow("a#1", 30, tokens: 0)]))
            for (filter, expected): (RunFilter, [UInt64]) in [
                (RunFilter(kin: .roots, costAbove: 0), [1, 2, 3]), (RunFilter(kin: .roots, costAbove: 20), [1, 3]),
                (RunFilter(costAbove: 29), [1, 3, 5]), (RunFilter(costAbove: 40), []),
                (RunFilter(kin: .children, costAbove: 29), [5]), (RunFilter(workflow: "other", costAbove: 0), []),
            ] {
                let found = try await world.second.runs(filter, tenant: StoreWorld.tenant)
                try world.expect(Set(found.map(\.id)), Set(expected.map(StoreWorld.run)), "\(filter)")
            }
            let limited = RunFilter(costAbove: 0, limit: 2)
            try world.expect(
                try await world.second.runs(limited, tenant: StoreWorld.tenant).count, 2, "the number of runs")
        },
        Clause("keeps the cost of what a retry carries out again, and gives a fork none of it") { world in
            let owner = try await world.startOwned(1)
            var failed = world.failedRow("a#1")
            failed.cost = StepCost(microdollars: 7, tokens: 70)
            try await world.apply(world.record(owner, [world.paidRow("b#1", 5, tokens: 50), failed]))
            try await world.apply(world.end(owner, .failed(world.error)))
            let retry = RetryCommand(
                run: owner.run, tenant: StoreWorld.tenant, executor: world.alice, at: StoreWorld.time(10))
            guard case .claimed(let runs) = try await world.applyTwice(.retry(retry), about: owner.run) else {
                throw ConformanceFailure(description: "a retry was refused")
            }
            let again = Owner(run: owner.run, executor: world.alice, fence: runs.first?.fence ?? 0)
            let cost = StepCost(microdollars: 12, tokens: 120)
            try world.expect(try await world.second.costs(of: [owner.run]), [owner.run: cost], "the cost of a retry")
            try await world.apply(world.record(again, [world.paidRow("a#1", 1, tokens: 1)]))
            let more = StepCost(microdollars: 13, tokens: 121)
            try world.expect(try await world.second.costs(of: [owner.run]), [owner.run: more], "the cost later")
            let fork = ForkCommand(
                source: owner.run, tenant: StoreWorld.tenant, id: StoreWorld.run(2), key: nil, executor: world.alice,
                at: StoreWorld.time(11))
            try await world.apply(.fork(fork))
            try world.expect(try await world.second.costs(of: [fork.id]), [:], "the cost of a fork")
            try world.expect(
                try await world.second.steps(of: fork.id).map(\.cost), [nil, nil], "the costs of its steps")
            try world.expect(try await world.second.costs(of: [owner.run]), [owner.run: more], "the cost of its source")
        },
        Clause("tells what of a budget is used, held, and was wanted in vain") { world in
            let owner = try await world.startOwned(1, budget: [.tokens: 100, .steps: 5])
            let key = HoldKey(step: "a#1", generation: 0, attempt: 1)
            let hold = world.hold(owner, key, [.tokens: .init(60, least: 60)])
            try world.expect(try await world.applyTwice(hold, about: owner.run), .held([.tokens: 60]), "a hold")
            let other = HoldKey(step: "b#1", generation: 0, attempt: 1)
            let refused = try await world.apply(world.hold(owner, other, [.tokens: .init(90, least: 50)]))
            try world.expect(
                refused, .holdRefused(HoldRefusal(unit: .tokens, cap: 100, used: 60, hasOpenHolds: true)), "a refusal")
            try world.expect(
                try await world.second.budget(of: owner.run),
                [
                    BudgetState(unit: .steps, cap: 5, used: 0),
                    BudgetState(unit: .tokens, cap: 100, used: 60, held: 60, wanted: 110),
                ], "the budget")
            let settlement = RecordCommand(
                owner: owner, rows: [], events: [], settlements: [Settlement(key: key, costs: [.tokens: 20])],
                at: StoreWorld.time(3))
            try await world.apply(.record(settlement))
            try await world.apply(world.hold(owner, other, [.tokens: .init(90, least: 50)]))
            try world.expect(
                try await world.second.budget(of: owner.run).last,
                BudgetState(unit: .tokens, cap: 100, used: 100, held: 80), "the budget later")
        },
        Clause("raises all limits of a command or none, and each command once") { world in
            let owner = try await world.startOwned(1, budget: [.tokens: 100, .steps: 5])
            let caps = { () async throws -> BudgetAmounts in try await world.second.budget(of: owner.run).caps }
            for (amounts, totals, unit): (BudgetAmounts, BudgetAmounts, BudgetUnit) in [
                ([.steps: 1, .usd: 1], [:], .usd), ([:], [.steps: 9, .usd: 1], .usd), ([:], [.tokens: 99], .tokens),
                ([.steps: 1], [.tokens: 99], .tokens), ([.steps: 1, .tokens: BudgetUnit.amountMax - 99], [:], .tokens),
                ([.tokens: .max], [:], .tokens), ([:], [.tokens: .max], .tokens), ([.steps: -1], [:], .steps),
            ] {
                let command = world.raise(owner.run, amounts, totals, id: "refused")
                let outcome = try await world.apply(command)
                let cap = try await caps()[unit] ?? 0
                try world.expect(
                    outcome, .holdRefused(HoldRefusal(unit: unit, cap: cap, used: 0, hasOpenHolds: false)),
                    "raising by \(amounts) to \(totals)")
                try world.expect(try await caps(), [.tokens: 100, .steps: 5], "the limits")
            }
            try await world.applyTwice(world.raise(owner.run, [.steps: 2], [.tokens: 150], id: "a"), about: owner.run)
            try world.expect(try await caps(), [.tokens: 150, .steps: 7], "the limits")
            try await world.apply(world.raise(owner.run, [:], [.tokens: 150], id: "b"))
            try await world.apply(world.raise(owner.run, [.steps: 2], id: "a"))
            try world.expect(try await caps(), [.tokens: 150, .steps: 7], "the limits after the same was said again")
            let events = try await world.second.events(of: owner.run, after: 0, limit: 100)
            try world.expect(events.count { $0.type == "budget.raised" }, 1, "the events of raises")
        },
    ]
}

extension StoreWorld {
    fileprivate func paidRow(_ key: String, _ microdollars: Int64, tokens: Int64) -> StepRow {
        var row = row(key)
        row.cost = StepCost(microdollars: microdollars, tokens: tokens)
        return row
    }

    fileprivate func startOwned(_ number: UInt64, budget: BudgetAmounts) async throws -> Owner {
        let bytes = Data("{}".utf8)
        let start = StartCommand(
            id: Self.run(number), tenant: Self.tenant, workflow: "work", input: Payload(bytes),
            inputHash: Digest.sha256Hex(bytes), executor: alice, budget: budget, at: Self.time(1))
        try expect(try await apply(.start(start)), .done, "the outcome of a start")
        return Owner(run: start.id, executor: alice, fence: StartCommand.firstFence)
    }

    fileprivate func hold(_ owner: Owner, _ key: HoldKey, _ wants: [BudgetUnit: HoldCommand.Want]) -> JournalCommand {
        .hold(HoldCommand(owner: owner, root: owner.run, key: key, wants: wants))
    }

    fileprivate func raise(
        _ run: RunID, _ amounts: BudgetAmounts, _ totals: BudgetAmounts = [:], id: String
    ) -> JournalCommand {
        .raise(
            RaiseCommand(
                run: run, tenant: Self.tenant, amounts: amounts, totals: totals, id: id, at: Self.time(4)))
    }
}
