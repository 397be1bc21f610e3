import TuttiCore
import TuttiStore

/// What has to be undone.
extension JournalTables {
    /// Steps that name an undo which is not recorded as done.
    static let isUndoable = """
        step.run = ?1 and step.undo is not null and not exists(
            select 1 from step as undone
            where undone.run = ?1 and undone.key = step.key || '~undo' and \(isUndoDone))
        """

    /// An undo that has failed for good is closed as well, and what it was to undo still stands.
    static let isUndoDone = "(undone.out is not null or undone.blob is not null)"

    /// Whether something has to be undone before the run may end so; then its end is recorded for later.
    func beginUndo(before command: EndCommand) throws(StoreError) -> Bool {
        let run = command.owner.run
        let end: (status: RunStatus, error: StepError?)
        switch command.result {
        case .completed, .blocked: return false
        case .failed(let error): end = (.failed, error)
        case .cancelled: end = (.cancelled, nil)
        }
        let isNeeded = try connection.number(
            "select 1 from step where \(Self.isUndoable) limit 1", [.text(run.text)])
        guard isNeeded != nil else { return false }
        let changed = try connection.run(
            "update run set undoing = ?2, undo_error = ?3 where id = ?1 and undoing is null",
            [.text(run.text), .text(end.status.rawValue), end.error.map(json) ?? .null])
        if changed == 1 { try append(.undoStarted, to: run, at: command.at) }
        return true
    }

    /// Gives a blocked run a task again, for what has to be undone before it may end; `false` when nothing has to.
    func reopenToUndo(_ run: RunID, at time: Timestamp) throws(StoreError) -> Bool {
        let isNeeded = try connection.number(
            "select 1 from step where \(Self.isUndoable) limit 1", [.text(run.text)])
        guard isNeeded != nil else { return false }
        try connection.run(
            "update run set status = null, reason = null, error = null, fence = fence + 1 where id = ?1",
            [.text(run.text)])
        try connection.run(
            """
            insert into task(run, queue, due, fence, priority) select id, queue, ?2, fence, priority from run
            where id = ?1
            """, [.text(run.text), .int(time.milliseconds)])
        return true
    }

    func blockReason(of run: RunID) throws(StoreError) -> BlockReason? {
        let reasons = try connection.query(
            "select reason from run where id = ?1 and status = 'blocked'", [.text(run.text)]
        ) { row throws(StoreError) in row.optionalText(0).flatMap(BlockReason.init(rawValue:)) }
        return reasons.first ?? nil
    }

    /// Deletes what was undone, so that it is carried out again, with the scopes that it stands in.
    func deleteUndone(of run: RunID) throws(StoreError) {
        try connection.run(
            """
            delete from step where run = ?1 and kind in ('branch', 'all', 'settled', 'race') and exists(
                select 1 from step as done join step as undone on undone.run = done.run
                    and undone.key = done.key || '~undo' and \(Self.isUndoDone)
                where done.run = ?1 and done.undo is not null and done.key > step.key || '/'
                    and done.key < step.key || '0')
            """, [.text(run.text)])
        try connection.run(
            """
            delete from step where run = ?1 and undo is not null and exists(
                select 1 from step as undone where undone.run = ?1 and undone.key = step.key || '~undo'
                    and \(Self.isUndoDone))
            """, [.text(run.text)])
        try connection.run("delete from step where run = ?1 and kind = 'undo'", [.text(run.text)])
    }
}

extension JournalReads {
    func undoable(of run: RunID) throws(StoreError) -> [StoredStep] {
        try connection.query(
            StoredStep.select + " where \(JournalTables.isUndoable) order by id desc", [.text(run.text)],
            row: StoredStep.init(row:))
    }
}
