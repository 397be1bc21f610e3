import TuttiCore
import TuttiStore

extension JournalTables {
    /// Ends or blocks a run: its last rows, its status, the end of its task, and the event that tells of it.
    func end(_ command: EndCommand) throws(StoreError) -> JournalOutcome {
        let run = command.owner.run
        if case .leaseLost? = try write(command.rows, owner: command.owner) {
            return try hasEnded(command.owner) ? .done : .leaseLost
        }
        var command = command
        if command.isChangedByCancel, try isCancelRequested(run) { command.heedCancel(undoing: try undoing(of: run)) }
        if try beginUndo(before: command) { return .mustUndo }
        switch command.result {
        case .completed(let output): try finish(run, .completed, output: output, at: command.at)
        case .failed(let error): try finish(run, .failed, error: error, at: command.at)
        case .cancelled: try finish(run, .cancelled, at: command.at)
        case .blocked(let reason, let error): try finish(run, .blocked, error: error, reason: reason, at: command.at)
        }
        try append(command.event, to: run, at: command.at)
        return .done
    }

    /// The end that was recorded when the run began to be undone.
    private func undoing(of run: RunID) throws(StoreError) -> EndCommand.Result? {
        let ends = try connection.query(
            "select undoing, undo_error from run where id = ?1 and undoing is not null", [.text(run.text)]
        ) { row throws(StoreError) -> EndCommand.Result in
            guard row.text(0) == RunStatus.failed.rawValue else { return .cancelled }
            return .failed(try StepError(stored: row.optionalText(1) ?? "", of: run.text))
        }
        return ends.first
    }

    private func isCancelRequested(_ run: RunID) throws(StoreError) -> Bool {
        try connection.number("select 1 from task where run = ?1 and cancel = 1", [.text(run.text)]) != nil
    }

    /// Whether the run has ended under this fence: then the command was applied before and reported as failed.
    private func hasEnded(_ owner: Owner) throws(StoreError) -> Bool {
        try connection.number(
            "select 1 from run where id = ?1 and fence = ?2 and not exists(select 1 from task where run = ?1)",
            [.text(owner.run.text), .int(owner.fence)]) != nil
    }

    /// Gives the run its status and deletes its task; a cancel closes what was open.
    func finish(
        _ run: RunID, _ status: RunStatus, output: Payload? = nil, error: StepError? = nil,
        reason: BlockReason? = nil, at time: Timestamp
    ) throws(StoreError) {
        var kept: (inline: SQLValue, hash: SQLValue) = (.null, .null)
        if let output { kept = try keep(output) }
        try connection.run(
            """
            update run set status = ?2, reason = ?3, output = ?4, output_blob = ?5, error = ?6, finished = ?7,
                undoing = case when ?7 is null then undoing end,
                undo_error = case when ?7 is null then undo_error end
            where id = ?1
            """,
            [
                .text(run.text), .text(status.rawValue), .text(reason?.rawValue), kept.inline, kept.hash,
                error.map(json) ?? .null, .int(status.isFinal ? time.milliseconds : nil),
            ])
        try bookHolds(of: run, isOver: status.isFinal, at: time)
        if status.isFinal {
            try wakeParent(of: run, at: time)
            for child in try children(of: run) { try requestCancel(child, at: time) }
            try withdrawAll(of: run, at: time)
        }
        try connection.run("delete from task where run = ?1", [.text(run.text)])
        try dropChunks(of: run)
        guard status == .cancelled else { return }
        try connection.run(
            "update step set out = null, blob = null, err = null, due = null, ended = ?2 "
                + "where run = ?1 and ended is null",
            [.text(run.text), .int(time.milliseconds)])
    }

    /// Asks for the end of a run; a blocked one with nothing to undo, which nobody works on, ends at once.
    func cancel(_ command: CancelCommand) throws(StoreError) -> JournalOutcome {
        let known = try status(of: command.run, tenant: command.tenant)
        guard known.isKnown else { return .notFound }
        if let status = known.status, status.isFinal { return .alreadyEnded(status) }
        let family = try family(of: command.run)
        if known.status == .blocked, try blockReason(of: command.run) == .undoFailed {  // given up
            try finish(command.run, .cancelled, at: command.at)
            try append(.runCancelled, to: command.run, at: command.at)
        } else if try requestCancel(command.run, at: command.at) {
            try append(command.event, to: command.run, at: command.at)
        }
        for member in family.dropFirst() { try requestCancel(member, at: command.at) }
        let owners = try owners(of: family)
        guard owners.contains(where: { $0.run == command.run }) else { return .alreadyEnded(.cancelled) }
        return .cancelRequested(unattended: owners.filter { !$0.isAlive }.map(\.run))
    }

    /// Tells a run that it is to end; `false` when it knows, or had nothing left to do and has ended.
    @discardableResult
    func requestCancel(_ run: RunID, at time: Timestamp) throws(StoreError) -> Bool {
        if let reason = try blockReason(of: run) {
            if reason == .undoFailed { return false }  // a person has to see to it, by its own name
            if try !reopenToUndo(run, at: time) {
                try finish(run, .cancelled, at: time)
                try append(.runCancelled, to: run, at: time)
            }
        }
        let changed = try connection.run(
            "update task set cancel = 1 where run = ?1 and cancel = 0", [.text(run.text)])
        if changed == 1 { try wake(run, at: time) }
        return changed == 1
    }

    /// A run and all its descendants that have no end.
    private func family(of run: RunID) throws(StoreError) -> [RunID] {
        try connection.query(
            """
            with recursive family(id) as (
                select ?1 union all
                select run.id from run join family on run.parent_run = family.id
                where run.status is null or run.status = 'blocked'
            )
            select id from family
            """, [.text(run.text)]
        ) { row throws(StoreError) in RunID(trusted: row.text(0)) }
    }

    /// Those of some runs that have a task, and whether a living executor works on each.
    private func owners(of runs: [RunID]) throws(StoreError) -> [(run: RunID, isAlive: Bool)] {
        var owners: [(run: RunID, isAlive: Bool)] = []
        for run in runs {
            let found = try connection.query(
                "select executor from task where run = ?1", [.text(run.text)]
            ) { row throws(StoreError) in row.optionalText(0).map(ExecutorID.init(trusted:)) }
            guard let owner = found.first else { continue }
            owners.append((run, owner.map(locks.isAlive) ?? false))
        }
        return owners
    }
}
