import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalTables {
    /// Takes runs into possession; each claim raises the fence of its run by one.
    func claim(_ command: ClaimCommand) throws(StoreError) -> JournalOutcome {
        switch command.target {
        case .run(let run, let takeOver):
            if let refusal = try refusal(of: run, takeOver: takeOver, command) { return .refused(refusal) }
            try connection.run("update run set recoveries = 0 where id = ?1", [.text(run.text)])
            try wakeWhatWaits(with: run, at: command.at)
            return .claimed([try take(run, by: command.executor, at: command.at)])
        case .queues:
            var claimed: [ClaimedRun] = []
            for candidate in try claimable(command) {
                if candidate.wasOwned, try !countRecovery(of: candidate.run, command) { continue }
                let taken = try take(candidate.run, by: command.executor, at: command.at)
                if candidate.isRoot, let limit = command.limits[candidate.queue] {
                    try occupy(candidate.queue, limit, by: taken, at: command.at)
                }
                claimed.append(taken)
            }
            return .claimed(claimed)
        }
    }

    private func refusal(
        of run: RunID, takeOver: Bool, _ command: ClaimCommand
    ) throws(StoreError) -> ClaimRefusal? {
        let known = try status(of: run, tenant: command.tenant)
        guard known.isKnown else { return .notFound }
        if let status = known.status, status.isFinal { return .ended(status) }
        if known.status == .blocked, try blockReason(of: run) == .undoFailed { return .undoFailed }
        let owners = try connection.query(
            "select executor from task where run = ?1 and executor is not null", [.text(run.text)]
        ) { row throws(StoreError) in ExecutorID(trusted: row.text(0)) }
        guard let owner = owners.first, owner != command.executor, !takeOver, locks.isAlive(owner) else { return nil }
        return .owned(by: owner)
    }

    private struct Candidate {
        var run: RunID
        var queue: String
        var wasOwned: Bool
        var isRoot: Bool
        /// It has its place in the queue, which a dead owner has left to it.
        var hasPlace: Bool
        /// By its priority, its time and its name.
        var place: (Int64, Int64, String)
    }

    /// The highest priority first, then the longest due; of limited queues as many root runs as there is room for.
    private func claimable(_ command: ClaimCommand, atMost most: Int = .max) throws(StoreError) -> [Candidate] {
        guard case .queues(let queues, _, let limit) = command.target else { return [] }
        let limited = queues.filter { command.limits[$0] != nil }
        let free = queues.filter { command.limits[$0] == nil }
        let dead = try deadOwners()
        var found = free.isEmpty ? [] : try candidates(command, in: free, dead, limit: min(limit, most))
        for queue in limited where found.count < min(limit, most) {
            guard let queueLimit = command.limits[queue] else { continue }
            var room = try room(in: queue, queueLimit, at: command.at)
            for candidate in try candidates(command, in: [queue], dead, limit: limit) {
                if candidate.isRoot && !candidate.hasPlace {
                    guard room > 0 else { continue }
                    room -= 1
                }
                found.append(candidate)
            }
        }
        return Array(found.prefix(min(limit, most)))
    }

    /// Due runs without an owner, and those whose owner is dead.
    private func candidates(
        _ command: ClaimCommand, in queues: [String], _ dead: [String], limit: Int
    ) throws(StoreError) -> [Candidate] {
        var found: [Candidate] = []
        for queue in queues {
            found += try waiting(command, in: queue, limit: limit)
            if !dead.isEmpty { found += try orphaned(command, in: queue, by: dead, limit: limit) }
        }
        return Array(found.sorted { $0.place < $1.place }.prefix(limit))
    }

    /// In the order of the index `task_free`, so that a claim reads no more of a long queue than it takes.
    private func waiting(_ command: ClaimCommand, in queue: String, limit: Int) throws(StoreError) -> [Candidate] {
        try candidates(
            command, in: queue, where: "task.executor is null and task.due <= ?5",
            order: "task.priority desc, task.due, task.run", .int(command.at.milliseconds), limit: limit)
    }

    private func orphaned(
        _ command: ClaimCommand, in queue: String, by dead: [String], limit: Int
    ) throws(StoreError) -> [Candidate] {
        try candidates(
            command, in: queue, where: "task.executor in (select value from json_each(?5))",
            order: "task.priority desc, coalesce(task.due, run.created), task.run", Self.list(dead), limit: limit)
    }

    /// `cross join` holds SQLite to reading the tasks first, of which there are few, and not all runs
    /// (https://www.sqlite.org/optoverview.html#crossjoin).
    private func candidates(
        _ command: ClaimCommand, in queue: String, where condition: String, order: String, _ value: SQLValue,
        limit: Int
    ) throws(StoreError) -> [Candidate] {
        guard case .queues(_, let workflows, _) = command.target else { return [] }
        return try connection.query(
            """
            select task.run, task.queue, task.executor is not null, run.parent_run is null,
                task.executor is not null and exists(
                    select 1 from hold where run = task.run and step = '' and quota = 'queue/' || task.queue),
                task.priority, coalesce(task.due, run.created)
            from task cross join run on run.id = task.run
            where task.queue = ?1 and run.tenant = ?2 and run.name in (select value from json_each(?3))
                and \(condition)
            order by \(order) limit ?4
            """,
            [.text(queue), .text(command.tenant), Self.list(workflows), .int(Int64(limit)), value]
        ) { row throws(StoreError) in
            Candidate(
                run: RunID(trusted: row.text(0)), queue: row.text(1), wasOwned: row.int(2) == 1,
                isRoot: row.int(3) == 1, hasPlace: row.int(4) == 1, place: (-row.int(5), row.int(6), row.text(0)))
        }
    }

    /// Whether a claim would find something to take.
    func hasClaimable(_ command: ClaimCommand) throws(StoreError) -> Bool {
        try !claimable(command, atMost: 1).isEmpty
    }

    /// Executors that own runs and are dead. The lock says so, and ids are never used again, so it stays true.
    ///
    /// The query leaps through the index from one owner to the next: `distinct` would read all that each of them owns.
    private func deadOwners() throws(StoreError) -> [String] {
        let owners = try connection.query(
            """
            with recursive owner(id) as (
                select min(executor) from task where executor is not null
                union all
                select (select min(executor) from task where executor > owner.id) from owner where owner.id is not null)
            select id from owner where id is not null
            """
        ) { row throws(StoreError) in row.text(0) }
        return owners.filter { !locks.isAlive(ExecutorID(trusted: $0)) }
    }

    static func list(_ items: some Encodable) -> SQLValue {
        .text((try? CanonicalJSON.encode(items)).map { String(decoding: $0, as: UTF8.self) } ?? "[]")
    }

    func take(_ run: RunID, by executor: ExecutorID, at time: Timestamp) throws(StoreError) -> ClaimedRun {
        try connection.run(
            """
            update run set fence = fence + 1, status = null, reason = null, error = null where id = ?1
            """, [.text(run.text)])
        try bookHolds(of: run, at: time)
        // `due` is now: a dead owner may have taken the wake with it. A blocked run has no task row: it gets one.
        try connection.run(
            """
            insert into task(run, queue, due, executor, fence, priority)
            select id, queue, ?3, ?2, fence, priority from run where id = ?1
            on conflict(run) do update set executor = excluded.executor, fence = excluded.fence,
                wait = case when task.wait in ('interrupted', 'budget') then null else task.wait end,
                due = min(coalesce(task.due, excluded.due), excluded.due)
            """, [.text(run.text), .text(executor.text), .int(time.milliseconds)])
        let claimed = try connection.query(
            "select fence, recoveries from run where id = ?1", [.text(run.text)]
        ) { row throws(StoreError) in
            ClaimedRun(run: run, fence: row.int(0), recoveries: Int(row.int(1)))
        }
        guard let claimed = claimed.first else { throw StoreError(.other, "the run \(run) has vanished") }
        return claimed
    }

    /// Counts a takeover from a dead executor; a run that has had too many is blocked instead, and `false` returned.
    private func countRecovery(of run: RunID, _ command: ClaimCommand) throws(StoreError) -> Bool {
        let changed = try connection.run(
            """
            update run set recoveries = recoveries + 1 where id = ?1 and (recoveries < ?2
                or (undoing is null and exists(select 1 from task where run = ?1 and cancel = 1)))
            """,
            [.text(run.text), .int(Int64(command.recoveriesMax))])
        if changed == 1 { return true }
        let error = StepError.recoveryExhausted(after: command.recoveriesMax)
        // The dead owner's end must not pass for this one.
        try connection.run("update run set fence = fence + 1 where id = ?1", [.text(run.text)])
        try finish(run, .blocked, error: error, reason: .recoveryExhausted, at: command.at)
        try append(.runBlocked(.recoveryExhausted, error), to: run, at: command.at)
        return false
    }

    /// Takes note of all wakes so far: the run is due again at the least of its deadline and those of what is open.
    func takeWake(_ owner: Owner, at time: Timestamp) throws(StoreError) -> JournalOutcome {
        let changed = try connection.run(
            """
            update task set due = (select min(due) from (
                select due from step where run = ?1 and ended is null and due > ?4
                union all select deadline from run where id = ?1 and deadline > ?4))
            where run = ?1 and executor = ?2 and fence = ?3
            """,
            [.text(owner.run.text), .text(owner.executor.text), .int(owner.fence), .int(time.milliseconds)])
        guard changed == 1 else { return .leaseLost }
        return try connection.query(
            "select wake_seq, cancel from task where run = ?1", [.text(owner.run.text)]
        ) { row throws(StoreError) in
            JournalOutcome.wake(sequence: row.int(0), isCancelRequested: row.int(1) == 1)
        }.first ?? .leaseLost
    }

    /// Gives a run back, unless somebody has woken it since its owner last looked.
    func release(_ command: ReleaseCommand) throws(StoreError) -> JournalOutcome {
        let owner = command.owner
        if case .leaseLost? = try write(command.rows, owner: owner) {
            return try wasReleased(by: owner) ? .done : .leaseLost
        }
        // Before the executor is forgotten, whose own process needs no wake.
        if command.wait == .budget, try isUntouched(command) { try wakeParent(of: owner.run, at: command.at) }
        let changed = try connection.run(
            """
            update task set executor = null,
                wait = case when queue is null or ?6 is not null then coalesce(?6, wait, 'interrupted') else wait end,
                due = case when queue is null or ?6 is not null then null when ?4 is null then due else ?5 end
            where run = ?1 and executor = ?2 and fence = ?3 and (wake_seq = ?4 or (?4 is null and cancel = 0))
            """,
            [
                .text(owner.run.text), .text(owner.executor.text), .int(owner.fence), .int(command.wakeSequence),
                .int(command.at.milliseconds), .text(command.wait?.rawValue),
            ])
        if changed == 1 {
            try leaveQueue(owner.run)
            return .done
        }
        return try isOwner(owner) ? .woken : .leaseLost
    }

    /// Whether nobody has woken the run since its owner last looked.
    private func isUntouched(_ command: ReleaseCommand) throws(StoreError) -> Bool {
        try connection.number(
            """
            select 1 from task
            where run = ?1 and executor = ?2 and fence = ?3 and (wake_seq = ?4 or (?4 is null and cancel = 0))
            """,
            [
                .text(command.owner.run.text), .text(command.owner.executor.text), .int(command.owner.fence),
                .int(command.wakeSequence),
            ]) != nil
    }

    /// A run that nobody works on leaves its place in its queue.
    private func leaveQueue(_ run: RunID) throws(StoreError) {
        let left = try connection.query(
            "delete from hold where run = ?1 and step = '' returning quota, amount", [.text(run.text)]
        ) { row throws(StoreError) in (quota: row.text(0), amount: row.int(1)) }
        for (quota, amount) in left {
            try connection.run("update quota set used = used - ?2 where key = ?1", [.text(quota), .int(amount)])
        }
    }

    /// Whether the run has had no owner since this one: then its release was applied before and reported as failed.
    private func wasReleased(by owner: Owner) throws(StoreError) -> Bool {
        try connection.number(
            "select 1 from task where run = ?1 and executor is null and fence = ?2",
            [.text(owner.run.text), .int(owner.fence)]) != nil
    }
}
