import TuttiCore

/// What has to be undone, in the in-memory store.
extension MemoryTables {
    func undoable(of run: RunID) -> [StoredStep] {
        guard let steps = runs[run]?.steps else { return [] }
        return steps.ordered.reversed().filter { step in
            step.undo != nil && steps[JournalKey.undo(of: step.key)]?.isUndoDone != true
        }
    }

    /// Whether something has to be undone before the run may end so; then its end is recorded for later.
    mutating func beginUndo(of run: RunID, before command: EndCommand) -> Bool {
        switch command.result {
        case .completed, .blocked: return false
        case .failed, .cancelled: break
        }
        guard !undoable(of: run).isEmpty else { return false }
        if runs[run]?.undoing == nil {
            runs[run]?.undoing = command.result
            append(.undoStarted, to: run, at: command.at)
        }
        return true
    }

    /// Gives a blocked run a task again, for what has to be undone before it may end; `false` when nothing has to.
    mutating func reopenToUndo(_ id: RunID, at time: Timestamp) -> Bool {
        guard var run = runs[id], !undoable(of: id).isEmpty else { return false }
        run.status = nil
        run.blockReason = nil
        run.error = nil
        run.fence += 1
        run.task = Task(queue: run.queue, due: time, fence: run.fence, priority: run.priority)
        runs[id] = run
        return true
    }

    /// Takes out what was undone, so that it is carried out again, with the scopes that it stands in.
    static func removeUndone(from steps: inout Steps) {
        let undone = Set(
            steps.ordered.filter { $0.undo != nil && steps[JournalKey.undo(of: $0.key)]?.isUndoDone == true }.map(\.key)
        )
        guard !undone.isEmpty else { return }
        steps.remove { row in
            undone.contains(row.key) || row.kind == .undo
                || (row.kind.isScope && undone.contains { $0.hasPrefix(row.key + "/") })
        }
    }
}
