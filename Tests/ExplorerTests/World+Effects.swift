import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// What threads do beside recording.
extension World {
    func holdKey(_ run: RunID, _ thread: Thread, at slot: Int) -> HoldKey {
        HoldKey(step: thread.key ?? "", generation: self[slot, run].generation, attempt: 1)
    }

    /// The closure of a step begins: an effect that nobody can take back.
    mutating func beginClosure(_ step: Operation.Step, _ run: RunID, _ index: Int, _ key: String, at slot: Int) {
        let session = self[slot, run]
        guard noteBegin(of: key, session) else { return }
        if tables.isOwner(session.owner) {
            if tables.runs[run]?.undoing != nil { broke("A STEP BEGAN WHILE ITS RUN WAS UNDONE: \(key) of \(run)") }
            if step.isUndoable { ghost.effects.insert("\(run)/\(key)") }
        }
        let begun = ghost.begun.filter { $0.key.hasPrefix("\(run)/\(key)@") }.values.reduce(0, +)
        if step.isAtMostOnce, begun > 1 { broke("BEGUN TWICE: \(key) of \(run) must happen at most once") }
        ghost.paid += session.threads[index].granted ?? 0
        self[slot, run].threads[index].phase = .runs
    }

    /// Counts the beginning of a closure; `false` when it must not begin.
    mutating func noteBegin(of key: String, _ session: Session) -> Bool {
        let run = session.owner.run
        let name = "\(run)/\(key)@\(session.generation)"
        if !tables.isOwner(session.owner) {
            // Somebody who takes a run from a living process is told that this can be.
            guard let now = tables.runs[run], now.fence > session.owner.fence, ghost.taken.contains(run) else {
                broke("AN EFFECT WITHOUT OWNING: \(key) of \(run)")
                return false
            }
            ghost.cut[name, default: 0] += 1
        }
        ghost.begun[name, default: 0] += 1
        if ghost.begun[name] ?? 0 > 1 + (ghost.cut[name] ?? 0) {
            broke("BEGUN \(ghost.begun[name] ?? 0) TIMES: \(name), cut off \(ghost.cut[name] ?? 0) times")
        }
        return true
    }

    /// A branch has lost, or its session was stopped: as `StepExecution` and `ChildExecution` leave.
    mutating func lose(_ run: RunID, _ index: Int, _ scenario: Scenario, at slot: Int) {
        let session = self[slot, run]
        let thread = session.threads[index]
        noteCut(thread, of: session)
        self[slot, run].threads[index].isCancelled = true
        let isAttempt = thread.isRunning || thread.phase == .mayBegin || thread.phase == .holds
        if isAttempt { _ = self[slot, run].state.endAttempt() }
        let holds = thread.granted != nil && (thread.isRunning || scenario.mutation != .keepsWhatWasHeldForNothing)
        if isAttempt, holds, session.state.stop == nil {
            self[slot, run].threads[index].phase = .settles
        } else if let child = thread.child, session.state.stop == nil {
            self[slot, run].threads[index].phase = .abandons(child)
        } else {
            finish(run, index, scenario, at: slot)
        }
    }

    /// What a waiting workflow can use, as the stores find it.
    func messages(for run: RunID, _ rule: WaitRule, isAsked: Bool) -> [InboxMessage] {
        let ids = isAsked ? rule.approvals.map(\.id) : []
        return (tables.runs[run]?.inbox ?? []).filter { message in
            message.isReady
                && (message.kind == .signal ? rule.signals.contains(message.name) : ids.contains(message.id))
        }
    }

    // MARK: Children

    mutating func childStarted(
        _ id: RunID, _ plan: String, _ outcome: JournalOutcome?, _ run: RunID, _ index: Int, _ scenario: Scenario,
        at slot: Int
    ) {
        switch outcome {
        case .done:
            self[slot, run].threads[index].phase = .looksAtChild(id)
            guard scenario.startsChildrenHere, let branches = scenario.plans[plan]?.branches.indices else { return }
            let owner = Owner(run: id, executor: executors[slot].id, fence: StartCommand.firstFence)
            launch(
                Session(
                    owner: owner, plan: plan, generation: 0, root: self[slot, run].root,
                    state: SessionState(recorded: [], recoveries: 0), threads: branches.map { Thread(branch: $0) }),
                scenario, at: slot)
        case .existingChild(let known, _): self[slot, run].threads[index].phase = .looksAtChild(known)
        case .cancelRequested, .adopted, .missed: stop(run, for: .cancelled, at: slot)
        default: stop(run, for: .leaseLost, at: slot)
        }
    }

    mutating func lookAtChild(_ child: RunID, _ run: RunID, _ index: Int, at slot: Int) {
        guard let known = tables.runs[child] else { return broke("A CHILD IS GONE: \(child)") }
        let summary = tables.record(of: known).summary
        let key = self[slot, run].threads[index].key ?? ""
        switch summary.status {
        case .completed:
            self[slot, run].threads[index].phase = .recordsChild(child, .completed(Payload(Data("1".utf8))))
        case .failed, .cancelled:
            self[slot, run].threads[index].phase = .recordsChild(child, .failed(.childEnded(summary, at: key)))
        case .waiting where summary.reason == WaitReason.budget.rawValue:
            stop(run, for: .overBudget(limits: tables.budget(of: self[slot, run].root).caps), at: slot)
        default: self[slot, run].threads[index].phase = .waitsForChild(child)
        }
    }

    /// As `Engine.cancel` does with those whom nobody works on.
    mutating func claimUnattended(_ outcome: JournalOutcome?, at slot: Int) {
        guard case .cancelRequested(let unattended) = outcome else { return }
        for run in unattended where !executors[slot].claims.contains(run) { executors[slot].claims.append(run) }
    }
}
