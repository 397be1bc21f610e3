import FoundationEssentials
import TuttiCore

/// Limits and what is set aside of them, of the in-memory store.
extension MemoryTables {
    struct Quota: Hashable {
        var cap: Int64
        var used: Int64 = 0
        /// The cap that would have sufficed for what was refused last.
        var wanted: Int64?
        /// In microseconds, the time before which a rate lets nothing through.
        var tat: Int64?
    }

    struct Hold: Hashable {
        var run: RunID
        var key: HoldKey
        var quota: QuotaKey
        var fence: Int64
        var amount: Int64
    }

    enum QuotaKey: Hashable {
        case budget(RunID, BudgetUnit)
        case queue(String)
        case rate(String)
        case account(QuotaName)

        /// What attempts are counted in against it.
        var unit: BudgetUnit? {
            switch self {
            case .budget(_, let unit): unit
            case .account(let name): name.unit
            case .queue, .rate: nil
            }
        }
    }

    func budget(of root: RunID) -> [BudgetState] {
        BudgetUnit.allCases.sorted { $0.rawValue < $1.rawValue }.compactMap { unit in
            let held = holds.filter { $0.quota == .budget(root, unit) }.reduce(0) { $0 + $1.amount }
            return quotas[.budget(root, unit)].map {
                BudgetState(unit: unit, cap: $0.cap, used: $0.used, held: held, wanted: $0.wanted)
            }
        }
    }

    func costs(of ids: [RunID]) -> [RunID: StepCost] {
        let children = Dictionary(grouping: runs.values.filter { $0.parent != nil }, by: \.parent)
        func cost(of run: Run) -> StepCost? {
            ([run.steps.cost] + (children[run.id] ?? []).map(cost(of:))).total
        }
        let known = ids.compactMap { id in runs[id].flatMap(cost(of:)).map { (id, $0) } }
        return Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    mutating func hold(_ command: HoldCommand) -> JournalOutcome {
        let owner = command.owner
        guard isOwner(owner) else { return .leaseLost }
        let known = holds.filter { $0.run == owner.run && $0.key == command.key && $0.fence == owner.fence }
        if !known.isEmpty {
            let amounts = known.compactMap { hold in hold.quota.unit.map { ($0, hold.amount) } }
            return .held(Dictionary(amounts, uniquingKeysWith: { first, _ in first }))
        }
        let budgets = command.wants.keys.compactMap { unit in
            quotas[.budget(command.root, unit)].map { (key: QuotaKey.budget(command.root, unit), cap: $0.cap) }
        }
        let drawn = budgets + command.quotas.map { (key: QuotaKey.account($0.name), cap: $0.cap) }
        var granted: BudgetAmounts = [:]
        for (key, cap) in drawn {
            guard let unit = key.unit, let want = command.wants[unit] else { continue }
            let used = quotas[key]?.used ?? 0
            // The same of each: the attempt gets what the least of them has left.
            let amount = min(granted[unit] ?? want.amount, cap - used)
            guard amount >= want.least else {
                if case .account = key { for budget in budgets { quotas[budget.key]?.wanted = nil } }
                quotas[key]?.wanted = want.limit(over: used)
                return .holdRefused(refusal(of: key, unit, cap: cap, used: used))
            }
            granted[unit] = amount
        }
        for (key, cap) in drawn {
            guard let unit = key.unit, let amount = granted[unit] else { continue }
            if case .account(let name) = key { makeRow(QuotaDraw(name, cap: cap)) }
            insert(Hold(run: owner.run, key: command.key, quota: key, fence: owner.fence, amount: amount))
        }
        return .held(granted)
    }

    private func refusal(of key: QuotaKey, _ unit: BudgetUnit, cap: Int64, used: Int64) -> HoldRefusal {
        let open = holds.filter { $0.quota == key }
        guard case .account(let name) = key else {
            return HoldRefusal(unit: unit, cap: cap, used: used, hasOpenHolds: !open.isEmpty)
        }
        let isAtWork = open.contains { isAlive(runs[$0.run]?.task?.executor) }
        return HoldRefusal(unit: unit, cap: cap, used: used, hasOpenHolds: isAtWork, quota: name)
    }

    mutating func insert(_ hold: Hold) {
        holds.append(hold)
        quotas[hold.quota]?.used += hold.amount
        quotas[hold.quota]?.wanted = nil
    }

    mutating func settle(_ settlement: Settlement, of owner: Owner) {
        for hold in holds
        where hold.run == owner.run && hold.key == settlement.key && hold.fence == owner.fence {
            guard let unit = hold.quota.unit, let cost = settlement.costs[unit] else { continue }
            quotas[hold.quota]?.used += cost - hold.amount
        }
        holds.removeAll { $0.run == owner.run && $0.key == settlement.key && $0.fence == owner.fence }
    }

    /// Books what a run has left open.
    ///
    /// - Parameter isOver: the run has its end, and leaves its place among the live runs of its account, too.
    mutating func bookHolds(of run: RunID, isOver: Bool = false, at time: Timestamp) {
        let left = holds.filter { $0.run == run && (isOver || $0.key.step != QuotaName.liveStep) }
        guard !left.isEmpty else { return }
        holds.removeAll(where: left.contains)
        var told: Set<LeftOpen> = []
        for hold in left {
            if let unit = hold.quota.unit {
                guard unit == .usd || unit == .tokens,
                    told.insert(LeftOpen(key: hold.key, unit: unit)).inserted
                else { continue }
                append(.costUnknown(unit, hold.amount, key: hold.key.step), to: run, at: time)
            } else {
                quotas[hold.quota]?.used -= hold.amount
                if hold.key.step == QuotaName.liveStep, quotas[hold.quota]?.used == 0 { quotas[hold.quota] = nil }
            }
        }
    }

    /// What of an attempt is told once, however many limits it was held against.
    private struct LeftOpen: Hashable {
        var key: HoldKey
        var unit: BudgetUnit
    }

    /// A run that nobody works on leaves its place in its queue.
    mutating func bookSlots(of run: RunID) {
        for hold in holds where hold.run == run && hold.key.step.isEmpty { quotas[hold.quota]?.used -= hold.amount }
        holds.removeAll { $0.run == run && $0.key.step.isEmpty }
    }

    mutating func raise(_ command: RaiseCommand) -> JournalOutcome {
        guard let run = runs[command.run], run.tenant == command.tenant else { return .notFound }
        if let status = run.status, status.isFinal { return .alreadyEnded(status) }
        guard !raises.contains(command.id) else { return .done }
        let rises: BudgetAmounts
        switch command.rises(from: budget(of: command.run).caps) {
        case .failure(let refusal): return .holdRefused(refusal)
        case .success(let amounts): rises = amounts
        }
        guard !rises.isEmpty else { return .done }
        raises.insert(command.id)
        for (unit, amount) in rises { quotas[.budget(command.run, unit)]?.cap += amount }
        for member in runs.values where member.id == command.run || member.root == command.run {
            wake(member.id, at: command.at)
        }
        append(.budgetRaised(command.id, by: rises), to: command.run, at: command.at)
        return .done
    }

    // MARK: Queues

    func room(in queue: String, _ limit: QueueLimit, at time: Timestamp) -> Int {
        var room = Int.max
        if let concurrency = limit.concurrency { room = concurrency - Int(quotas[.queue(queue)]?.used ?? 0) }
        if let rate = limit.rate, let interval = limit.interval {
            let now = time.milliseconds * 1000
            let tat = quotas[.rate(queue)]?.tat ?? now
            room = min(room, Int((now + Int64(rate) * interval - max(tat, now)) / interval))
        }
        return max(0, room)
    }

    mutating func occupy(_ queue: String, _ limit: QueueLimit, by run: ClaimedRun, at time: Timestamp) {
        if let concurrency = limit.concurrency {
            quotas[.queue(queue), default: Quota(cap: 0)].cap = Int64(concurrency)
            insert(
                Hold(
                    run: run.run, key: HoldKey(step: "", generation: 0, attempt: 0), quota: .queue(queue),
                    fence: run.fence, amount: 1))
        }
        if let rate = limit.rate, let interval = limit.interval {
            let now = time.milliseconds * 1000
            quotas[.rate(queue), default: Quota(cap: Int64(rate))].tat =
                max(quotas[.rate(queue)]?.tat ?? now, now) + interval
        }
    }
}
