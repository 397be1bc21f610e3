import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// What one thread of a session can do next.
extension EngineModel {
    /// A thread of a session, as moves find it again in the next state.
    private struct Place {
        let slot: Int
        let run: RunID
        let index: Int
        let label: String
    }

    func addThread(
        _ moves: inout [Move<World>], _ state: World, _ slot: Int, _ run: RunID, _ index: Int, _ label: String
    ) {
        let session = state[slot, run]
        let thread = session.threads[index]
        let place = Place(slot: slot, run: run, index: index, label: "\(label)/\(thread.branch ?? 9)")
        if thread.isCancelled, thread.sent == nil, thread.phase != .over {
            return addUnwinding(&moves, state, place)
        }
        let key = thread.key ?? ""
        switch state.operation(run, index, scenario, at: slot) {
        case .step(let step): addStep(&moves, state, place, step, key)
        case .wait(let wait): addWait(&moves, state, place, wait.rule(key, generation: session.generation))
        case .child(let plan): addChild(&moves, state, place, plan, key)
        case nil:
            guard thread.phase == .wins else { return }
            let row = StepRow(
                key: World.scope, kind: .race, result: .completed(Payload(Data("\"\(thread.branch ?? 0)\"".utf8))),
                started: state.now, ended: state.now)
            record(&moves, state, place, "wins the race", { _ in RecordDraft(row: row) }, closing: World.scope) {
                world, _ in
                for index in world[slot, run].threads.indices { world[slot, run].threads[index].isCancelled = true }
                world.finish(run, index, scenario, at: slot)
            }
        }
    }

    // MARK: Records

    /// Has a draft recorded, as `RunSession.record` does. `receive` is told what was closed before, if anything was;
    /// `missed` is for drafts that take a message.
    private func record(
        _ moves: inout [Move<World>], _ state: World, _ place: Place, _ what: String,
        _ draft: (World) -> RecordDraft, closing scope: String? = nil,
        missed: ((inout World) -> Void)? = nil, receive: (inout World, StoredStep?) -> Void
    ) {
        let (slot, run, index) = (place.slot, place.run, place.index)
        submit(
            &moves, state, "\(place.label) \(what)", sent: state[slot, run].threads[index].sent,
            prepare: { world in
                if let scope { world[slot, run].state.close(scope: scope) }
                let owner = world[slot, run].owner
                return world[slot, run].state.prepare(draft(world), owner: owner, at: world.now).map {
                    .record($0.command)
                }
            }, keep: { $0[slot, run].threads[index].sent = $1 }
        ) { world, outcome in
            switch outcome {
            case .done: receive(&world, nil)
            case .adopted(let known): receive(&world, known)
            case .missed: missed?(&world)
            case nil: world.lose(run, index, scenario, at: slot)  // its race is decided
            default: world.stop(run, for: .leaseLost, at: slot)
            }
        }
    }

    // MARK: Ends before the end

    private func addUnwinding(_ moves: inout [Move<World>], _ state: World, _ place: Place) {
        let (slot, run, index) = (place.slot, place.run, place.index)
        let thread = state[slot, run].threads[index]
        switch thread.phase {
        case .settles:
            let settlement = Settlement(
                key: state.holdKey(run, thread, at: slot), costs: [.tokens: thread.granted ?? 0])
            record(&moves, state, place, "gives back what it held", { _ in RecordDraft(settlements: [settlement]) }) {
                world, _ in world.finish(run, index, scenario, at: slot)
            }
        case .abandons(let child):
            let cancel = CancelCommand(run: child, tenant: "t", event: .cancelRequested, at: state.now)
            submit(
                &moves, state, "\(place.label) cancels \(child)", sent: nil, prepare: { _ in .cancel(cancel) },
                keep: { _, _ in }
            ) { world, outcome in
                world.claimUnattended(outcome, at: slot)
                world.finish(run, index, scenario, at: slot)
            }
        default:
            add(&moves, state, "\(place.label) is cancelled") { $0.lose(run, index, scenario, at: slot) }
        }
    }

    // MARK: Steps

    private func addStep(
        _ moves: inout [Move<World>], _ state: World, _ place: Place, _ step: Operation.Step, _ key: String
    ) {
        let (slot, run, index) = (place.slot, place.run, place.index)
        let thread = state[slot, run].threads[index]
        let row = StepRow(
            key: key, kind: .step, attempt: 1, result: .completed(Payload(Data("1".utf8))), started: state.now,
            ended: state.now)
        switch thread.phase {
        case .intends:
            var intent = row
            intent.result = .waiting(due: nil)
            if step.isUndoable { intent.undo = UndoRecord(name: "take-back", arguments: .null) }
            if scenario.mutation == .beginsWithoutIntent {
                return add(&moves, state, "\(place.label) goes on without an intent") { world in
                    world.beginAttempt(step, run, index, at: slot)
                }
            }
            record(&moves, state, place, "records the intent of \(key)", { _ in RecordDraft(row: intent) }) {
                world, _ in world.beginAttempt(step, run, index, at: slot)
            }
        case .endsAsUnknown:
            var failed = row
            failed.result = .failed(.unknownOutcome(at: key))
            record(
                &moves, state, place, "records that the outcome of \(key) is unknown", { _ in RecordDraft(row: failed) }
            ) {
                world, _ in world.fail(run, index, .unknownOutcome(at: key), scenario, at: slot)
            }
        case .holds: addHold(&moves, state, place, step)
        case .mayBegin:
            add(&moves, state, "\(place.label) begins the closure of \(key)") { world in
                world.beginClosure(step, run, index, key, at: slot)
            }
        case .runs:
            var end = row
            let failure = StepError(code: "planned", message: "", origin: key)
            let fails = step.failsIn == state[slot, run].generation
            if fails { end.result = .failed(failure) }
            let settlements = thread.granted.map {
                [Settlement(key: state.holdKey(run, thread, at: slot), costs: [.tokens: $0])]
            }
            record(
                &moves, state, place, "records \(key)",
                { _ in RecordDraft(row: end, settlements: settlements ?? []) }
            ) { world, _ in
                _ = world[slot, run].state.endAttempt()
                if fails {
                    world.fail(run, index, failure, scenario, at: slot)
                } else {
                    world.advance(run, index, scenario, at: slot)
                }
            }
        default: break
        }
    }

    private func addHold(_ moves: inout [Move<World>], _ state: World, _ place: Place, _ step: Operation.Step) {
        let (slot, run, index) = (place.slot, place.run, place.index)
        let session = state[slot, run]
        if scenario.mutation == .paysWithoutHold {
            return add(&moves, state, "\(place.label) holds nothing") { world in
                world[slot, run].threads[index].granted = step.tokens
                world[slot, run].threads[index].phase = .mayBegin
            }
        }
        let command = HoldCommand(
            owner: session.owner, root: session.root, key: state.holdKey(run, session.threads[index], at: slot),
            wants: [.tokens: HoldCommand.Want(step.tokens, least: step.tokens)], quotas: scenario.spendingQuotas)
        submit(
            &moves, state, "\(place.label) holds \(step.tokens)", sent: session.threads[index].sent,
            prepare: { _ in .hold(command) }, keep: { $0[slot, run].threads[index].sent = $1 }
        ) { world, outcome in
            switch outcome {
            case .held(let amounts):
                world[slot, run].threads[index].granted = amounts[.tokens]
                world[slot, run].threads[index].phase = .mayBegin
            case .holdRefused(let refusal) where refusal.hasOpenHolds: break  // waits for others and tries again
            case .holdRefused(let refusal):
                world.stop(run, for: .overBudget(limits: [refusal.unit: refusal.cap]), at: slot)
            default: world.stop(run, for: .leaseLost, at: slot)
            }
        }
    }

    // MARK: Waits

    private func addWait(_ moves: inout [Move<World>], _ state: World, _ place: Place, _ rule: WaitRule) {
        let (slot, run, index) = (place.slot, place.run, place.index)
        let thread = state[slot, run].threads[index]
        switch thread.phase {
        case .looks(let since, let deadline, let isOpen):
            add(&moves, state, "\(place.label) looks for the end of \(rule.key)") { world in
                let found = world.messages(for: run, rule, isAsked: isOpen)
                if let end = rule.end(found, deadline: deadline, isAsked: isOpen, at: world.now) {
                    world[slot, run].threads[index].phase = .closes(
                        end, since: since, deadline: deadline, isOpen: isOpen)
                } else {
                    world[slot, run].threads[index].phase =
                        isOpen ? .waits(since: since, deadline: deadline) : .opens(since: since, deadline: deadline)
                }
            }
        case .opens(let since, let deadline):
            record(
                &moves, state, place, "opens \(rule.key)",
                { rule.opening(since: since, deadline: deadline, at: $0.now) }
            ) { world, _ in
                world[slot, run].threads[index].phase = .looks(since: since, deadline: deadline, isOpen: true)
            }
        case .closes(let end, let since, let deadline, let isOpen):
            record(
                &moves, state, place, "closes \(rule.key)",
                { rule.closing(with: end, rule.conclusion(of: end), since: since, at: $0.now) },
                missed: { world in
                    world[slot, run].threads[index].phase = .looks(since: since, deadline: deadline, isOpen: isOpen)
                }
            ) { world, _ in world.advance(run, index, scenario, at: slot) }
        case .waits(let since, let deadline):
            guard thread.isNudged || deadline.map({ $0 <= state.now }) == true else { return }
            add(&moves, state, "\(place.label) wakes up at \(rule.key)") { world in
                world[slot, run].threads[index].isNudged = false
                world[slot, run].threads[index].phase = .looks(since: since, deadline: deadline, isOpen: true)
            }
        default: break
        }
    }

    // MARK: Children

    private func addChild(
        _ moves: inout [Move<World>], _ state: World, _ place: Place, _ plan: String, _ key: String
    ) {
        let (slot, run, index) = (place.slot, place.run, place.index)
        let session = state[slot, run]
        switch session.threads[index].phase {
        case .startsChild:
            let id = RunID(trusted: "\(run)_\(plan)_\(session.owner.fence)")
            submit(
                &moves, state, "\(place.label) starts \(id)", sent: session.threads[index].sent,
                prepare: { world in
                    let row = StepRow(
                        key: key, kind: .child, result: .waiting(due: nil), started: world.now, ended: world.now)
                    let record = world[slot, run].state.prepareWithChild(
                        RecordDraft(row: row, wait: .child), owner: session.owner, at: world.now)
                    return .start(
                        StartCommand(
                            id: id, tenant: "t", workflow: plan, input: Payload(Data("0".utf8)), inputHash: "h",
                            queue: "q", executor: scenario.startsChildrenHere ? session.owner.executor : nil,
                            parent: ParentLink(key: key, record: record), at: world.now))
                }, keep: { $0[slot, run].threads[index].sent = $1 }
            ) { world, outcome in world.childStarted(id, plan, outcome, run, index, scenario, at: slot) }
        case .looksAtChild(let child):
            add(&moves, state, "\(place.label) looks at \(child)") { world in
                world[slot, run].state.noteChild(child, under: key)
                world.lookAtChild(child, run, index, at: slot)
            }
        case .waitsForChild(let child) where session.threads[index].isNudged:
            add(&moves, state, "\(place.label) wakes up for \(child)") { world in
                world[slot, run].threads[index].isNudged = false
                world[slot, run].threads[index].phase = .looksAtChild(child)
            }
        case .recordsChild(_, let result):
            record(
                &moves, state, place, "records the end of its child",
                { world in
                    RecordDraft(
                        row: StepRow(key: key, kind: .child, result: result, started: world.now, ended: world.now))
                }
            ) { world, known in
                switch known?.result ?? result.stored {
                case .failed(let error): world.fail(run, index, error, scenario, at: slot)
                default: world.advance(run, index, scenario, at: slot)
                }
            }
        default: break
        }
    }
}

extension WaitRule {
    /// What the wait says that it ended with.
    func conclusion(of end: End) -> StepRow.Result {
        let said: String
        switch end {
        case .deadline: said = kind == .approval ? "expired" : "deadline"
        case .message(let message): said = message.answer?.verdict.rawValue ?? message.id
        }
        return .completed(Payload(Data("\"\(said)\"".utf8)))
    }
}
