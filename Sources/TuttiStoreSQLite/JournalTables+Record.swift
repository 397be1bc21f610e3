import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalTables {
    /// Writes rows of one run and the events that tell of the last of them.
    func record(_ command: RecordCommand) throws(StoreError) -> JournalOutcome {
        let run = command.owner.run
        if let taking = command.taking {
            guard try isOwner(command.owner) else { return .leaseLost }
            guard try take(taking, from: run, at: command.at) else { return .missed }
        }
        if let outcome = try write(command.rows, owner: command.owner) { return outcome }
        for draft in command.asks { try ask(draft, of: run, at: command.at) }
        for message in command.withdraws { try withdraw(message, from: run, at: command.at) }
        if let wait = command.wait { try note(wait, of: run) }
        if command.endsStream, let key = command.rows.last?.key { try dropChunks(of: key, in: run) }
        if command.resetsRecoveries {
            try connection.run("update run set recoveries = 0 where id = ?1", [.text(command.owner.run.text)])
        }
        for settlement in command.settlements { try settle(settlement, of: command.owner) }
        for (key, fingerprint) in command.accepts { try accept(fingerprint, under: key, of: run) }
        for child in command.cancels { try requestCancel(child, at: command.at) }
        for event in command.events { try append(event, to: command.owner.run, at: command.at) }
        return .done
    }

    private func note(_ wait: WaitNote, of run: RunID) throws(StoreError) {
        let reason: String? = if case .waits(let reason) = wait { reason.rawValue } else { nil }
        try connection.run("update task set wait = ?2 where run = ?1", [.text(run.text), .text(reason)])
    }

    /// The owner polls for its own deadlines, too, and so does whoever comes after it.
    private func lowerDue(of run: RunID, to row: StepRow) throws(StoreError) {
        let due: Timestamp
        switch row.result {
        case .waiting(let deadline?): due = deadline
        case .open(_, let time): due = time
        default: return
        }
        try connection.run(
            "update task set due = min(coalesce(due, ?2), ?2) where run = ?1",
            [.text(run.text), .int(due.milliseconds)])
    }

    /// Writes the rows whose keys are not closed: the first to close a key wins.
    ///
    /// - Returns: `.leaseLost`; `.adopted` when the last row's key was closed before; `.done` when the same back-off
    ///   was written before; `nil` when the last row is written.
    func write(_ rows: [StepRow], owner: Owner) throws(StoreError) -> JournalOutcome? {
        if rows.isEmpty { return try isOwner(owner) ? nil : .leaseLost }
        var outcome: JournalOutcome?
        for row in rows {
            outcome = nil
            if try insert(row, owner: owner) {
                try lowerDue(of: owner.run, to: row)
                continue
            }
            guard try isOwner(owner) else { return .leaseLost }
            let known = try connection.query(
                StoredStep.select + " where run = ?1 and key = ?2", [.text(owner.run.text), .text(row.key)],
                row: StoredStep.init(row:))
            if let known = known.first { outcome = known.ended == nil ? .done : .adopted(known) }
        }
        return outcome
    }

    /// One statement checks the owner and writes the row; tells whether it did.
    private func insert(_ row: StepRow, owner: Owner) throws(StoreError) -> Bool {
        var (out, blob, error, due): (SQLValue, SQLValue, SQLValue, SQLValue) = (.null, .null, .null, .null)
        switch row.result {
        case .completed(.inline(let bytes)): out = .blob(bytes)
        case .completed(.blob(let hash, _)): blob = .text(hash)
        case .failed(let failure): error = json(failure)
        case .open(let failure, let time): (error, due) = (json(failure), .int(time.milliseconds))
        case .waiting(let deadline): due = .int(deadline?.milliseconds)
        }
        let changed = try connection.run(
            """
            insert into step(run, key, kind, attempt, fp, out, blob, err, due, started, ended, cost, tokens, undo)
            select ?1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16
            from task where run = ?1 and executor = ?2 and fence = ?3
            on conflict(run, key) do update set attempt = excluded.attempt, out = excluded.out,
                blob = excluded.blob, err = excluded.err, due = excluded.due, ended = excluded.ended,
                cost = excluded.cost, tokens = excluded.tokens,
                undo = coalesce(excluded.undo, undo)
            where step.ended is null and (excluded.ended is not null or excluded.attempt > step.attempt)
            """,
            [
                .text(owner.run.text), .text(owner.executor.text), .int(owner.fence), .text(row.key),
                .text(row.kind.rawValue), .int(Int64(row.attempt)), .text(row.fingerprint), out, blob, error, due,
                .int(row.started.milliseconds), .int(row.isOpen ? nil : row.ended.milliseconds),
                .int(row.cost?.microdollars), .int(row.cost?.tokens), row.undo.map(json) ?? .null,
            ])
        if changed == 1, case .completed(let payload) = row.result { _ = try keep(payload) }
        return changed == 1
    }
}
