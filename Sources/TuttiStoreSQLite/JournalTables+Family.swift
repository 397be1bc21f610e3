import FoundationEssentials
import TuttiCore
import TuttiStore

/// Parents, children, retries and forks.
extension JournalTables {
    // MARK: Children

    func children(of run: RunID) throws(StoreError) -> [RunID] {
        try connection.query(
            "select id from run where parent_run = ?1 and (status is null or status = 'blocked') order by id",
            [.text(run.text)]
        ) { row throws(StoreError) in RunID(trusted: row.text(0)) }
    }

    /// Records a start with its parent; the outcome when there is nothing (more) to start.
    func link(_ parent: ParentLink, at time: Timestamp) throws(StoreError) -> JournalOutcome? {
        let owner = parent.record.owner
        guard try isOwner(owner) else { return .leaseLost }
        let isCancelled = try connection.number(
            "select 1 from task where run = ?1 and cancel = 1", [.text(owner.run.text)])
        if isCancelled != nil { return .cancelRequested(unattended: []) }
        let known = try connection.query(
            """
            select id, case when task.cancel = 1 then 'cancelled' else status end, error
            from run left join task on task.run = run.id where parent_run = ?1 and parent_key = ?2
            """, [.text(owner.run.text), .text(parent.key)]
        ) { row throws(StoreError) in
            (RunID(trusted: row.text(0)), row.optionalText(1).flatMap(RunStatus.init(rawValue:)), row.optionalText(2))
        }
        let outcome = try record(parent.record)
        guard outcome == .done else { return outcome }
        guard let (child, status, error) = known.first else { return nil }
        switch status {
        case .failed:
            let error = try error.map { text throws(StoreError) in try StepError(stored: text, of: child.text) }
            if let error, try isUnknown(error, of: child) { return .existingChild(child, .failed) }
            try revive(child, origin: error?.origin ?? "", at: time)
            return .existingChild(child, nil)
        case .cancelled:  // or about to be: makes room for another one
            try connection.run(
                "update run set parent_key = parent_key || '~' || id where id = ?1", [.text(child.text)])
            return nil
        default: return .existingChild(child, status)
        }
    }

    /// Wakes the parent of a run that still has its task; a parent of the same executor is told by its process.
    func wakeParent(of run: RunID, at time: Timestamp) throws(StoreError) {
        let parents = try connection.query(
            """
            select run.parent_run from run left join task as own on own.run = run.id
                join task as parent on parent.run = run.parent_run
            where run.id = ?1 and (parent.executor is null or parent.executor is not own.executor)
            """, [.text(run.text)]
        ) { row throws(StoreError) in RunID(trusted: row.text(0)) }
        for parent in parents { try wake(parent, at: time) }
    }

    // MARK: Again

    func retry(_ command: RetryCommand) throws(StoreError) -> JournalOutcome {
        let found = try connection.query(
            """
            select run.status, run.error, run.parent_run, run.generation, task.executor, task.fence,
                run.status is 'blocked' and run.reason is 'undo_failed'
            from run left join task on task.run = run.id where run.id = ?1 and run.tenant = ?2
            """, [.text(command.run.text), .text(command.tenant)]
        ) { row throws(StoreError) in
            (
                status: row.optionalText(0).flatMap(RunStatus.init(rawValue:)), error: row.optionalText(1),
                parent: row.optionalText(2), generation: row.int(3), executor: row.optionalText(4), fence: row.int(5),
                isUndoFailed: row.int(6) == 1
            )
        }
        guard let run = found.first else { return .notFound }
        if let executor = command.executor, run.executor == executor.text, run.generation > 0 {
            return .claimed([ClaimedRun(run: command.run, fence: run.fence, recoveries: 0)])
        }
        guard run.status == .failed || run.isUndoFailed, let text = run.error else {
            return .retryRefused(.notFailed(run.status))
        }
        let error = try StepError(stored: text, of: command.run.text)
        let isUnknown = try isUnknown(error, of: command.run)
        if let parent = run.parent, !run.isUndoFailed, !isUnknown || command.resolution == nil {
            return .retryRefused(.isChild(of: RunID(trusted: parent)))
        }
        switch (isUnknown, command.resolution) {
        case _ where run.isUndoFailed: break
        case (true, nil): return .retryRefused(.unresolved(key: error.origin))
        case (false, .some): return .retryRefused(.nothingToResolve)
        default: break
        }
        let draws = run.status == .failed && run.parent == nil ? command.quotas : []
        if let refusal = try refusal(of: draws) { return .quotaRefused(refusal) }
        if case .done(let payload)? = command.resolution { try resolve(error.origin, of: command.run, with: payload) }
        try revive(command.run, origin: error.origin, at: command.at)
        try draw(draws, by: command.run, fence: run.fence)
        guard let executor = command.executor else { return .done }
        return .claimed([try take(command.run, by: executor, at: command.at)])
    }

    /// Whether a run failed so for a step of which nobody knows whether it has happened.
    private func isUnknown(_ error: StepError, of run: RunID) throws(StoreError) -> Bool {
        guard error.code == StepError.outcomeUnknown else { return false }
        return try connection.number(
            "select 1 from step where run = ?1 and key = ?2", [.text(run.text), .text(error.origin)]) != nil
    }

    private func resolve(_ key: String, of run: RunID, with payload: Payload) throws(StoreError) {
        let kept = try keep(payload)
        try connection.run(
            "update step set err = null, out = ?3, blob = ?4 where run = ?1 and key = ?2",
            [.text(run.text), .text(key), kept.inline, kept.hash])
    }

    /// Gives an ended run a task again, without its `RetriedErrors`, and without what it was left waiting for.
    private func revive(_ run: RunID, origin: String, at time: Timestamp) throws(StoreError) {
        let cost = try recordedCost(of: run)
        if try connection.number("select 1 from run where id = ?1 and status = 'failed'", [.text(run.text)]) != nil {
            try deleteUndone(of: run)
        }
        let settled = try connection.number(
            "select 1 from step where run = ?1 and key = ?2 and kind = ?3",
            [.text(run.text), .text(origin), .text(StepKind.settled.rawValue)])
        try connection.run(
            """
            delete from step where run = ?1 and err is not null and ended is not null
                and (key = ?2 or substr(?2, 1, length(key) + 1) = key || '/'
                    or (?3 and substr(key, 1, length(?2) + 1) = ?2 || '/'))
            """, [.text(run.text), .text(origin), .int(settled ?? 0)])
        if settled != nil {
            try connection.run("delete from step where run = ?1 and key = ?2", [.text(run.text), .text(origin)])
        }
        let kinds = StoredStep.kindsAskedAnew.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        try connection.run(
            "delete from step where run = ?1 and err is null and ended is null and kind in (\(kinds))",
            [.text(run.text)])
        try keepPastCost(of: run, since: cost)
        try connection.run(
            """
            update run set status = null, reason = null, error = null, finished = null, recoveries = 0,
                generation = generation + 1, fence = fence + 1,
                deadline = case when deadline > ?2 then deadline end  -- else it would fail at once again
            where id = ?1
            """, [.text(run.text), .int(time.milliseconds)])
        try connection.run(
            """
            insert into task(run, queue, due, fence, priority) select id, queue, ?2, fence, priority from run
            where id = ?1
            """,
            [.text(run.text), .int(time.milliseconds)])
        let generation = try connection.number("select generation from run where id = ?1", [.text(run.text)])
        try append(.runRetried(generation: Int(generation ?? 0)), to: run, at: time)
    }

    func fork(_ command: ForkCommand) throws(StoreError) -> JournalOutcome {
        let fork = ClaimedRun(run: command.id, fence: StartCommand.firstFence, recoveries: 0)
        if try connection.number("select 1 from run where id = ?1", [.text(command.id.text)]) != nil {
            return .claimed([fork])
        }
        let source = try connection.query(
            "select name, undoing is not null from run where id = ?1 and tenant = ?2",
            [.text(command.source.text), .text(command.tenant)]
        ) { row throws(StoreError) in (workflow: row.text(0), isUndoing: row.int(1) == 1) }
        guard let (workflow, isUndoing) = source.first else { return .notFound }
        if let known = try forkKnown(by: command, workflow) { return known }
        guard !isUndoing else { return .forkRefused(.undoing) }
        var cut = Int64.max
        if let key = command.key {
            let row = try connection.query(
                "select id, ended is not null, kind from step where run = ?1 and key = ?2",
                [.text(command.source.text), .text(key)]
            ) { row throws(StoreError) in (id: row.int(0), isClosed: row.int(1) == 1, kind: row.text(2)) }
            guard let row = row.first else { return .forkRefused(.unknownKey) }
            let isEditable = row.isClosed && StepKind(rawValue: row.kind)?.isScope == false
            guard command.edited == nil || isEditable else { return .forkRefused(.notEditable) }
            cut = row.id
        }
        if let refusal = try refusal(of: command.quotas) { return .quotaRefused(refusal) }
        try insertFork(command)
        try draw(command.quotas, by: command.id, fence: StartCommand.firstFence)
        try copySteps(before: cut, command)
        try append(
            .runForked(workflow: workflow, from: command.source, key: command.key), to: command.id, at: command.at)
        return .claimed([fork])
    }

    private func forkKnown(by command: ForkCommand, _ workflow: String) throws(StoreError) -> JournalOutcome? {
        guard let key = command.storedKey else { return nil }
        return try run(of: workflow, key: key, tenant: command.tenant, hash: "fork_hash", command.contentHash)
    }

    private func insertFork(_ command: ForkCommand) throws(StoreError) {
        let input: (inline: SQLValue, hash: SQLValue) =
            if let payload = command.input { try keep(payload) } else { (.null, .null) }
        try connection.run(
            """
            insert into run(id, tenant, name, input, input_blob, input_hash, queue, created, fence, forked_from, title,
                trace, idem_key, fork_hash, person, project)
            select ?2, tenant, name, case when ?7 is null then input else ?5 end,
                case when ?7 is null then input_blob else ?6 end, coalesce(?7, input_hash), coalesce(?8, queue), ?3,
                ?4, id, title, ?9, ?10, ?11, ?12, ?13
            from run where id = ?1
            """,
            [
                .text(command.source.text), .text(command.id.text), .int(command.at.milliseconds),
                .int(StartCommand.firstFence), input.inline, input.hash,
                .text(command.input.map { Digest.sha256Hex($0.bytes) }), .text(command.queue), .text(command.trace),
                .text(command.storedKey), .text(command.contentHash), .text(command.account.person),
                .text(command.account.project),
            ])
        try connection.run(
            "insert into task(run, queue, due, executor, fence) select id, queue, ?2, ?3, fence from run where id = ?1",
            [
                .text(command.id.text), .int(command.executor == nil ? command.at.milliseconds : nil),
                .text(command.executor?.text),
            ])
    }

    /// Copies what is closed and stands before the cut, and of closed scopes only their own rows.
    private func copySteps(before cut: Int64, _ command: ForkCommand) throws(StoreError) {
        var rows: [Int64] = []
        var from = ""
        var isAtEnd = false
        let statement = try connection.statement(
            """
            select id, key, kind, (out is null and blob is null and err is null) or kind = 'undo' or exists(
                select 1 from step as done join step as undone on undone.run = done.run
                    and undone.key = done.key || '~undo' and \(Self.isUndoDone)
                where done.run = ?1 and done.undo is not null
                    and (done.key = step.key or (done.key > step.key || '/' and done.key < step.key || '0')))
            from step where run = ?1 and key >= ?2 and id < ?3 and ended is not null order by key
            """)
        while !isAtEnd {
            isAtEnd = true
            try statement.forEach([.text(command.source.text), .text(from), .int(cut)]) { row throws(StoreError) in
                if row.int(3) == 1 { return true }  // cancelled or undone: it starts anew
                rows.append(row.int(0))
                guard StepKind(rawValue: row.text(2))?.isScope == true else { return true }
                from = JournalKey.inside(of: row.text(1)).below
                isAtEnd = false
                return false
            }
        }
        // Without the cost: what the source has paid is not paid again.
        let columns = "key, kind, attempt, fp, out, blob, err, due, started, ended"
        try connection.run(
            """
            insert into step(run, \(columns)) select ?1, \(columns) from step
            where id in (select value from json_each(?2)) order by id
            """, [.text(command.id.text), Self.list(rows)])
        guard let key = command.key, let edited = command.edited else { return }
        let kept = try keep(edited)
        try connection.run(
            """
            insert into step(run, \(columns))
            select ?1, key, kind, attempt, fp, ?4, ?5, null, null, started, ended from step
            where run = ?2 and key = ?3
            """,
            [.text(command.id.text), .text(command.source.text), .text(key), kept.inline, kept.hash])
    }

    /// Another input is accepted under a key whose result stays.
    func accept(_ fingerprint: String, under key: String, of run: RunID) throws(StoreError) {
        try connection.run(
            "update step set fp = ?3 where run = ?1 and key = ?2",
            [.text(run.text), .text(key), .text(fingerprint)])
    }
}
