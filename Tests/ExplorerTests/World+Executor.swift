import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// What happens inside of an executor.
extension World {
    mutating func open(_ id: ExecutorID) {
        tables.executors[id] = ExecutorSummary(id: id, process: 1, started: now, isAlive: true)
    }

    mutating func restart(_ slot: Int) {
        executors[slot] = Executor(slot: slot, incarnation: executors[slot].incarnation + 1)
        open(executors[slot].id)
    }

    /// The executor has given back its runs.
    mutating func stop(_ slot: Int) {
        tables.executors[executors[slot].id] = nil
        executors[slot] = Executor(slot: slot, incarnation: executors[slot].incarnation, isUp: false)
    }

    mutating func crash(_ slot: Int) {
        for session in executors[slot].sessions.values { noteCut(session) }
        stop(slot)
    }

    mutating func noteCut(_ session: Session) {
        for thread in session.threads { noteCut(thread, of: session) }
        noteCutUndo(of: session)
    }

    private mutating func noteCutUndo(of session: Session) {
        if let undoing = session.undoing, let step = undoing.left.first, undoing.phase == .runs {
            ghost.cut["\(session.owner.run)/\(JournalKey.undo(of: step))@\(session.generation)", default: 0] += 1
        }
    }

    /// A closure that has begun may have to be carried out again.
    mutating func noteCut(_ thread: Thread, of session: Session) {
        guard thread.isRunning || thread.sent != nil, let key = thread.key else { return }
        ghost.cut["\(session.owner.run)/\(key)@\(session.generation)", default: 0] += 1
    }

    mutating func begin(_ outcome: JournalOutcome?, at slot: Int) {
        guard case .claimed(let runs) = outcome else { return }
        for run in runs {
            let owner = Owner(run: run.run, executor: executors[slot].id, fence: run.fence)
            executors[slot].takeUps.append(TakeUp(owner: owner, recoveries: run.recoveries))
        }
    }

    /// Tells a run that is at work of its wake.
    mutating func tell(_ owner: Owner, _ outcome: JournalOutcome, _ scenario: Scenario, at slot: Int) {
        switch outcome {
        case .wake(_, isCancelRequested: true): stop(owner.run, for: .cancelled, at: slot)
        case .wake where scenario.mutation == .takesTheWakeWithoutALook: break
        case .wake: executors[slot].sessions[owner.run]?.callWaiters()
        default: stop(owner.run, for: .leaseLost, at: slot)
        }
    }

    mutating func stop(_ run: RunID, for reason: StopReason, at slot: Int) {
        guard var session = executors[slot].sessions[run] else { return }
        // One that is being undone heeds no cancellation.
        guard session.state.stop(for: reason) || session.state.stop != nil else { return }
        if session.undoing?.sent == nil { noteCutUndo(of: session) }
        for index in session.threads.indices {
            session.threads[index].isCancelled = true
            // One whose command is on its way learns of it first.
            guard session.threads[index].sent == nil else { continue }
            noteCut(session.threads[index], of: session)
            session.threads[index].phase = .over
        }
        executors[slot].sessions[run] = session
    }

    /// Loads the journal and puts the run to work.
    mutating func load(_ takeUp: TakeUp, _ scenario: Scenario, at slot: Int) {
        let owner = takeUp.owner
        guard let run = tables.runs[owner.run], let plan = scenario.plans[run.workflow] else { return }
        let summary = tables.record(of: run).summary
        let rows = JournalKey.collapsing(run.steps.ordered.sorted { $0.key.precedes($1.key) })
        let state = SessionState(
            recorded: rows, recoveries: takeUp.recoveries,
            notedWait: summary.reason.flatMap(WaitReason.init(rawValue:)))
        var session = Session(
            owner: owner, plan: run.workflow, generation: run.generation, root: run.root ?? run.id, state: state,
            threads: plan.branches.indices.map { Thread(branch: $0) })
        if let undoing = run.undoing {
            session.threads = []
            session.undoing = Session.Undoing(before: undoing)
        }
        launch(session, scenario, at: slot)
    }

    mutating func launch(_ session: Session, _ scenario: Scenario, at slot: Int) {
        var session = session
        let run = session.owner.run
        executors[slot].resting[run] = nil
        if let former = executors[slot].sessions[run] {
            guard former.owner.fence < session.owner.fence else { return }
            noteCut(former)
        }
        if executors[slot].isShuttingDown {
            session.threads = []
            session.undoing = nil
            session.closing = .takesWake(overBudget: nil)
        }
        executors[slot].sessions[run] = session
        if session.closing == nil, session.undoing == nil { enter(run, scenario, at: slot) }
    }

    /// A run has had its end before it began here.
    mutating func tellParent(of run: RunID, _ scenario: Scenario, at slot: Int) {
        if scenario.mutation != .tellsNoParentOfWhatNeverBegan { call(forChild: run, scenario, at: slot) }
    }

    /// The execution of a run has ended in this process.
    mutating func remove(_ run: RunID, _ scenario: Scenario? = nil, at slot: Int) {
        executors[slot].sessions[run] = nil
        if scenario?.mutation != .childEndsSilently { call(forChild: run, scenario, at: slot) }
    }

    private mutating func call(forChild run: RunID, _ scenario: Scenario?, at slot: Int) {
        let parent = scenario?.mutation == .forgetsCallsOfResting ? nil : tables.runs[run]?.parent
        executors[slot].tellParent(of: run, parent: parent)
    }

    /// Gives up the memory of a run that only waits.
    mutating func evict(_ run: RunID, at slot: Int) {
        left.evictions -= 1
        executors[slot].resting[run] = executors[slot].sessions.removeValue(forKey: run)?.owner
    }

    /// Gives a run back that is in no memory: as it is, or by taking it up when somebody has cancelled it.
    mutating func giveBackResting(_ owner: Owner, _ scenario: Scenario, at slot: Int) {
        executors[slot].resting[owner.run] = nil
        let release = ReleaseCommand(owner: owner, rows: [], wakeSequence: nil, at: now)
        if apply(.release(release), scenario) == .woken {
            executors[slot].takeUps.append(TakeUp(owner: owner, recoveries: 1))
        }
    }
}
