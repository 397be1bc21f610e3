import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Looking for work: wakes of own runs, and runs of the queues that may be taken.
extension Engine {
    func poll() async {
        var seen: Int64 = -1
        while !Task.isCancelled {
            let begun = services.clock.uptime()
            do {
                let count = try await store.changeCount()
                let (again, hasResting) = state.withLock { ($0.takeUnfinished(), $0.hasResting) }
                let mayBeDue = count != seen || hasResting
                let due = mayBeDue ? try await dueRuns(orKeeping: again) : []
                let isDone = await attend(to: due + again.filter { !due.contains($0) })
                if isDone { seen = count }
                try await claimFromQueues()
                evictResting(at: begun)
            } catch {
                // The store will be asked again at the next turn.
            }
            // Counted from its beginning: the time may have gone on since it was asked for.
            let left = begun + options.poll - services.clock.uptime()
            if left > .zero { await pollNudge.wait(atMost: left, on: services.clock) }
        }
    }

    private func dueRuns(orKeeping again: [Owner]) async throws -> [Owner] {
        do {
            return try await store.dueRuns(of: executor, at: services.clock.now())
        } catch {
            state.withLock { $0.keepUnfinished(again) }
            throw error
        }
    }

    /// Tells runs that are at work of their wakes, and takes up the others: those whose claim was applied and reported
    /// as failed, and those that an unwritable journal has stopped. What fails is tried again at the next turn.
    ///
    /// - Returns: `false` when one was left out, since it is being claimed by name, and who claims it takes it up.
    private func attend(to owners: [Owner]) async -> Bool {
        let isLeftOut = Atomic(false)
        await inLanes(owners) { owner in
            if await self.attend(to: owner) { return }
            isLeftOut.store(true, ordering: .relaxed)
            // The journal need not name it again: it may have been called for something that wakes no run.
            self.state.withLock { $0.keepUnfinished([owner]) }
        }
        return !isLeftOut.load(ordering: .relaxed)
    }

    private func attend(to owner: Owner) async -> Bool {
        do {
            switch state.withLock({ $0.attention(for: owner) }) {
            case .wake(let session): try await wake(session)
            // How often it has been recovered is not known here; to count anew is harmless.
            case .takeUp: return try await takeUpAlone(owner, recoveries: 1)
            case .giveBack: await giveBack(owner, isCalled: true)
            case .later: return false
            }
        } catch is RunError {
            // Shutting down, or a workflow that is not known here.
        } catch {
            state.withLock { $0.keepUnfinished([owner]) }
        }
        return true
    }

    /// Takes up a run unless it is being claimed by name. A claim that came in between would raise the fence under a
    /// session that has just begun, and that would not know.
    private func takeUpAlone(_ owner: Owner, recoveries: Int) async throws -> Bool {
        guard state.withLock({ $0.beginClaim(of: owner.run, takeOver: true) }) else { return false }
        defer { state.withLock { $0.endClaim(of: owner.run) } }
        try await takeUp(owner, recoveries: recoveries)
        return true
    }

    private func wake(_ session: RunSession) async throws {
        let now = services.clock.now()
        let outcome = try await services.writer.submit(.takeWake(session.owner, at: now))
        guard case .wake(_, let isCancelRequested) = outcome else { return session.stop(for: .leaseLost) }
        if isCancelRequested { session.stop(for: .cancelled) }
        callWaiters(of: session.owner.run, forWakeAt: now)
    }

    private func claimFromQueues() async throws {
        guard !options.queues.isEmpty else { return }
        while true {
            let free = state.withLock { $0.freeSlots(of: options.slots) }
            guard free > 0, try await store.hasClaimable(claimCommand(limit: free)) else { return }
            let reserved = state.withLock { $0.reserveSlots(atMost: free, of: options.slots) }
            defer { state.withLock { $0.returnSlots(reserved) } }
            guard reserved > 0, try await claimFromQueues(limit: reserved) else { return }
        }
    }

    /// Claims and takes up runs of the queues; tells whether there were any.
    private func claimFromQueues(limit: Int) async throws -> Bool {
        let outcome = try await services.writer.submit(.claim(claimCommand(limit: limit)))
        guard case .claimed(let runs) = outcome, !runs.isEmpty else { return false }
        await inLanes(runs) { await self.takeUpClaimed($0) }
        return true
    }

    /// Does something for each item, several at once: each waits for a commit of its own, and side by side they share
    /// them.
    func inLanes<Item: Sendable>(_ items: [Item], _ body: @escaping @Sendable (Item) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for lane in 0..<min(items.count, Self.lanesMax) {
                group.addTask {
                    for index in stride(from: lane, to: items.count, by: Self.lanesMax) { await body(items[index]) }
                }
            }
        }
    }

    private static let lanesMax = 64

    private func takeUpClaimed(_ run: ClaimedRun) async {
        let owner = Owner(run: run.run, executor: executor, fence: run.fence)
        do {
            // Left out, it is due and will be found at the next turn.
            _ = try await takeUpAlone(owner, recoveries: run.recoveries)
        } catch is StoreError {
            state.withLock { $0.keepUnfinished([owner]) }
        } catch {
            // The engine is shutting down; the run has been given back.
        }
    }

    private func claimCommand(limit: Int) -> ClaimCommand {
        ClaimCommand(
            executor: executor, tenant: options.tenant,
            target: .queues(options.queues, workflows: workflowNames, limit: limit),
            recoveriesMax: options.recoveriesMax, limits: options.queueLimits, at: services.clock.now())
    }

    /// The first acts of a new owner: take the wake, then look at flags and journal.
    func takeUp(_ owner: Owner, recoveries: Int, acceptsRecorded: Bool = false) async throws {
        let wake = try await services.writer.submit(.takeWake(owner, at: services.clock.now()))
        // Not owned any more, it may have been ended by a command of ours that was reported as failed.
        guard case .wake(_, let isCancelRequested) = wake else { return try await leave(owner, .leaseLost) }
        if isCancelRequested {
            let command = EndCommand(
                owner: owner, rows: [], result: .cancelled, event: .runCancelled, at: services.clock.now())
            let end = try await services.writer.submit(.end(command))
            guard end == .mustUndo else { return try await leave(owner, .ended) }
        }
        guard let record = try await record(of: owner.run) else { return }
        let known = state.withLock { $0.workflow(of: owner) }
        guard let workflow = known ?? workflow(named: record.summary.workflow) else {
            throw RunError.unknownWorkflow(record.summary.workflow, owner.run)
        }
        let recorded = try await services.reads { store throws(StoreError) in try await store.journal(of: owner.run) }
        try await launch(
            owner, workflow, record: record, recorded: recorded, recoveries: recoveries,
            acceptsRecorded: acceptsRecorded)
    }

    /// A run that is not at work here any more, and never began in its last sitting. Its parent is told as of one that
    /// was carried out: the journal does not wake a parent for what its own executor has ended.
    private func leave(_ owner: Owner, _ end: SessionEnd) async throws {
        for waiter in state.withLock({ $0.dropResting(owner) }) { waiter.resume(returning: end) }
        if let parent = try await summary(of: owner.run)?.parent { callWaiters(of: parent, for: owner.run) }
    }
}
