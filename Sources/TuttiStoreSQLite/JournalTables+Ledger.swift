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
        var granted: BudgetAmounts = [:]
        for (unit, want) in command.wants {
            let quota = Self.quota(unit, of: command.root)
            guard let (cap, used) = try state(of: quota) else { continue }
            let amount = min(want.amount, cap - used)
            guard amount >= want.least else {
                try connection.run(
                    "update quota set wanted = ?2 where key = ?1 and wanted is not ?2",
                    [.text(quota), .int(want.limit(over: used))])
                return .holdRefused(
                    HoldRefusal(unit: unit, cap: cap, used: used, hasOpenHolds: try hasHolds(quota)))
            }
            granted[unit] = amount
        }
        for (unit, amount) in granted {
            try insertHold(Self.quota(unit, of: command.root), amount, owner.run, command.key, fence: owner.fence)
        }
        return .held(granted)
    }

    private func amounts(of command: HoldCommand) throws(StoreError) -> BudgetAmounts {
        var amounts: BudgetAmounts = [:]
        for unit in command.wants.keys {
            amounts[unit] = try connection.number(
                """
                select amount from hold where run = ?1 and step = ?2 and generation = ?3 and attempt = ?4 and quota = ?5
                    and fence = ?6
                """,
                [
                    .text(command.owner.run.text), .text(command.key.step), .int(Int64(command.key.generation)),
                    .int(Int64(command.key.attempt)), .text(Self.quota(unit, of: command.root)),
                    .int(command.owner.fence),
                ])
        }
        return amounts
    }

    private func state(of quota: String) throws(StoreError) -> (cap: Int64, used: Int64)? {
        try connection.query("select cap, used from quota where key = ?1", [.text(quota)]) { row throws(StoreError) in
            (row.int(0), row.int(1))
        }.first
    }

    private func hasHolds(_ quota: String) throws(StoreError) -> Bool {
        try connection.number("select 1 from hold where quota = ?1 limit 1", [.text(quota)]) != nil
    }

    private func insertHold(
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
            let unit = quota.split(separator: "/").last.flatMap { BudgetUnit(rawValue: String($0)) }
            guard let unit, let cost = settlement.costs[unit] else { continue }
            try connection.run(
                "update quota set used = used + ?2 where key = ?1", [.text(quota), .int(cost - amount)])
        }
    }

    /// Books what a run has left open, at its estimate: nobody will tell what it has cost. Its place in a queue is free
    /// for others.
    func bookHolds(of run: RunID, at time: Timestamp) throws(StoreError) {
        let left = try connection.query(
            "delete from hold where run = ?1 returning quota, step, amount", [.text(run.text)]
        ) { row throws(StoreError) in (quota: row.text(0), step: row.text(1), amount: row.int(2)) }
        for (quota, step, amount) in left {
            if quota.hasPrefix("queue/") {
                try connection.run("update quota set used = used - ?2 where key = ?1", [.text(quota), .int(amount)])
            } else if let unit = quota.split(separator: "/").last.flatMap({ BudgetUnit(rawValue: String($0)) }),
                unit == .usd || unit == .tokens
            {
                try append(.costUnknown(unit, amount, key: step), to: run, at: time)
            }
        }
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
