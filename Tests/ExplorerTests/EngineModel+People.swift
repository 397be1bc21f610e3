import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// People, the clock, and faults.
extension EngineModel {
    func addPeople(_ moves: inout [Move<World>], _ state: World) {
        let main = RunID(trusted: "run_0")
        for (index, name) in state.left.signals.enumerated() where state.left.signals.firstIndex(of: name) == index {
            let number = state.left.signals.count
            let command = SignalCommand(
                run: main, tenant: "t", name: name, id: "\(name)-\(number)", payload: Payload(Data("1".utf8)),
                at: state.now)
            add(&moves, state, "somebody sends \(name)") { world in
                world.left.signals.remove(at: index)
                if world.apply(.signal(command), scenario) != .done { return }
                guard state.left.lostReports > 0 else { return }
                if world.apply(.signal(command), scenario) != .done { world.broke("THE SAME SIGNAL IS REFUSED") }
            }
        }
        for (index, answer) in state.left.answers.enumerated() { addAnswer(&moves, state, index, answer) }
        if state.left.raise > 0, state.tables.runs[main]?.status == nil {
            let command = RaiseCommand(
                run: main, tenant: "t", amounts: [.tokens: state.left.raise], id: "raise", at: state.now)
            add(&moves, state, "somebody raises the budget") { world in
                world.left.raise = 0
                for _ in 0..<2 where world.apply(.raise(command), scenario) != .done {
                    world.broke("A RAISE IS REFUSED")
                }
            }
        }
        if state.time < scenario.ticks { add(&moves, state, "a minute passes") { $0.time += 1 } }
    }

    private func addAnswer(
        _ moves: inout [Move<World>], _ state: World, _ index: Int, _ answer: Scenario.Answer
    ) {
        let asked = state.tables.runs.values.filter { run in
            run.inbox.contains { $0.kind == .approval && $0.name == answer.approval }
        }
        guard let run = asked.map(\.id).min() else { return }
        if let key = answer.after, state.tables.runs[run]?.steps[key]?.ended == nil { return }
        let command = AnswerCommand(
            run: run, tenant: "t", approval: answer.approval, shownHash: "shown", verdict: answer.verdict,
            by: answer.person, at: state.now)
        add(&moves, state, "\(answer.person) says \(answer.verdict)") { world in
            world.left.answers.remove(at: index)
            guard world.apply(.answer(command), scenario) == .done else { return }
            guard let id = world.tables.runs[run]?.inbox.last(where: { $0.answer?.by == answer.person })?.id else {
                return world.broke("AN ACCEPTED ANSWER IS NOWHERE")
            }
            let known = world.ghost.accepted.updateValue(answer.verdict, forKey: "\(run)/\(id)")
            if known != nil { world.broke("TWO ANSWERS WERE ACCEPTED: \(id)") }
            if world.apply(.answer(command), scenario) != .done { world.broke("THE SAME ANSWER IS REFUSED") }
        }
    }

    func addFaults(_ moves: inout [Move<World>], _ state: World) {
        for slot in state.executors.indices where state.executors[slot].isUp {
            let executor = state.executors[slot]
            if state.left.crashes > 0 {
                add(&moves, state, "\(executor.label) dies", isFault: true) { world in
                    world.left.crashes -= 1
                    world.crash(slot)
                }
            }
            if state.left.shutdowns > 0, !executor.isShuttingDown {
                add(&moves, state, "\(executor.label) begins to shut down", isFault: true) { world in
                    world.left.shutdowns -= 1
                    world.executors[slot].isShuttingDown = true
                    for run in executor.sessions.keys.sorted() where executor.sessions[run]?.closing == nil {
                        world.stop(run, for: .parked, at: slot)
                    }
                }
            }
            guard !executor.isShuttingDown else { continue }
            addInterference(&moves, state, slot)
        }
        if state.left.clockJumps > 0, state.time > 0 {
            add(&moves, state, "the clock jumps back", isFault: true) { world in
                world.left.clockJumps -= 1
                world.time -= 1
            }
        }
    }

    /// People who cancel, retry and take over through an executor.
    private func addInterference(_ moves: inout [Move<World>], _ state: World, _ slot: Int) {
        let executor = state.executors[slot]
        for run in state.tables.runs.values.sorted(by: { $0.id < $1.id }) {
            if let index = state.left.cancels.firstIndex(of: run.workflow), run.status?.isFinal != true {
                let cancel = CancelCommand(run: run.id, tenant: "t", event: .cancelRequested, at: state.now)
                add(&moves, state, "somebody cancels \(run.id) at \(executor.label)", isFault: true) { world in
                    world.left.cancels.remove(at: index)
                    world.claimUnattended(world.apply(.cancel(cancel), scenario), at: slot)
                }
            }
            if state.left.takeovers > 0, let owner = run.task?.executor, owner != executor.id {
                let claim = ClaimCommand(
                    executor: executor.id, tenant: "t", target: .run(run.id, takeOver: true), at: state.now)
                add(&moves, state, "\(executor.label) takes \(run.id) over", isFault: true) { world in
                    world.left.takeovers -= 1
                    world.ghost.taken.insert(run.id)
                    for other in world.executors.indices where other != slot {
                        if let session = world.executors[other].sessions[run.id] { world.noteCut(session) }
                    }
                    world.begin(world.apply(.claim(claim), scenario), at: slot)
                }
            }
            if state.left.resumes > 0, run.status == .blocked, !executor.hasTakenUp(run.id) {
                let claim = ClaimCommand(
                    executor: executor.id, tenant: "t", target: .run(run.id, takeOver: false), at: state.now)
                add(&moves, state, "somebody resumes \(run.id) at \(executor.label)") { world in
                    world.left.resumes -= 1
                    world.begin(world.apply(.claim(claim), scenario), at: slot)
                }
            }
            let isUndoFailed = run.status == .blocked && run.blockReason == .undoFailed
            let mayRetry = (run.status == .failed && run.parent == nil) || isUndoFailed
            if state.left.retries > 0, mayRetry, executor.sessions[run.id] == nil {
                let retry = RetryCommand(
                    run: run.id, tenant: "t", executor: executor.id, quotas: scenario.liveQuotas, at: state.now)
                add(&moves, state, "somebody retries \(run.id) at \(executor.label)", isFault: !isUndoFailed) { world in
                    world.left.retries -= 1
                    world.begin(world.apply(.retry(retry), scenario), at: slot)
                }
            }
        }
    }
}
