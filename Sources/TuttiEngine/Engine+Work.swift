import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Looking for work: wakes of own runs, and runs of the queues that may be taken.
extension Engine {
    func poll() async {
        var seen: Int64 = -1
        while !Task.isCancelled {
            do {
                let count = try await store.changeCount()
                let again = state.withLock { $0.takeUnfinished() }
                let due = count == seen ? [] : try await dueRuns(orKeeping: again)
                await attend(to: due + again.filter { !due.contains($0) })
                seen = count
                try await claimFromQueues()
            } catch {
                // The store will be asked again at the next turn.
            }
            await pollNudge.wait(atMost: options.poll, on: services.clock)
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
    private func attend(to owners: [Owner]) async {
        for owner in owners {
            if state.withLock({ $0.isClaiming(owner.run) }) {
                // Whoever claims it by name will take it up; a wake that comes between is looked at afterwards.
                state.withLock { $0.keepUnfinished([owner]) }
                continue
            }
            do {
                if let session = session(of: owner.run), session.owner == owner {
                    try await wake(session)
                } else {
                    // How often it has been recovered is not known here; to count anew is harmless.
                    try await takeUp(owner, recoveries: 1)
                }
            } catch is RunError {
                continue  // shutting down, or a workflow that is not known here
            } catch {
                state.withLock { $0.keepUnfinished([owner]) }
            }
        }
    }

    private func wake(_ session: RunSession) async throws {
        let outcome = try await services.writer.submit(.takeWake(session.owner, at: services.clock.now()))
        switch outcome {
        case .wake(_, let isCancelRequested): if isCancelRequested { session.stop(for: .cancelled) }
        default: session.stop(for: .leaseLost)
        }
    }

    private func claimFromQueues() async throws {
        while let command = claimCommand(), try await store.hasClaimable(command) {
            guard case .claimed(let runs) = try await services.writer.submit(.claim(command)), !runs.isEmpty else {
                return
            }
            for run in runs {
                let owner = Owner(run: run.run, executor: executor, fence: run.fence)
                do {
                    try await takeUp(owner, recoveries: run.recoveries)
                } catch is StoreError {
                    state.withLock { $0.keepUnfinished([owner]) }
                }
            }
        }
    }

    private func claimCommand() -> ClaimCommand? {
        let free = freeSlots
        guard !options.queues.isEmpty, free > 0 else { return nil }
        return ClaimCommand(
            executor: executor, tenant: options.tenant,
            target: .queues(options.queues, workflows: workflowNames, limit: free),
            recoveriesMax: options.recoveriesMax, at: services.clock.now())
    }

    /// How many more runs of queues there is room for.
    var freeSlots: Int { state.withLock { $0.isShuttingDown ? 0 : options.slots - $0.slotsTaken } }

    /// The first acts of a new owner: take the wake, then look at flags and journal.
    func takeUp(_ owner: Owner, recoveries: Int) async throws {
        let wake = try await services.writer.submit(.takeWake(owner, at: services.clock.now()))
        guard case .wake(_, let isCancelRequested) = wake else { return }
        if isCancelRequested {
            let command = EndCommand(
                owner: owner, rows: [], result: .cancelled, event: .runCancelled, at: services.clock.now())
            _ = try await services.writer.submit(.end(command))
            return
        }
        guard let record = try await record(of: owner.run) else { return }
        guard let workflow = workflow(named: record.summary.workflow) else {
            throw RunError.unknownWorkflow(record.summary.workflow, owner.run)
        }
        let recorded = try await services.reads { store throws(StoreError) in try await store.journal(of: owner.run) }
        try await launch(owner, workflow, record: record, recorded: recorded, recoveries: recoveries)
    }
}
