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
            let amounts = known.compactMap { hold in
                if case .budget(_, let unit) = hold.quota { (unit, hold.amount) } else { nil }
            }
            return .held(Dictionary(amounts, uniquingKeysWith: { first, _ in first }))
        }
        var granted: BudgetAmounts = [:]
        for (unit, want) in command.wants {
            guard let quota = quotas[.budget(command.root, unit)] else { continue }
            let amount = min(want.amount, quota.cap - quota.used)
            guard amount >= want.least else {
                quotas[.budget(command.root, unit)]?.wanted = want.limit(over: quota.used)
                let isHeld = holds.contains { $0.quota == .budget(command.root, unit) }
                return .holdRefused(HoldRefusal(unit: unit, cap: quota.cap, used: quota.used, hasOpenHolds: isHeld))
            }
            granted[unit] = amount
        }
        for (unit, amount) in granted {
            insert(
                Hold(
                    run: owner.run, key: command.key, quota: .budget(command.root, unit), fence: owner.fence,
                    amount: amount))
        }
        return .held(granted)
    }

    private mutating func insert(_ hold: Hold) {
        holds.append(hold)
        quotas[hold.quota]?.used += hold.amount
        quotas[hold.quota]?.wanted = nil
    }

    mutating func settle(_ settlement: Settlement, of owner: Owner) {
        for hold in holds
        where hold.run == owner.run && hold.key == settlement.key && hold.fence == owner.fence {
            guard case .budget(_, let unit) = hold.quota, let cost = settlement.costs[unit] else { continue }
            quotas[hold.quota]?.used += cost - hold.amount
        }
        holds.removeAll { $0.run == owner.run && $0.key == settlement.key && $0.fence == owner.fence }
    }

    mutating func bookHolds(of run: RunID, at time: Timestamp) {
        let left = holds.filter { $0.run == run }
        guard !left.isEmpty else { return }
        holds.removeAll { $0.run == run }
        for hold in left {
            switch hold.quota {
            case .queue: quotas[hold.quota]?.used -= hold.amount
            case .budget(_, let unit) where unit == .usd || unit == .tokens:
                append(.costUnknown(unit, hold.amount, key: hold.key.step), to: run, at: time)
            case .budget, .rate: break
            }
        }
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
