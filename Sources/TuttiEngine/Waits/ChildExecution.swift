import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Carries out one child: starts it or finds it again, sees to it that somebody works on it, and records its end under
/// the parent's key.
struct ChildExecution<Child: Workflow>: Sendable {
    let session: RunSession
    let key: String
    let workflow: Child
    let input: Data
    let fingerprint: String
    let deadline: Timestamp?
    let title: String?

    private var engine: Engine { session.engine }
    private var clock: any Timekeeper { session.services.clock }

    func run() async throws -> Child.Output {
        do {
            return try await carryOut()
        } catch let error as StoreError {
            throw session.failed(error)
        } catch let error as RunError where error.reason == .closed {
            // The engine shuts down, and has given the child back; its parent follows as soon as it may.
            await session.untilStopped()
            throw CancellationError()
        }
    }

    private func carryOut() async throws -> Child.Output {
        let started = clock.now()
        if let known = try await session.recorded(key, kind: .child, fingerprint: fingerprint) {
            guard case .waiting = known.result else {
                return try await session.value(Child.Output.self, of: known.result, at: key)
            }
            session.resumeWait(key, .child)
            guard let child = try await record() else { throw session.fault(.childLost(at: key)) }
            return try await wait(for: child.summary.id, since: known.started, isReplayed: true)
        }
        try await session.flush()
        return try await wait(for: try await start(), since: started, isReplayed: false)
    }

    // MARK: Starting

    @inline(never)
    private func start() async throws -> RunID {
        let child = try await engine.startChild(self)
        if case .existing(let id) = child { try await adopt(id) }
        return child.id
    }

    /// The command that starts the child, with what the parent records beside it.
    func command(_ id: RunID, parent: RunSummary, by executor: ExecutorID?, at now: Timestamp) -> StartCommand {
        let row = StepRow(
            key: key, kind: .child, fingerprint: fingerprint, result: .waiting(due: nil), started: now, ended: now)
        let draft = RecordDraft(row: row, events: [.childStarted(id, Child.name, key: key)], wait: .child)
        return StartCommand(
            id: id, tenant: engine.options.tenant, workflow: Child.name, input: Payload(input),
            inputHash: fingerprint, queue: parent.queue, executor: executor, deadline: deadline,
            parent: session.link(draft, key: key, at: now), title: title,
            trace: engine.options.observer?.context(ofStep: key, attempt: 1, in: parent)?.text,
            account: parent.account, at: now)
    }

    /// Sees to it that a child which nobody works on goes on: its parent is the one who asks for it.
    @inline(never)
    private func adopt(_ id: RunID) async throws {
        guard let child = try await engine.record(of: id)?.summary, child.isUnattended else { return }
        guard !engine.isAtWork(id), engine.state.withLock({ $0.beginClaim(of: id, takeOver: false) }) else { return }
        _ = try await engine.claimAndTakeUp(id, takeOver: false)
    }

    private func record() async throws -> RunRecord? {
        let (run, key, tenant) = (session.owner.run, self.key, engine.options.tenant)
        return try await session.read { store throws(StoreError) in
            try await store.child(of: run, at: key, tenant: tenant)
        }
    }

    // MARK: Waiting

    private func wait(
        for child: RunID, since started: Timestamp, isReplayed: Bool
    ) async throws -> Child.Output {
        session.noteChild(child, under: key)
        do {
            return try await session.withWaiter(for: child) { waiter in
                try await adopt(child)
                // Work that goes on in this process calls the waiter at its end; the journal need not be asked before.
                // But a wake that was taken for this replay may have told of the child's end elsewhere, while a former
                // owner of it seems to be at work here.
                var mayHaveEnded = isReplayed || !engine.isAtWork(child)
                while true {
                    try session.checkActive()
                    if mayHaveEnded, let end = try await end(of: child, since: started) {
                        return try await session.value(Child.Output.self, of: end, at: key)
                    }
                    await waiter.wait()
                    // Also when the child seems to be at work: it may have been taken from this process, which learns
                    // of that with its next command only.
                    mayHaveEnded = true
                }
            }
        } catch {
            if error is CancellationError || Task.isCancelled { await abandon(child) }
            throw error
        }
    }

    /// Records how the child has ended; `nil` while it has not.
    @inline(never)  // a waiting parent keeps the frame of its wait, which should be small
    private func end(of child: RunID, since started: Timestamp) async throws -> StoredStep.Result? {
        // Read before the child is: a raise that comes between the two shows as a limit that has changed.
        let limits = try await session.budget()
        guard let record = try await engine.record(of: child) else { throw session.fault(.childLost(at: key)) }
        let summary = record.summary
        let result: StepRow.Result
        switch summary.status {
        case .completed:
            // A blob is kept once, whoever names it.
            let bytes = if let output = record.output { try await session.bytes(of: output) } else { Data() }
            result = .completed(Payload(bytes))
        case .failed, .cancelled: result = .failed(.childEnded(summary, at: key))
        case .waiting where summary.reason == WaitReason.budget.rawValue:
            // The budget is that of the whole family: the parent is parked with its child.
            session.stop(for: .overBudget(limits: limits.caps))
            throw CancellationError()
        default: return nil
        }
        let row = StepRow(
            key: key, kind: .child, fingerprint: fingerprint, result: result, started: started, ended: clock.now())
        let draft = RecordDraft(row: row, events: [.childEnded(child, summary.status, key: key)])
        guard case .adopted(let known) = try await session.record(draft) else { return result.stored }
        return known.result
    }

    /// A child whose parent does not wait for it any more: parked with a parent that is parked, ended when its branch
    /// has lost. The end of the parent itself reaches it through the journal.
    private func abandon(_ child: RunID) async {
        switch session.stopReason {
        case nil: try? await engine.cancel(child)
        case .parked: engine.park(child)
        default: break
        }
    }
}

extension RunSession {
    /// What a parent records with the start of a child.
    func link(_ draft: RecordDraft, key: String, at time: Timestamp) -> ParentLink {
        ParentLink(key: key, record: state.withLock { $0.prepareWithChild(draft, owner: owner, at: time) })
    }
}

extension StepError {
    /// What a parent sees of a child that did not complete.
    static func childEnded(_ child: RunSummary, at key: String) -> StepError {
        let cause = child.error.map { ": \($0.message)" } ?? ""
        return StepError(
            code: child.status == .cancelled ? "child_cancelled" : "child_failed",
            message: "the run \(child.id) \(child.status == .cancelled ? "was cancelled" : "failed")\(cause)",
            data: [
                "run": .string(child.id.text), "code": child.error.map { .string($0.code) } ?? .null,
                "origin": child.error.map { .string($0.origin) } ?? .null,
            ], origin: key)
    }

    static func childLost(at key: String) -> StepError {
        StepError(code: "child_lost", message: "the journal names no child under '\(key)'", origin: key)
    }
}
