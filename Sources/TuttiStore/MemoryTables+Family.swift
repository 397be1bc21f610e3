import FoundationEssentials
import TuttiCore

/// Parents, children, retries and forks of the in-memory store.
extension MemoryTables {
    // MARK: Children

    func root(of run: RunID) -> RunID { runs[run]?.root ?? run }

    func children(of run: RunID) -> [RunID] {
        runs.values.filter { $0.parent == run && $0.status?.isFinal != true }.map(\.id).sorted()
    }

    func descendants(of run: RunID) -> [RunID] {
        children(of: run).flatMap { [$0] + descendants(of: $0) }
    }

    func child(of run: RunID, at key: String) -> Run? {
        runs.values.first { $0.parent == run && $0.parentKey == key }
    }

    /// Records a start with its parent; the outcome when there is nothing (more) to start.
    mutating func link(_ parent: ParentLink, at time: Timestamp) -> JournalOutcome? {
        let owner = parent.record.owner
        guard isOwner(owner) else { return .leaseLost }
        if runs[owner.run]?.task?.isCancelRequested == true { return .cancelRequested(unattended: []) }
        let known = child(of: owner.run, at: parent.key)
        let outcome = record(parent.record)
        guard outcome == .done else { return outcome }
        guard let known else { return nil }
        switch known.status {
        case .failed where known.hasUnknownOutcome: return .existingChild(known.id, .failed)
        case .failed:
            revive(known.id, origin: known.error?.origin ?? "", at: time)
            return .existingChild(known.id, nil)
        default:
            let isCancelled = known.status == .cancelled || known.task?.isCancelRequested == true
            guard isCancelled else { return .existingChild(known.id, known.status) }
            runs[known.id]?.parentKey = "\(parent.key)~\(known.id)"  // makes room for another one
            return nil
        }
    }

    /// The owner's own process tells itself; it is spared the wake.
    mutating func wakeParent(of run: RunID, unlessOwnedBy executor: ExecutorID?, at time: Timestamp) {
        guard let parent = runs[run]?.parent, let task = runs[parent]?.task else { return }
        if task.executor == nil || task.executor != executor { wake(parent, at: time) }
    }

    /// Tells a run that it is to end; `false` when it knows, or had nothing left to do and has ended.
    @discardableResult
    mutating func requestCancel(_ run: RunID, at time: Timestamp) -> Bool {
        if runs[run]?.status == .blocked {
            if runs[run]?.blockReason == .undoFailed { return false }  // a person has to see to it, by its own name
            if !reopenToUndo(run, at: time) {
                finish(run, .cancelled, at: time)
                append(.runCancelled, to: run, at: time)
            }
        }
        guard let task = runs[run]?.task, !task.isCancelRequested else { return false }
        runs[run]?.task?.isCancelRequested = true
        wake(run, at: time)
        return true
    }

    // MARK: Again

    mutating func retry(_ command: RetryCommand) -> JournalOutcome {
        guard let run = runs[command.run], run.tenant == command.tenant else { return .notFound }
        if let executor = command.executor, let task = run.task, task.executor == executor, run.generation > 0 {
            return .claimed([ClaimedRun(run: run.id, fence: task.fence, recoveries: 0)])
        }
        let isUndoFailed = run.status == .blocked && run.blockReason == .undoFailed
        guard run.status == .failed || isUndoFailed, let error = run.error else {
            return .retryRefused(.notFailed(run.status))
        }
        let isUnknown = run.hasUnknownOutcome
        if let parent = run.parent, !isUndoFailed, !isUnknown || command.resolution == nil {
            return .retryRefused(.isChild(of: parent))
        }
        switch (isUnknown, command.resolution) {
        case _ where isUndoFailed: break
        case (true, nil): return .retryRefused(.unresolved(key: error.origin))
        case (false, .some): return .retryRefused(.nothingToResolve)
        default: break
        }
        let draws = run.status == .failed && run.parent == nil ? command.quotas : []
        if let refusal = refusal(of: draws) { return .quotaRefused(refusal) }
        let resolved = run.steps[error.origin]
        revive(run.id, origin: error.origin, at: command.at)
        if case .done(let payload)? = command.resolution, var row = resolved {
            row.result = .completed(keep(payload))
            runs[run.id]?.steps.write(row)
        }
        draw(draws, by: run.id, fence: runs[run.id]?.fence ?? 0)
        guard let executor = command.executor else { return .done }
        return .claimed([take(run.id, by: executor, at: command.at)])
    }

    /// Gives an ended run a task again, without the errors that are retried, and without what it was left waiting for.
    private mutating func revive(_ id: RunID, origin: String, at time: Timestamp) {
        guard var run = runs[id] else { return }
        if run.status == .failed { Self.removeUndone(from: &run.steps) }
        let errors = RetriedErrors(origin: origin, kind: run.steps[origin]?.kind)
        run.steps.remove { errors.contain($0) || $0.isAskedAnewByRetries }
        run.blockReason = nil
        run.status = nil
        run.error = nil
        run.finished = nil
        run.recoveries = 0
        run.generation += 1
        if let deadline = run.deadline, deadline <= time { run.deadline = nil }  // it would fail at once again
        run.fence += 1
        run.task = Task(queue: run.queue, due: time, fence: run.fence, priority: run.priority)
        runs[id] = run
        append(.runRetried(generation: run.generation), to: id, at: time)
    }

    mutating func fork(_ command: ForkCommand) -> JournalOutcome {
        if let known = runs[command.id] {
            return .claimed([ClaimedRun(run: known.id, fence: known.fence, recoveries: 0)])
        }
        guard let source = runs[command.source], source.tenant == command.tenant else { return .notFound }
        if let key = command.storedKey, let known = run(of: source.workflow, key: key, tenant: source.tenant) {
            return .existing(known.id, sameInput: known.forkHash == command.contentHash)
        }
        guard source.undoing == nil else { return .forkRefused(.undoing) }
        var steps = source.steps
        Self.removeUndone(from: &steps)
        let all = steps.ordered
        var copied = all
        if let key = command.key {
            guard let index = all.firstIndex(where: { $0.key == key }) else { return .forkRefused(.unknownKey) }
            copied = Array(all[..<index])
            if let edited = command.edited {
                var row = all[index]
                guard row.ended != nil, !row.kind.isScope else { return .forkRefused(.notEditable) }
                row.result = .completed(keep(edited))
                copied.append(row)
            }
        }
        if let refusal = refusal(of: command.quotas) { return .quotaRefused(refusal) }
        let kept = Set(
            JournalKey.collapsing(copied.filter(\.isCopiedByForks).sorted { $0.key.precedes($1.key) }).map(\.key))
        let input = command.input.map { keep($0) } ?? source.input
        var run = Run(
            id: command.id, tenant: source.tenant, workflow: source.workflow, input: input,
            inputHash: command.input.map { Digest.sha256Hex($0.bytes) } ?? source.inputHash,
            idempotencyKey: command.storedKey,
            queue: command.queue ?? source.queue, created: command.at, deadline: nil, parent: nil, parentKey: nil,
            root: nil,
            forkedFrom: source.id, fence: StartCommand.firstFence)
        (run.title, run.trace, run.forkHash) = (source.title, command.trace, command.contentHash)
        run.account = command.account
        for var row in copied where kept.contains(row.key) && row.isCopiedByForks {
            row.undo = nil  // what the source has done is the source's to undo
            row.cost = nil  // and what it has paid is not paid again
            run.steps.write(row)
        }
        run.task = Task(
            queue: run.queue, due: command.executor == nil ? command.at : nil, executor: command.executor,
            fence: run.fence)
        runs[command.id] = run
        draw(command.quotas, by: command.id, fence: run.fence)
        append(.runForked(workflow: source.workflow, from: source.id, key: command.key), to: run.id, at: command.at)
        return .claimed([ClaimedRun(run: run.id, fence: run.fence, recoveries: 0)])
    }

    /// Another input is accepted under a key whose result stays.
    mutating func accept(_ fingerprint: String, under key: String, of run: RunID) {
        guard var row = runs[run]?.steps[key] else { return }
        row.fingerprint = fingerprint
        runs[run]?.steps.write(row)
    }
}

extension MemoryTables.Run {
    /// Whether it failed for a step of which nobody knows whether it has happened.
    var hasUnknownOutcome: Bool {
        guard status == .failed, let error, error.code == StepError.outcomeUnknown else { return false }
        return steps[error.origin] != nil
    }
}
