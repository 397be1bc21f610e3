import TuttiCore
import TuttiStore

/// Quotas of accounts.
extension JournalTables {
    /// The first of some quotas that has no room for one more.
    func refusal(of draws: [QuotaDraw]) throws(StoreError) -> QuotaRefusal? {
        for draw in draws {
            let used = try state(of: draw.name.text)?.used ?? 0
            if used >= draw.cap { return QuotaRefusal(name: draw.name, cap: draw.cap, used: used) }
        }
        return nil
    }

    /// Counts a run against quotas that have room for it.
    func draw(_ draws: [QuotaDraw], by run: RunID, fence: Int64) throws(StoreError) {
        for draw in draws {
            try makeRow(draw)
            guard draw.name.isHeld else {
                try connection.run("update quota set used = used + 1 where key = ?1", [.text(draw.name.text)])
                continue
            }
            try insertHold(
                draw.name.text, 1, run, HoldKey(step: QuotaName.liveStep, generation: 0, attempt: 0), fence: fence)
        }
    }

    /// Sees to it that a quota has a row with the limit of the moment. One that makes a row removes some old ones.
    func makeRow(_ draw: QuotaDraw) throws(StoreError) {
        let changed = try connection.run(
            "update quota set cap = ?2 where key = ?1", [.text(draw.name.text), .int(draw.cap)])
        guard changed == 0 else { return }
        try connection.run(
            "insert into quota(key, cap) values(?1, ?2)", [.text(draw.name.text), .int(draw.cap)])
        guard let horizon = draw.name.period?.horizon else { return }
        for (prefix, first) in [
            (QuotaName.dayPrefix, QuotaPeriod.day(of: horizon)),
            (QuotaName.monthPrefix, QuotaPeriod.month(of: horizon)),
        ] {
            try connection.run(
                """
                delete from quota where key in
                    (select key from quota where key >= ?1 and key < ?2 order by key limit ?3)
                """,
                [.text(prefix), .text(prefix + first.text), .int(Int64(QuotaLimits.rowsRemovedAtOnce))])
        }
    }

    /// Whether a living executor works on a run that holds something of a quota.
    func isHeldAtWork(_ quota: String) throws(StoreError) -> Bool {
        var dead: Set<String> = []
        var isHeld = false
        let holders = try connection.statement(
            """
            select task.executor from hold cross join task on task.run = hold.run
            where hold.quota = ?1 and task.executor is not null
            """)
        // The first one mostly lives, so that of thousands of holds few are read.
        try holders.forEach([.text(quota)]) { row throws(StoreError) in
            let executor = row.text(0)
            if dead.contains(executor) { return true }
            isHeld = locks.isAlive(ExecutorID(trusted: executor))
            dead.insert(executor)
            return !isHeld
        }
        return isHeld
    }

    /// Whoever resumes a run that waits for room means all that waits with it.
    func wakeWhatWaits(with root: RunID, at time: Timestamp) throws(StoreError) {
        let isWaiting = try connection.number(
            "select 1 from task where run = ?1 and wait = 'budget'", [.text(root.text)])
        guard isWaiting != nil else { return }
        let family = try connection.query(
            """
            select run.id from run join task on task.run = run.id
            where run.root_run = ?1 and task.wait = 'budget' and task.executor is null
            """, [.text(root.text)]
        ) { row throws(StoreError) in RunID(trusted: row.text(0)) }
        for run in family { try wake(run, at: time) }
    }
}

extension JournalReads {
    func uses(of quotas: [QuotaName]) throws(StoreError) -> [QuotaName: QuotaUse] {
        var uses: [QuotaName: QuotaUse] = [:]
        for name in quotas {
            uses[name] = try connection.query(
                "select used, wanted from quota where key = ?1", [.text(name.text)]
            ) { row throws(StoreError) in QuotaUse(used: row.int(0), wanted: row.optionalInt(1)) }.first
        }
        return uses
    }
}
