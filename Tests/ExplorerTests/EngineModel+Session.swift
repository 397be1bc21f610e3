import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// What one execution of a run does: its threads, and its closing commands, as `RunExecution` gives them.
extension EngineModel {
    func addSession(_ moves: inout [Move<World>], _ state: World, _ slot: Int, _ run: RunID) {
        guard let session = state.executors[slot].sessions[run] else { return }
        let label = "\(state.executors[slot].label) \(run)"
        if let closing = session.closing { return addClosing(&moves, state, slot, session, closing, label) }
        if let undoing = session.undoing { return addUndoing(&moves, state, slot, session, undoing, label) }
        for index in session.threads.indices {
            addThread(&moves, state, slot, run, index, label)
        }
        // Without a thread left the function has returned.
        if session.threads.allSatisfy({ $0.phase == .over }) {
            add(&moves, state, "\(label): its function returns") { $0.functionReturned(run, scenario, at: slot) }
        }
    }

    private func addClosing(
        _ moves: inout [Move<World>], _ state: World, _ slot: Int, _ session: Session, _ closing: Session.Closing,
        _ label: String
    ) {
        let run = session.owner.run
        let keep = { (world: inout World, sent: Sent?) in world[slot, run].sent = sent }
        switch closing {
        case .ends(let result):
            submit(
                &moves, state, "\(label) ends as \(result.label)", sent: session.sent,
                prepare: { world in
                    let rows = world.executors[slot].sessions[run]?.state.takeDeferred().rows ?? []
                    return .end(
                        EndCommand(
                            owner: session.owner, rows: rows, result: result, event: .runCompleted, at: world.now))
                }, keep: keep
            ) { world, outcome in
                guard outcome == .mustUndo else { return world.remove(run, scenario, at: slot) }
                world[slot, run].closing = nil
                world[slot, run].undoing = Session.Undoing(before: result)
            }
        case .takesWake(let limits):
            submit(
                &moves, state, "\(label) takes its wake to be released", sent: session.sent,
                prepare: { .takeWake(session.owner, at: $0.now) }, keep: keep
            ) { world, outcome in
                guard case .wake(let sequence, let isCancelRequested) = outcome else {
                    return world.remove(run, scenario, at: slot)
                }
                let release =
                    limits.map { Session.Closing.reads(sequence: sequence, overBudget: $0) }
                    ?? .releases(sequence: sequence, waitingFor: nil, overBudget: nil)
                world[slot, run].closing = isCancelRequested && !session.state.isUndoing ? .ends(.cancelled) : release
            }
        case .reads(let sequence, let limits):
            add(&moves, state, "\(label) looks at its budget") { world in
                let isRaised =
                    scenario.mutation != .parksWithoutALook
                    && world.tables.budget(of: session.root).isRaised(above: limits)
                world[slot, run].closing = .releases(
                    sequence: sequence, waitingFor: isRaised ? nil : .budget, overBudget: limits)
            }
        case .releases(let sequence, let wait, let limits):
            submit(
                &moves, state, "\(label) is released", sent: session.sent,
                prepare: { world in
                    .release(
                        ReleaseCommand(
                            owner: session.owner, rows: [], wakeSequence: sequence, wait: wait, at: world.now))
                }, keep: keep
            ) { world, outcome in
                if outcome == .woken {
                    world[slot, run].closing = .takesWake(overBudget: limits)
                } else {
                    world.remove(run, scenario, at: slot)
                }
            }
        }
    }
}

extension World {
    /// Decides with which command the execution closes, as `RunExecution.close` does.
    mutating func functionReturned(_ run: RunID, _ scenario: Scenario, at slot: Int) {
        guard var session = executors[slot].sessions[run], let plan = scenario.plans[session.plan] else { return }
        let completed = EndCommand.Result.completed(Payload(Data("1".utf8)))
        let failed = StepError(code: "planned", message: "", origin: "")
        switch session.state.finish() {
        case nil, .ended:
            session.closing = .ends(
                session.failure.map { .failed($0) } ?? (plan.fails ? .failed(failed) : completed))
        case .cancelled: session.closing = .ends(.cancelled)
        case .parked: session.closing = .takesWake(overBudget: nil)
        case .overBudget(let limits): session.closing = .takesWake(overBudget: limits)
        case .leaseLost: return remove(run, scenario, at: slot)
        case .evicted, .deadline, .fault, .diverged, .storeFailed: return broke("A STOP THAT NO SCENARIO HAS")
        }
        executors[slot].sessions[run] = session
    }
}

extension EndCommand.Result {
    var label: String {
        switch self {
        case .completed: "completed"
        case .failed(let error): "failed with \(error.code)"
        case .cancelled: "cancelled"
        case .blocked(let reason, _): "blocked for \(reason)"
        }
    }
}
