import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// The second phase of a run, as `RunExecution` and `Compensation` carry it out.
extension EngineModel {
    func addUndoing(
        _ moves: inout [Move<World>], _ state: World, _ slot: Int, _ session: Session, _ undoing: Session.Undoing,
        _ label: String
    ) {
        let run = session.owner.run
        if session.state.stop != nil, undoing.sent == nil, undoing.phase != .reads {
            return add(&moves, state, "\(label): its undoing is cut off") { $0.undoingReturned(run, at: slot) }
        }
        switch undoing.phase {
        case .reads:
            add(&moves, state, "\(label) reads what is to be undone") { $0.readUndos(run, scenario, at: slot) }
        case .goesOn where undoing.left.isEmpty:
            add(&moves, state, "\(label) has undone all") { $0.undoingReturned(run, at: slot) }
        case .goesOn:
            add(&moves, state, "\(label) begins to undo \(undoing.left[0])") { $0.beginUndo(run, at: slot) }
        case .runs: addUndoRecord(&moves, state, slot, session, undoing, label)
        case .failed:
            add(&moves, state, "\(label) cannot undo all") { $0.undoingReturned(run, at: slot) }
        }
    }

    private func addUndoRecord(
        _ moves: inout [Move<World>], _ state: World, _ slot: Int, _ session: Session, _ undoing: Session.Undoing,
        _ label: String
    ) {
        let run = session.owner.run
        let step = undoing.left[0]
        let key = JournalKey.undo(of: step)
        let failure = StepError(code: "planned", message: "", origin: key)
        let fails = state.step(at: step, of: run, scenario)?.undoFailsIn == session.generation
        let done = StepRow.Result.completed(Payload(Data("{}".utf8)))
        let row = StepRow(
            key: key, kind: .undo, attempt: 1, result: fails ? .failed(failure) : done, started: state.now,
            ended: state.now)
        submit(
            &moves, state, "\(label) records \(key)", sent: undoing.sent,
            prepare: { world in
                world[slot, run].state.prepare(RecordDraft(row: row), owner: session.owner, at: world.now).map {
                    .record($0.command)
                }
            }, keep: { $0[slot, run].undoing?.sent = $1 }
        ) { world, outcome in
            _ = world[slot, run].state.endAttempt()
            switch outcome {
            case .done, .adopted:
                world[slot, run].undoing?.phase = fails ? .failed(failure) : .goesOn
                if !fails { world[slot, run].undoing?.left.removeFirst() }
            default: world.stop(run, for: .leaseLost, at: slot)
            }
        }
    }
}

extension World {
    mutating func readUndos(_ run: RunID, _ scenario: Scenario, at slot: Int) {
        let rows = tables.runs[run]?.steps.ordered.filter { $0.kind == .undo } ?? []
        self[slot, run].state = SessionState(undoing: rows)
        if scenario.mutation == .heedsItsCancelWhileItUndoes {
            self[slot, run].state = SessionState(recorded: rows, recoveries: 0)
        }
        if executors[slot].isShuttingDown { _ = self[slot, run].state.stop(for: .parked) }
        var left = tables.undoable(of: run)
        if scenario.mutation == .undoesOnlyWhatIsClosed { left = left.filter { $0.ended != nil } }
        if scenario.mutation == .undoesInTheOrderOfBeginning { left.reverse() }
        self[slot, run].undoing?.left = left.map(\.key)
        self[slot, run].undoing?.phase = .goesOn
    }

    /// The undo of a step begins: an effect like any other, of which it is known what must have been before it.
    mutating func beginUndo(_ run: RunID, at slot: Int) {
        let session = self[slot, run]
        guard let step = session.undoing?.left.first, let steps = tables.runs[run]?.steps else { return }
        let key = JournalKey.undo(of: step)
        if case .failed(let error) = self[slot, run].state.takeRecorded(key)?.result {
            self[slot, run].undoing?.phase = .failed(error)
            return
        }
        guard noteBegin(of: key, session) else { return }
        if tables.isOwner(session.owner) {
            if tables.runs[run]?.undoing == nil { broke("UNDONE BEFORE THE END WAS RECORDED: \(step) of \(run)") }
            let later = steps.ordered.drop { $0.key != step }.dropFirst().filter { $0.undo != nil }
            for row in later where steps[JournalKey.undo(of: row.key)]?.isUndoDone != true {
                broke("UNDONE IN THE WRONG ORDER: \(step) of \(run) before \(row.key)")
            }
        }
        _ = self[slot, run].state.beginAttempt()
        self[slot, run].undoing?.phase = .runs
    }

    /// Decides with which command the execution closes that has undone something, as `RunExecution.undo` does.
    mutating func undoingReturned(_ run: RunID, at slot: Int) {
        guard var session = executors[slot].sessions[run], let undoing = session.undoing else { return }
        switch session.state.finish() {
        case .parked: session.closing = .takesWake(overBudget: nil)
        case .leaseLost: return remove(run, at: slot)
        default:
            if case .failed(let error) = undoing.phase {
                session.closing = .ends(.blocked(.undoFailed, error))
            } else if undoing.left.isEmpty {
                session.closing = .ends(undoing.before)
            } else {
                let error = StepError(code: "cancelled", message: "", origin: "")
                session.closing = .ends(.blocked(.undoFailed, error))
            }
        }
        session.undoing = nil
        executors[slot].sessions[run] = session
    }

    /// What the plan of a run says of the step with this key.
    func step(at key: String, of run: RunID, _ scenario: Scenario) -> Operation.Step? {
        guard let plan = tables.runs[run].flatMap({ scenario.plans[$0.workflow] }) else { return nil }
        let name = key.split(separator: "/").last?.split(separator: "#").first.map(String.init)
        return plan.steps.first { $0.name == name }
    }

    /// Nothing that a run has done is left when it has failed or was cancelled, unless a person has given up on it.
    mutating func checkUndone(_ before: MemoryTables) {
        for (id, run) in tables.runs where run.status == .failed || run.status == .cancelled {
            let left = ghost.effects.filter { $0.hasPrefix("\(id)/") }
            let hadFailed = before.runs[id]?.blockReason == .undoFailed
            if before.runs[id]?.status != run.status, !left.isEmpty, !hadFailed {
                broke("NOT UNDONE: \(left.sorted().joined(separator: ", "))")
            }
            ghost.effects.subtract(left)
        }
        for (id, run) in tables.runs {
            for row in run.steps.ordered where row.kind == .undo {
                if case .completed = row.result { ghost.effects.remove("\(id)/\(row.key.dropLast(5))") }
            }
        }
    }
}
