import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// A scenario as a model: executors that give the engine's commands in the engine's order, and people.
///
/// What is decided is decided by the real rules: the journal's by `MemoryTables`, a session's by `SessionState`, a
/// wait's by `WaitRule`. What is scripted here is the order in which `Engine` and `RunExecution` hand in commands,
/// since that order is spread over `async` functions.
struct EngineModel: Model {
    let scenario: Scenario

    var initial: World {
        var world = World(
            executors: (0..<scenario.executors).map { Executor(slot: $0) },
            left: World.Left(
                signals: scenario.signals, answers: scenario.answers, raise: scenario.raise,
                crashes: scenario.crashes, lostReports: scenario.lostReports, takeovers: scenario.takeovers,
                shutdowns: scenario.shutdowns, cancels: scenario.cancels, retries: scenario.retries,
                resumes: scenario.resumes,
                clockJumps: scenario.clockJumps, evictions: scenario.evictions))
        for executor in world.executors { world.open(executor.id) }
        for (number, plan) in scenario.runs.enumerated() {
            let start = StartCommand(
                id: RunID(trusted: "run_\(number)"), tenant: "t", workflow: plan, input: Payload(Data("0".utf8)),
                inputHash: "h", queue: "q", budget: scenario.budget.map { [.tokens: $0] } ?? [:],
                quotas: scenario.liveQuotas, at: world.now)
            _ = world.apply(.start(start), scenario)
        }
        return world
    }

    func violation(in state: World) -> String? { state.violation }

    /// Every run has its end, and nobody works on anything.
    func isGoal(_ state: World) -> Bool {
        state.tables.runs.values.allSatisfy { run in
            run.status?.isFinal == true || isPoor(run, state) || isBlocked(run, state)
        }
            && state.executors.allSatisfy { executor in
                // What has lost its run and waits learns of that only when it asks for something.
                executor.takeUps.isEmpty && executor.resting.values.allSatisfy { !state.tables.isOwner($0) }
                    && executor.sessions.values.allSatisfy {
                        !state.tables.isOwner($0.owner) && $0.isAtRest(at: state.now)
                    }
            }
    }

    /// Whether a run rightly waits for a person who may never come. When its parent has had its end, only one does
    /// whose undo has failed.
    private func isBlocked(_ run: MemoryTables.Run, _ state: World) -> Bool {
        guard run.status == .blocked else { return false }
        if run.blockReason == .undoFailed {
            return scenario.plans[run.workflow]?.steps.contains { $0.undoFailsIn != nil } == true
        }
        return run.parent.flatMap { state.tables.runs[$0]?.status?.isFinal } != true
    }

    /// Whether a run rightly waits for a raise that nobody will make.
    private func isPoor(_ run: MemoryTables.Run, _ state: World) -> Bool {
        guard let task = run.task, task.executor == nil, task.wait == .budget, state.left.raise == 0 else {
            return false
        }
        let left = state.tables.budget(of: run.root ?? run.id).map { $0.cap - $0.used }.min() ?? .max
        return left < scenario.price
    }

    func moves(from state: World) -> [Move<World>] {
        if state.violation != nil { return [] }
        var moves: [Move<World>] = []
        for slot in state.executors.indices {
            let executor = state.executors[slot]
            guard executor.isUp else {
                add(&moves, state, "\(executor.label) restarts") { $0.restart(slot) }
                continue
            }
            addWork(&moves, state, slot)
            addTakeUps(&moves, state, slot)
            for run in executor.sessions.keys.sorted() { addSession(&moves, state, slot, run) }
        }
        addPeople(&moves, state)
        addFaults(&moves, state)
        return moves
    }

    // MARK: Pieces of moves

    func add(
        _ moves: inout [Move<World>], _ state: World, _ label: String, isFault: Bool = false,
        _ change: (inout World) -> Void
    ) {
        var next = state
        change(&next)
        moves.append(Move(label: label, isFault: isFault, next: next))
    }

    /// A command that may be applied and reported as failed; then `keep` remembers it to be given again.
    func submit(
        _ moves: inout [Move<World>], _ state: World, _ label: String, sent: Sent?,
        prepare: (inout World) -> JournalCommand?, keep: @escaping (inout World, Sent?) -> Void,
        receive: (inout World, JournalOutcome?) -> Void
    ) {
        if let sent {
            add(&moves, state, "\(label), again") { world in
                keep(&world, nil)
                let outcome = world.apply(sent.command, scenario)
                receive(&world, outcome)
            }
            return
        }
        add(&moves, state, label) { world in
            guard let command = prepare(&world) else { return receive(&world, nil) }
            let outcome = world.apply(command, scenario)
            receive(&world, outcome)
        }
        guard state.left.lostReports > 0 else { return }
        add(&moves, state, "\(label): applied, reported as failed", isFault: true) { world in
            guard let command = prepare(&world) else { return receive(&world, nil) }
            world.left.lostReports -= 1
            _ = world.apply(command, scenario)
            keep(&world, Sent(label: "\(label) at \(state.time)", command: command))
        }
    }

    // MARK: Looking for work

    private func addWork(_ moves: inout [Move<World>], _ state: World, _ slot: Int) {
        let executor = state.executors[slot]
        let claim = ClaimCommand(
            executor: executor.id, tenant: "t",
            target: .queues(["q"], workflows: scenario.plans.keys.sorted(), limit: 1),
            recoveriesMax: scenario.recoveriesMax, at: state.now)
        if !executor.isShuttingDown, !state.tables.claimable(claim).isEmpty {
            submit(
                &moves, state, "\(executor.label) claims from the queue", sent: nil, prepare: { _ in .claim(claim) },
                keep: { _, _ in }
            ) { world, outcome in world.begin(outcome, at: slot) }
        }
        if let run = executor.claims.first {
            let claim = ClaimCommand(
                executor: executor.id, tenant: "t", target: .run(run, takeOver: false), at: state.now)
            add(&moves, state, "\(executor.label) claims \(run) by name") { world in
                world.executors[slot].claims.removeFirst()
                // Whoever has taken it up here meanwhile sees the flag.
                guard !executor.hasTakenUp(run) || scenario.mutation == .claimsWhatIsAtWorkHere else { return }
                let outcome = world.apply(.claim(claim), scenario)
                world.begin(outcome, at: slot)
            }
        }
        for run in state.tables.runs.values.sorted(by: { $0.id < $1.id }) {
            guard let task = run.task, task.executor == executor.id, let due = task.due, due <= state.now,
                !executor.takeUps.contains(where: { $0.owner.run == run.id }), !executor.claims.contains(run.id)
            else { continue }
            let owner = Owner(run: run.id, executor: executor.id, fence: task.fence)
            if executor.sessions[run.id]?.owner == owner {
                add(&moves, state, "\(executor.label) finds \(run.id) due, takes its wake and tells it") { world in
                    let outcome = world.apply(.takeWake(owner, at: world.now), scenario)
                    world.tell(owner, outcome, scenario, at: slot)
                }
            } else {
                add(&moves, state, "\(executor.label) finds \(run.id) due, its own and not in memory") { world in
                    world.executors[slot].resting[run.id] = nil
                    world.executors[slot].takeUps.append(TakeUp(owner: owner, recoveries: 1))
                }
            }
        }
        for owner in executor.resting.values.sorted(by: { $0.run < $1.run }) where executor.isShuttingDown {
            add(&moves, state, "\(executor.label) gives \(owner.run) back, which rests") { world in
                world.giveBackResting(owner, scenario, at: slot)
            }
        }
        for (run, session) in executor.sessions.sorted(by: { $0.key < $1.key })
        where state.left.evictions > 0 && !executor.isShuttingDown && session.isAtRest(at: state.now) {
            add(&moves, state, "\(executor.label) gives up the memory of \(run)", isFault: true) { world in
                world.evict(run, at: slot)
            }
        }
        if executor.isShuttingDown, executor.resting.isEmpty, executor.sessions.isEmpty, executor.takeUps.isEmpty,
            executor.claims.isEmpty
        {
            add(&moves, state, "\(executor.label) has shut down") { $0.stop(slot) }
        }
    }

    // MARK: Taking up

    private func addTakeUps(_ moves: inout [Move<World>], _ state: World, _ slot: Int) {
        guard let takeUp = state.executors[slot].takeUps.first else { return }
        let label = state.executors[slot].label
        let owner = takeUp.owner
        let keep = { (world: inout World, sent: Sent?) in world.executors[slot].takeUps[0].sent = sent }
        switch takeUp.phase {
        case .takesWake:
            submit(
                &moves, state, "\(label) takes the wake of \(owner.run), fence \(owner.fence)", sent: takeUp.sent,
                prepare: { .takeWake(owner, at: $0.now) }, keep: keep
            ) { world, outcome in
                switch outcome {
                case .wake(_, let isCancelRequested):
                    world.executors[slot].takeUps[0].phase = isCancelRequested ? .ends : .loads
                default:
                    world.executors[slot].takeUps.removeFirst()
                    world.tellParent(of: owner.run, scenario, at: slot)
                }
            }
        case .ends:
            submit(
                &moves, state, "\(label) ends \(owner.run) as cancelled", sent: takeUp.sent,
                prepare: { .end(.cancelled(owner, at: $0.now)) }, keep: keep
            ) { world, outcome in
                guard outcome != .mustUndo else { return world.executors[slot].takeUps[0].phase = .loads }
                world.executors[slot].takeUps.removeFirst()
                world.tellParent(of: owner.run, scenario, at: slot)
            }
        case .loads:
            add(&moves, state, "\(label) loads \(owner.run)") { world in
                world.executors[slot].takeUps.removeFirst()
                world.load(takeUp, scenario, at: slot)
            }
        }
    }
}

extension EndCommand {
    static func cancelled(_ owner: Owner, at time: Timestamp) -> EndCommand {
        EndCommand(owner: owner, rows: [], result: .cancelled, event: .runCancelled, at: time)
    }
}
