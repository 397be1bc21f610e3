import FoundationEssentials
import TuttiCore

/// Limits and what is set aside of them, of the in-memory store.
extension MemoryTables {
    struct Quota {
        var cap: Int64
        var used: Int64 = 0
        /// In microseconds, the time before which a rate lets nothing through.
        var tat: Int64?
    }

    struct Hold {
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
            quotas[.budget(root, unit)].map { BudgetState(unit: unit, cap: $0.cap, used: $0.used) }
        }
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
        for unit in command.amounts.keys where quotas[.budget(command.run, unit)] == nil {
            return .holdRefused(HoldRefusal(unit: unit, cap: 0, used: 0, hasOpenHolds: false))
        }
        raises.insert(command.id)
        for (unit, amount) in command.amounts { quotas[.budget(command.run, unit)]?.cap += amount }
        for member in runs.values where member.id == command.run || member.root == command.run {
            wake(member.id, at: command.at)
        }
        append(.budgetRaised(command), to: command.run, at: command.at)
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
