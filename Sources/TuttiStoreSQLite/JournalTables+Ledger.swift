import FoundationEssentials
import TuttiCore
import TuttiStore

/// Limits and what is set aside of them.
extension JournalTables {
    // MARK: Budgets

    static func quota(_ unit: BudgetUnit, of root: RunID) -> String { "budget/\(root.text)/\(unit.rawValue)" }

    func insertBudget(_ caps: BudgetAmounts, of root: RunID) throws(StoreError) {
        for (unit, cap) in caps.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try connection.run(
                "insert into quota(key, cap) values(?1, ?2) on conflict do nothing",
                [.text(Self.quota(unit, of: root)), .int(cap)])
        }
    }

    func hold(_ command: HoldCommand) throws(StoreError) -> JournalOutcome {
        let owner = command.owner
        guard try isOwner(owner) else { return .leaseLost }
        let known = try amounts(of: command)
        if !known.isEmpty { return .held(known) }
        let limits = try limits(of: command)
        var granted: BudgetAmounts = [:]
        for limit in limits {
            guard let want = command.wants[limit.unit] else { continue }
            // The same of each: the attempt gets what the least of them has left.
            let amount = min(granted[limit.unit] ?? want.amount, limit.cap - limit.used)
            guard amount >= want.least else { return .holdRefused(try refuse(limit, want, among: limits)) }
            granted[limit.unit] = amount
        }
        for limit in limits {
            guard let amount = granted[limit.unit] else { continue }
            if let name = limit.name { try makeRow(QuotaDraw(name, cap: limit.cap)) }
            try insertHold(limit.quota, amount, owner.run, command.key, fence: owner.fence)
        }
        return .held(granted)
    }

    /// What an attempt is held against, in one unit.
    private struct Limit {
        var unit: BudgetUnit
        var quota: String
        var cap: Int64
        var used: Int64
        /// `nil` for the budget of the run.
        var name: QuotaName?
    }

    /// Those of the run's budget first, and then those of its account.
    private func limits(of command: HoldCommand) throws(StoreError) -> [Limit] {
        var limits: [Limit] = []
        for unit in command.wants.keys {
            let quota = Self.quota(unit, of: command.root)
            guard let (cap, used) = try state(of: quota) else { continue }
            limits.append(Limit(unit: unit, quota: quota, cap: cap, used: used))
        }
        for draw in command.quotas {
            guard let unit = draw.name.unit else { continue }
            let used = try state(of: draw.name.text)?.used ?? 0
            limits.append(Limit(unit: unit, quota: draw.name.text, cap: draw.cap, used: used, name: draw.name))
        }
        return limits
    }

    /// Notes what would have been let through, of the limit that stands in the way and of no other one.
    private func refuse(
        _ limit: Limit, _ want: HoldCommand.Want, among limits: [Limit]
    ) throws(StoreError) -> HoldRefusal {
        if limit.name != nil {
            for budget in limits where budget.name == nil {
                try connection.run(
                    "update quota set wanted = null where key = ?1 and wanted is not null", [.text(budget.quota)])
            }
        }
        try connection.run(
            "update quota set wanted = ?2 where key = ?1 and wanted is not ?2",
            [.text(limit.quota), .int(want.limit(over: limit.used))])
        let isHeld = limit.name == nil ? try hasHolds(limit.quota) : try isHeldAtWork(limit.quota)
        return HoldRefusal(
            unit: limit.unit, cap: limit.cap, used: limit.used, hasOpenHolds: isHeld, quota: limit.name)
    }

    private func amounts(of command: HoldCommand) throws(StoreError) -> BudgetAmounts {
        let held = try connection.query(
            """
            select quota, amount from hold where run = ?1 and step = ?2 and generation = ?3 and attempt = ?4
                and fence = ?5
            """,
            [
                .text(command.owner.run.text), .text(command.key.step), .int(Int64(command.key.generation)),
                .int(Int64(command.key.attempt)), .int(command.owner.fence),
            ]
        ) { row throws(StoreError) in (unit: Self.unit(of: row.text(0)), amount: row.int(1)) }
        let amounts = held.compactMap { held in held.unit.map { ($0, held.amount) } }
        return BudgetAmounts(amounts, uniquingKeysWith: { first, _ in first })
    }

    /// What attempts are counted in against a quota; `nil` for those of queues and of live runs.
    static func unit(of quota: String) -> BudgetUnit? {
        guard quota.hasPrefix("budget/") else { return QuotaName.unit(ofKey: quota) }
        return quota.split(separator: "/").last.flatMap { BudgetUnit(rawValue: String($0)) }
    }

    func state(of quota: String) throws(StoreError) -> (cap: Int64, used: Int64)? {
        try connection.query("select cap, used from quota where key = ?1", [.text(quota)]) { row throws(StoreError) in
            (row.int(0), row.int(1))
        }.first
    }

    private func hasHolds(_ quota: String) throws(StoreError) -> Bool {
        try connection.number("select 1 from hold where quota = ?1 limit 1", [.text(quota)]) != nil
    }

    func insertHold(
        _ quota: String, _ amount: Int64, _ run: RunID, _ key: HoldKey, fence: Int64
    ) throws(StoreError) {
        try connection.run(
            "insert into hold(run, step, generation, attempt, quota, fence, amount) values(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            [
                .text(run.text), .text(key.step), .int(Int64(key.generation)), .int(Int64(key.attempt)), .text(quota),
                .int(fence), .int(amount),
            ])
        try connection.run(
            "update quota set used = used + ?2, wanted = null where key = ?1", [.text(quota), .int(amount)])
    }

    /// Gives a hold back for what was really spent; once.
    func settle(_ settlement: Settlement, of owner: Owner) throws(StoreError) {
        let key = settlement.key
        let held = try connection.query(
            """
            delete from hold where run = ?1 and step = ?2 and generation = ?3 and attempt = ?4 and fence = ?5
            returning quota, amount
            """,
            [
                .text(owner.run.text), .text(key.step), .int(Int64(key.generation)), .int(Int64(key.attempt)),
                .int(owner.fence),
            ]
        ) { row throws(StoreError) in (quota: row.text(0), amount: row.int(1)) }
        for (quota, amount) in held {
            guard let unit = Self.unit(of: quota), let cost = settlement.costs[unit] else { continue }
            try connection.run(
                "update quota set used = used + ?2 where key = ?1", [.text(quota), .int(cost - amount)])
        }
    }

    /// Books what a run has left open, at its estimate: nobody will tell what it has cost. Its place in a queue is free
    /// for others.
    ///
    /// - Parameter isOver: the run has its end, and leaves its place among the live runs of its account, too.
    func bookHolds(of run: RunID, isOver: Bool = false, at time: Timestamp) throws(StoreError) {
        let left = try connection.query(
            """
            delete from hold where run = ?1 and (?2 or step <> '\(QuotaName.liveStep)')
            returning quota, step, amount, generation, attempt
            """, [.text(run.text), .int(isOver ? 1 : 0)]
        ) { row throws(StoreError) in
            LeftOpen(
                quota: row.text(0), amount: row.int(2),
                key: HoldKey(step: row.text(1), generation: Int(row.int(3)), attempt: Int(row.int(4))))
        }
        var told: Set<LeftOpen.Told> = []
        for hold in left {
            if let unit = Self.unit(of: hold.quota) {
                // Once, however many limits it was held against.
                guard unit == .usd || unit == .tokens,
                    told.insert(LeftOpen.Told(key: hold.key, unit: unit)).inserted
                else { continue }
                try append(.costUnknown(unit, hold.amount, key: hold.key.step), to: run, at: time)
            } else {
                try connection.run(
                    "update quota set used = used - ?2 where key = ?1", [.text(hold.quota), .int(hold.amount)])
                guard hold.key.step == QuotaName.liveStep else { continue }
                try connection.run("delete from quota where key = ?1 and used = 0", [.text(hold.quota)])
            }
        }
    }

    private struct LeftOpen {
        struct Told: Hashable {
            var key: HoldKey
            var unit: BudgetUnit
        }

        var quota: String
        var amount: Int64
        var key: HoldKey
    }

    func raise(_ command: RaiseCommand) throws(StoreError) -> JournalOutcome {
        let known = try status(of: command.run, tenant: command.tenant)
        guard known.isKnown else { return .notFound }
        if let status = known.status, status.isFinal { return .alreadyEnded(status) }
        let isRepeated = try connection.number(
            "select 1 from event where run = ?1 and type = 'budget.raised' and json_extract(data, '$.id') = ?2",
            [.text(command.run.text), .text(command.id)])
        if isRepeated != nil { return .done }
        let caps = try JournalReads(connection: connection, locks: locks).budget(of: command.run).caps
        let rises: BudgetAmounts
        switch command.rises(from: caps) {
        case .failure(let refusal): return .holdRefused(refusal)
        case .success(let amounts): rises = amounts
        }
        guard !rises.isEmpty else { return .done }
        for (unit, amount) in rises.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            try connection.run(
                "update quota set cap = cap + ?2 where key = ?1",
                [.text(Self.quota(unit, of: command.run)), .int(amount)])
        }
        let family = try connection.query(
            "select run.id from run join task on task.run = run.id where run.id = ?1 or run.root_run = ?1",
            [.text(command.run.text)]
        ) { row throws(StoreError) in RunID(trusted: row.text(0)) }
        for run in family { try wake(run, at: command.at) }
        try append(.budgetRaised(command.id, by: rises), to: command.run, at: command.at)
        return .done
    }

    // MARK: Queues

    /// How many more root runs of a limited queue may be taken up.
    func room(in queue: String, _ limit: QueueLimit, at time: Timestamp) throws(StoreError) -> Int {
        var room = Int.max
        if let concurrency = limit.concurrency {
            room = concurrency - Int(try state(of: "queue/" + queue)?.used ?? 0)
        }
        if let rate = limit.rate, let interval = limit.interval {
            let now = time.milliseconds * 1000
            let tat = try connection.number("select tat from quota where key = ?1", [.text("rate/" + queue)])
            room = min(room, Int((now + Int64(rate) * interval - max(tat ?? now, now)) / interval))
        }
        return max(0, room)
    }

    /// Counts a run against the limits of its queue (for the rate: the generic cell rate algorithm).
    func occupy(_ queue: String, _ limit: QueueLimit, by run: ClaimedRun, at time: Timestamp) throws(StoreError) {
        if let concurrency = limit.concurrency {
            try connection.run(
                "insert into quota(key, cap) values(?1, ?2) on conflict(key) do update set cap = excluded.cap",
                [.text("queue/" + queue), .int(Int64(concurrency))])
            try insertHold(
                "queue/" + queue, 1, run.run, HoldKey(step: "", generation: 0, attempt: 0), fence: run.fence)
        }
        if let rate = limit.rate, let interval = limit.interval {
            try connection.run(
                """
                insert into quota(key, cap, tat) values(?1, ?2, ?3 + ?4)
                on conflict(key) do update set cap = excluded.cap, tat = max(coalesce(quota.tat, ?3), ?3) + ?4
                """,
                [
                    .text("rate/" + queue), .int(Int64(rate)), .int(time.milliseconds * 1000), .int(interval),
                ])
        }
    }
}

extension JournalReads {
    func budget(of root: RunID) throws(StoreError) -> [BudgetState] {
        try connection.query(
            """
            select key, cap, used, wanted, (select coalesce(sum(amount), 0) from hold where hold.quota = quota.key)
            from quota where key >= ?1 and key < ?2 order by key
            """,
            [.text("budget/\(root.text)/"), .text("budget/\(root.text)0")]
        ) { row throws(StoreError) in
            let unit = row.text(0).split(separator: "/").last.flatMap { BudgetUnit(rawValue: String($0)) }
            guard let unit else { throw StoreError(.corrupt, "a budget counts in '\(row.text(0))'") }
            return BudgetState(
                unit: unit, cap: row.int(1), used: row.int(2), held: row.int(4), wanted: row.optionalInt(3))
        }
    }
}
