import FoundationEssentials
import TuttiCore

/// The rows of the in-memory store and what each command does to them; the same rules as the SQL of the drivers.
///
/// A value that can be compared, so that tests can go through all the states that commands can lead to.
struct MemoryTables: Hashable {
    struct Task: Hashable {
        var queue: String?
        var due: Timestamp?
        var executor: ExecutorID?
        var fence: Int64
        var wakeSequence: Int64 = 0
        var wait: WaitReason?
        var priority = 0
        var isCancelRequested = false
    }

    /// Rows by key, which remember the order in which they came.
    struct Steps: Hashable {
        private(set) var ordered: [StoredStep] = []
        private var positions: [String: Int] = [:]
        /// What rows that are gone had cost: it is paid, however often they are carried out again.
        private var pastCost: StepCost?

        var cost: StepCost? { (ordered.map(\.cost) + [pastCost]).total }

        subscript(key: String) -> StoredStep? { positions[key].map { ordered[$0] } }

        mutating func remove(where isGone: (StoredStep) -> Bool) {
            let kept = ordered.filter { !isGone($0) }
            pastCost = (ordered.filter(isGone).map(\.cost) + [pastCost]).total
            ordered = kept
            positions = Dictionary(
                kept.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        }

        mutating func write(_ step: StoredStep) {
            if let position = positions[step.key] {
                ordered[position] = step
            } else {
                positions[step.key] = ordered.count
                ordered.append(step)
            }
        }
    }

    struct Run: Hashable {
        let id: RunID
        let tenant: String
        let workflow: String
        let input: StoredPayload
        let inputHash: String
        let idempotencyKey: String?
        /// Kept for the task of a run that was blocked and is taken up again.
        let queue: String?
        let created: Timestamp
        var deadline: Timestamp?
        let parent: RunID?
        var parentKey: String?
        let root: RunID?
        var forkedFrom: RunID?
        var forkHash: String?
        var budgetUnits: Set<BudgetUnit> = []
        var undoing: EndCommand.Result?
        var priority = 0
        var title: String?
        var trace: String?
        var account = RunAccount()
        var generation = 0
        var status: RunStatus?
        var blockReason: BlockReason?
        var output: StoredPayload?
        var error: StepError?
        var finished: Timestamp?
        var fence: Int64
        var recoveries = 0
        var task: Task?
        var steps = Steps()
        var events: [RunEvent] = []
        var inbox: [InboxMessage] = []
        var chunks: [KeptChunk] = []
    }

    var runs: [RunID: Run] = [:]
    var executors: [ExecutorID: ExecutorSummary] = [:]
    var blobs: [String: Data] = [:]
    var changes: Int64 = 0
    var quotas: [QuotaKey: Quota] = [:]
    var holds: [Hold] = []
    /// What processes have set aside for calls outside of runs.
    var allotted: [ExecutorID: [QuotaName: Allotted]] = [:]
    /// The ids of raises of limits.
    var raises: Set<String> = []
    /// Removed runs of which something lies beside the store.
    var undiscarded: [RunID] = []
    /// Messages so far, of all runs.
    var messages: Int64 = 0
    /// The events of all runs in the order in which they were written.
    var feed: [EventPlace] = []
    /// Chunks so far, of all runs.
    var chunksWritten: Int64 = 0

    mutating func apply(_ command: JournalCommand) -> JournalOutcome {
        switch command {
        case .start(let command): start(command)
        case .record(let command): record(command)
        case .end(let command): end(command)
        case .claim(let command): claim(command)
        case .takeWake(let owner, let time): takeWake(owner, at: time)
        case .release(let command): release(command)
        case .cancel(let command): cancel(command)
        case .hold(let command): hold(command)
        case .raise(let command): raise(command)
        case .retry(let command): retry(command)
        case .fork(let command): fork(command)
        case .signal(let command): signal(command)
        case .answer(let command): answer(command)
        case .chunks(let command): keep(command)
        case .allot(let command): allot(command)
        case .touch: .done
        }
    }

    // MARK: What readers see

    func record(of run: Run) -> RunRecord {
        let live = run.task.map { task in
            LiveState(
                isOwned: task.executor != nil, isOwnerAlive: isAlive(task.executor),
                hasQueue: task.queue != nil, due: task.due, wait: task.wait)
        }
        let summary = RunSummary(
            id: run.id, workflow: run.workflow, status: run.status ?? live?.status ?? .blocked,
            reason: run.status == nil ? live?.reason?.rawValue : run.blockReason?.rawValue,
            isUnattended: live?.isUnattended ?? false, queue: run.task?.queue, executor: run.task?.executor,
            isCancelRequested: run.task?.isCancelRequested ?? false, created: run.created, finished: run.finished,
            deadline: run.deadline, fence: run.fence, error: run.error, parent: run.parent, root: run.root,
            budgetUnits: run.budgetUnits, forkedFrom: run.forkedFrom, generation: run.generation, title: run.title,
            trace: run.trace, account: run.account)
        return RunRecord(summary: summary, undoing: run.undoing, input: run.input, output: run.output)
    }

    func isAlive(_ executor: ExecutorID?) -> Bool { executor.flatMap { executors[$0]?.isAlive } ?? false }

    /// The highest priority first, then the longest due; of limited queues as many root runs as there is room for.
    func claimable(_ claim: ClaimCommand) -> [Run] {
        guard case .queues(let queues, let workflows, let limit) = claim.target else { return [] }
        let found = runs.values.filter { run in
            guard let task = run.task, let queue = task.queue, queues.contains(queue), run.tenant == claim.tenant,
                workflows.contains(run.workflow)
            else { return false }
            guard let executor = task.executor else { return task.due.map { $0 <= claim.at } ?? false }
            return !isAlive(executor)
        }
        let sorted = found.sorted { one, other in
            let (first, second) = (one.task?.priority ?? 0, other.task?.priority ?? 0)
            guard first == second else { return first > second }
            return (one.task?.due ?? one.created, one.id) < (other.task?.due ?? other.created, other.id)
        }
        var room = claim.limits.mapValues { _ in 0 }
        for (queue, limit) in claim.limits { room[queue] = self.room(in: queue, limit, at: claim.at) }
        let admitted = sorted.filter { run in
            guard let queue = run.task?.queue, let left = room[queue], run.parent == nil,
                !holds.contains(where: { $0.run == run.id && $0.quota == .queue(queue) })
            else { return true }
            room[queue] = left - 1
            return left > 0
        }
        return Array(admitted.prefix(limit))
    }

    // MARK: Commands

    /// The run that an idempotency key names.
    func run(of workflow: String, key: String, tenant: String) -> Run? {
        runs.values.first { $0.idempotencyKey == key && $0.tenant == tenant && $0.workflow == workflow }
    }

    private mutating func start(_ command: StartCommand) -> JournalOutcome {
        if let known = runs[command.id] { return startedBefore(known, command) }
        if let parent = command.parent, let refusal = link(parent, at: command.at) { return refusal }
        if let key = command.idempotencyKey, let known = run(of: command.workflow, key: key, tenant: command.tenant) {
            return .existing(known.id, sameInput: known.inputHash == command.inputHash)
        }
        if let refusal = refusal(of: command.quotas) { return .quotaRefused(refusal) }
        var run = Run(
            id: command.id, tenant: command.tenant, workflow: command.workflow, input: keep(command.input),
            inputHash: command.inputHash, idempotencyKey: command.idempotencyKey, queue: command.queue,
            created: command.at, deadline: command.deadline, parent: command.parent?.record.owner.run,
            parentKey: command.parent?.key, root: command.parent.map { root(of: $0.record.owner.run) },
            fence: StartCommand.firstFence)
        run.priority = command.priority
        (run.title, run.trace) = (command.title, command.trace)
        let parent = command.parent.flatMap { runs[$0.record.owner.run] }
        run.account = parent?.account ?? command.account
        run.budgetUnits = parent?.budgetUnits ?? Set(command.budget.keys)
        for (unit, cap) in command.budget { quotas[.budget(command.id, unit)] = Quota(cap: cap) }
        run.task = Task(
            queue: command.queue, due: command.executor == nil ? command.at : command.deadline,
            executor: command.executor, fence: run.fence, priority: command.priority)
        runs[command.id] = run
        draw(command.quotas, by: command.id, fence: run.fence)
        append(.runStarted(workflow: command.workflow), to: command.id, at: command.at)
        return .done
    }

    /// The start was applied and reported as failed. Its starter begins the run only as its owner from birth: somebody
    /// may have cancelled it meanwhile, or taken it over.
    private func startedBefore(_ run: Run, _ command: StartCommand) -> JournalOutcome {
        let isBegun = command.executor != nil
        let isOurs = run.task?.executor == command.executor && run.fence == StartCommand.firstFence
        if !isBegun || (isOurs && run.task?.isCancelRequested != true) { return .done }
        return command.parent == nil ? .existing(run.id, sameInput: true) : .existingChild(run.id, run.status)
    }

    mutating func record(_ command: RecordCommand) -> JournalOutcome {
        guard isOwner(command.owner) else { return .leaseLost }
        let id = command.owner.run
        if let taking = command.taking, !take(taking, from: id, at: command.at) { return .missed }
        if let known = write(command.rows, to: id) { return known }
        for draft in command.asks { ask(draft, of: id, at: command.at) }
        for message in command.withdraws { withdraw(message, from: id, at: command.at) }
        switch command.wait {
        case .works: runs[id]?.task?.wait = nil
        case .waits(let reason): runs[id]?.task?.wait = reason
        case nil: break
        }
        if command.endsStream, let key = command.rows.last?.key { dropChunks(of: key, in: id) }
        if command.resetsRecoveries { runs[id]?.recoveries = 0 }
        for settlement in command.settlements { settle(settlement, of: command.owner) }
        for (key, fingerprint) in command.accepts { accept(fingerprint, under: key, of: id) }
        for child in command.cancels { requestCancel(child, at: command.at) }
        for event in command.events { append(event, to: id, at: command.at) }
        return .done
    }

    private mutating func end(_ command: EndCommand) -> JournalOutcome {
        guard isOwner(command.owner) else {
            // The command may have been applied and reported as failed.
            let run = runs[command.owner.run]
            return run?.task == nil && run?.fence == command.owner.fence ? .done : .leaseLost
        }
        let id = command.owner.run
        var command = command
        if runs[id]?.task?.isCancelRequested == true { command.heedCancel(undoing: runs[id]?.undoing) }
        _ = write(command.rows, to: id)
        if beginUndo(of: id, before: command) { return .mustUndo }
        switch command.result {
        case .completed(let output): finish(id, .completed, output: keep(output), at: command.at)
        case .failed(let error): finish(id, .failed, error: error, at: command.at)
        case .cancelled: finish(id, .cancelled, at: command.at)
        case .blocked(let reason, let error): finish(id, .blocked, error: error, reason: reason, at: command.at)
        }
        append(command.event, to: id, at: command.at)
        return .done
    }

    private mutating func claim(_ command: ClaimCommand) -> JournalOutcome {
        switch command.target {
        case .run(let id, let takeOver):
            guard let run = runs[id], run.tenant == command.tenant else { return .refused(.notFound) }
            if let status = run.status, status.isFinal { return .refused(.ended(status)) }
            if run.status == .blocked, run.blockReason == .undoFailed { return .refused(.undoFailed) }
            if let owner = run.task?.executor, isAlive(owner), owner != command.executor, !takeOver {
                return .refused(.owned(by: owner))
            }
            runs[id]?.recoveries = 0
            if run.task?.wait == .budget { wakeWhatWaits(with: id, at: command.at) }
            return .claimed([take(id, by: command.executor, at: command.at)])
        case .queues:
            var claimed: [ClaimedRun] = []
            for run in claimable(command) {
                if run.task?.executor != nil, !countRecovery(of: run.id, command) { continue }
                let taken = take(run.id, by: command.executor, at: command.at)
                if run.parent == nil, let queue = run.queue, let limit = command.limits[queue] {
                    occupy(queue, limit, by: taken, at: command.at)
                }
                claimed.append(taken)
            }
            return .claimed(claimed)
        }
    }

    /// The least of its deadline and those of what is open.
    private func nextDue(of run: Run, after time: Timestamp) -> Timestamp? {
        let open = run.steps.ordered.compactMap { step -> Timestamp? in
            switch step.result {
            case .open(_, let due), .waiting(let due?): due
            default: nil
            }
        }
        return (open + [run.deadline].compactMap(\.self)).filter { $0 > time }.min()
    }

    private mutating func takeWake(_ owner: Owner, at time: Timestamp) -> JournalOutcome {
        guard isOwner(owner), let run = runs[owner.run], let task = run.task else { return .leaseLost }
        let due = nextDue(of: run, after: time)
        runs[owner.run]?.task?.due = due
        return .wake(sequence: task.wakeSequence, isCancelRequested: task.isCancelRequested)
    }

    private mutating func release(_ command: ReleaseCommand) -> JournalOutcome {
        guard isOwner(command.owner), let task = runs[command.owner.run]?.task else {
            // The command may have been applied and reported as failed.
            let task = runs[command.owner.run]?.task
            return task?.executor == nil && task?.fence == command.owner.fence ? .done : .leaseLost
        }
        let isUntouched = command.wakeSequence.map { $0 == task.wakeSequence } ?? !task.isCancelRequested
        guard isUntouched else { return .woken }
        _ = write(command.rows, to: command.owner.run)
        let id = command.owner.run
        if command.wait == .budget { wakeParent(of: id, unlessOwnedBy: task.executor, at: command.at) }
        runs[id]?.task?.executor = nil
        bookSlots(of: id)
        if task.queue == nil || command.wait != nil {
            runs[id]?.task?.wait = command.wait ?? task.wait ?? .interrupted
            runs[id]?.task?.due = nil
        } else if command.wakeSequence != nil {
            runs[id]?.task?.due = command.at
        }
        return .done
    }

    private mutating func cancel(_ command: CancelCommand) -> JournalOutcome {
        guard let run = runs[command.run], run.tenant == command.tenant else { return .notFound }
        if let status = run.status, status.isFinal { return .alreadyEnded(status) }
        let family = [run.id] + descendants(of: run.id)
        if run.status == .blocked, run.blockReason == .undoFailed {  // given up
            finish(run.id, .cancelled, at: command.at)
            append(.runCancelled, to: run.id, at: command.at)
        } else if requestCancel(run.id, at: command.at) {
            append(command.event, to: run.id, at: command.at)
        }
        for child in family.dropFirst() { requestCancel(child, at: command.at) }
        guard runs[run.id]?.task != nil else { return .alreadyEnded(.cancelled) }  // it was blocked
        return .cancelRequested(
            unattended: family.filter { member in runs[member]?.task.map { !isAlive($0.executor) } ?? false })
    }

    // MARK: Pieces of commands

    /// Makes a run due; nothing but its owner's `takeWake` moves the time on again.
    mutating func wake(_ run: RunID, at time: Timestamp) {
        guard var task = runs[run]?.task else { return }
        task.wakeSequence += 1
        task.due = min(task.due ?? time, time)
        if task.executor == nil { task.wait = nil }
        runs[run]?.task = task
    }

    func isOwner(_ owner: Owner) -> Bool {
        guard let task = runs[owner.run]?.task else { return false }
        return task.executor == owner.executor && task.fence == owner.fence
    }

    /// Writes the rows whose keys are not closed.
    ///
    /// - Returns: `.adopted` when the last row's key was closed before, `.done` when the same back-off was written
    ///   before; `nil` when the last row is written.
    private mutating func write(_ rows: [StepRow], to run: RunID) -> JournalOutcome? {
        var outcome: JournalOutcome?
        for row in rows {
            outcome = nil
            guard let known = runs[run]?.steps[row.key] else {
                let result = keep(row.result)
                runs[run]?.steps.write(row.stored(result: result))
                lowerDue(of: run, to: row)
                continue
            }
            if known.ended != nil {
                outcome = .adopted(known)
            } else if row.isOpen && row.attempt <= known.attempt {
                outcome = .done
            } else {
                var next = known
                (next.attempt, next.result, next.ended) = (row.attempt, keep(row.result), row.isOpen ? nil : row.ended)
                next.cost = row.cost
                next.undo = row.undo ?? known.undo
                runs[run]?.steps.write(next)
                lowerDue(of: run, to: row)
            }
        }
        return outcome
    }

    /// The owner polls for its own deadlines, too, and so does whoever comes after it.
    private mutating func lowerDue(of run: RunID, to row: StepRow) {
        let due: Timestamp
        switch row.result {
        case .waiting(let deadline?): due = deadline
        case .open(_, let time): due = time
        default: return
        }
        let known = runs[run]?.task?.due
        runs[run]?.task?.due = min(known ?? due, due)
    }

    private mutating func keep(_ result: StepRow.Result) -> StoredStep.Result {
        switch result {
        case .open(let error, let due): .open(error, due: due)
        case .waiting(let due): .waiting(due: due)
        case .completed(let payload): .completed(keep(payload))
        case .failed(let error): .failed(error)
        }
    }

    mutating func keep(_ payload: Payload) -> StoredPayload {
        if case .blob(let hash, let bytes) = payload { blobs[hash] = bytes }
        return payload.stored
    }

    mutating func append(_ event: EventDraft, to run: RunID, at time: Timestamp) {
        let n = (runs[run]?.events.last?.n ?? 0) + 1
        runs[run]?.events.append(
            RunEvent(run: run, n: n, type: event.type, key: event.key, data: event.data, time: time))
        if runs[run] != nil { feed.append(EventPlace(run: run, n: n)) }
    }

    mutating func finish(
        _ id: RunID, _ status: RunStatus, output: StoredPayload? = nil, error: StepError? = nil,
        reason: BlockReason? = nil, at time: Timestamp
    ) {
        runs[id]?.status = status
        runs[id]?.blockReason = reason
        runs[id]?.output = output
        runs[id]?.error = error
        let owner = runs[id]?.task?.executor
        runs[id]?.task = nil
        runs[id]?.chunks = []
        bookHolds(of: id, isOver: status.isFinal, at: time)
        if status.isFinal {
            runs[id]?.undoing = nil
            runs[id]?.finished = time
            wakeParent(of: id, unlessOwnedBy: owner, at: time)
            for child in children(of: id) { requestCancel(child, at: time) }
        }
        withdrawAll(of: id, at: time)
        guard status == .cancelled, let steps = runs[id]?.steps.ordered else { return }
        for var step in steps where step.ended == nil {
            step.result = .cancelled
            step.ended = time
            runs[id]?.steps.write(step)
        }
    }

    mutating func take(_ id: RunID, by executor: ExecutorID, at time: Timestamp) -> ClaimedRun {
        let fence = (runs[id]?.fence ?? 0) + 1
        bookHolds(of: id, at: time)
        var task = runs[id]?.task ?? Task(queue: runs[id]?.queue, fence: fence, priority: runs[id]?.priority ?? 0)
        task.executor = executor
        task.fence = fence
        if task.wait == .interrupted || task.wait == .budget { task.wait = nil }
        task.due = min(task.due ?? time, time)  // a dead owner may have taken the wake with it
        runs[id]?.task = task
        runs[id]?.fence = fence
        runs[id]?.status = nil
        runs[id]?.blockReason = nil
        runs[id]?.error = nil
        return ClaimedRun(run: id, fence: fence, recoveries: runs[id]?.recoveries ?? 0)
    }

    /// Counts a takeover from a dead executor; a run that has had too many is blocked instead, and `false` returned.
    private mutating func countRecovery(of id: RunID, _ command: ClaimCommand) -> Bool {
        guard let run = runs[id] else { return false }
        let isToBeCancelled = run.task?.isCancelRequested == true && run.undoing == nil
        if run.recoveries >= command.recoveriesMax, !isToBeCancelled {
            let error = StepError.recoveryExhausted(after: run.recoveries)
            runs[id]?.fence += 1  // the dead owner's end must not pass for this one
            finish(id, .blocked, error: error, reason: .recoveryExhausted, at: command.at)
            append(.runBlocked(.recoveryExhausted, error), to: id, at: command.at)
            return false
        }
        runs[id]?.recoveries += 1
        return true
    }
}

extension StepRow {
    fileprivate func stored(result: StoredStep.Result) -> StoredStep {
        StoredStep(
            key: key, kind: kind, attempt: attempt, fingerprint: fingerprint, result: result, started: started,
            ended: isOpen ? nil : ended, cost: cost, undo: undo)
    }
}
