import FoundationEssentials
import TuttiCore

@testable import TuttiEngine
@testable import TuttiStore

/// How the threads of a session go from one operation to the next; nothing here reads or writes the journal.
extension World {
    static let scope = "all#1"

    subscript(slot: Int, run: RunID) -> Session {
        get { executors[slot].sessions[run] ?? .none }
        set { executors[slot].sessions[run] = newValue }
    }

    /// Begins the function: a scope that is closed is not entered again.
    mutating func enter(_ run: RunID, _ scenario: Scenario, at slot: Int) {
        if let known = self[slot, run].state.takeRecorded(Self.scope), known.ended != nil {
            for index in self[slot, run].threads.indices { self[slot, run].threads[index].phase = .over }
            return join(run, scenario, at: slot, isReplayed: true)
        }
        for index in self[slot, run].threads.indices { proceed(run, index, scenario, at: slot) }
    }

    /// Goes on behind an operation that has its result.
    mutating func advance(_ run: RunID, _ index: Int, _ scenario: Scenario, at slot: Int) {
        var thread = self[slot, run].threads[index]
        thread.position += 1
        thread.granted = nil
        thread.key = nil
        thread.phase = thread.isCancelled ? .over : .next
        self[slot, run].threads[index] = thread
        proceed(run, index, scenario, at: slot)
    }

    /// Ends the function with an error.
    mutating func fail(_ run: RunID, _ index: Int, _ error: StepError, _ scenario: Scenario, at slot: Int) {
        self[slot, run].failure = error
        for index in self[slot, run].threads.indices { self[slot, run].threads[index].isCancelled = true }
        finish(run, index, scenario, at: slot)
    }

    /// A thread has come to its end.
    mutating func finish(_ run: RunID, _ index: Int, _ scenario: Scenario, at slot: Int) {
        self[slot, run].threads[index].phase = .over
        self[slot, run].threads[index].key = nil
        let session = self[slot, run]
        guard session.threads.allSatisfy({ $0.phase == .over }), !session.isJoined, session.failure == nil,
            session.state.stop == nil
        else { return }
        join(run, scenario, at: slot, isReplayed: false)
    }

    private mutating func join(_ run: RunID, _ scenario: Scenario, at slot: Int, isReplayed: Bool) {
        guard let plan = scenario.plans[self[slot, run].plan] else { return }
        self[slot, run].isJoined = true
        self[slot, run].state.leave(scope: Self.scope)
        if !isReplayed, plan.shape == .all {
            let row = StepRow(
                key: Self.scope, kind: .all, result: .completed(Payload(Data("[]".utf8))), started: now, ended: now)
            _ = self[slot, run].state.deferRow(row)
        }
        guard !plan.then.isEmpty else { return }
        self[slot, run].threads = [Thread(branch: nil)]
        proceed(run, 0, scenario, at: slot)
    }

    func operation(_ run: RunID, _ index: Int, _ scenario: Scenario, at slot: Int) -> Operation? {
        let session = self[slot, run]
        guard let plan = scenario.plans[session.plan] else { return nil }
        let thread = session.threads[index]
        let all = thread.branch.map { plan.branches[$0] } ?? plan.then
        return thread.position < all.count ? all[thread.position] : nil
    }

    /// Begins operations until one has something to do with the journal or the world.
    mutating func proceed(_ run: RunID, _ index: Int, _ scenario: Scenario, at slot: Int) {
        while self[slot, run].threads[index].phase == .next {
            guard let operation = operation(run, index, scenario, at: slot) else {
                let isRacing =
                    self[slot, run].threads[index].branch != nil
                    && scenario.plans[self[slot, run].plan]?.shape == .race
                if isRacing { return self[slot, run].threads[index].phase = .wins }
                return finish(run, index, scenario, at: slot)
            }
            let path = self[slot, run].threads[index].branch.map { "\(Self.scope)/\($0)/" } ?? ""
            let key = "\(path)\(operation.name)#1"
            self[slot, run].threads[index].key = key
            let known = self[slot, run].state.takeRecorded(key)
            switch known?.result {
            case .completed: self[slot, run].threads[index].position += 1
            case .failed(let error): return fail(run, index, error, scenario, at: slot)
            case .cancelled: return finish(run, index, scenario, at: slot)
            case .open, .waiting, nil: begin(operation, known, run, index, key, scenario, at: slot)
            }
        }
    }

    private mutating func begin(
        _ operation: Operation, _ known: StoredStep?, _ run: RunID, _ index: Int, _ key: String,
        _ scenario: Scenario, at slot: Int
    ) {
        let phase: Thread.Phase
        switch operation {
        case .step(let step):
            if let known, step.isAtMostOnce {
                phase = .endsAsUnknown(attempt: known.attempt)
            } else if step.isAtMostOnce || step.isUndoable {
                phase = .intends
            } else {
                return beginAttempt(step, run, index, at: slot)
            }
        case .wait(let wait):
            var deadline = wait.limit.map { now + .seconds(60 * $0) }
            if case .waiting(let recorded)? = known?.result {
                deadline = recorded
                self[slot, run].state.resumeWait(key, wait.reason)
            }
            phase = .looks(since: known?.started ?? now, deadline: deadline, isOpen: known != nil)
        case .child:
            if known != nil, let child = tables.child(of: run, at: key) {
                self[slot, run].state.resumeWait(key, .child)
                let seemsToBeHere = executors[slot].hasTakenUp(child.id)
                let trusts = scenario.mutation == .trustsWhatSeemsToBeAtWork && seemsToBeHere
                phase = trusts ? .waitsForChild(child.id) : .looksAtChild(child.id)
            } else {
                phase = .startsChild
            }
        }
        self[slot, run].threads[index].phase = phase
    }

    mutating func beginAttempt(_ step: Operation.Step, _ run: RunID, _ index: Int, at slot: Int) {
        _ = self[slot, run].state.beginAttempt()
        self[slot, run].threads[index].phase = step.tokens > 0 ? .holds : .mayBegin
    }
}

extension Session {
    /// In the place of one that is gone; nobody works on it.
    static let none = Session(
        owner: Owner(run: RunID(trusted: "run_none"), executor: ExecutorID(trusted: "exe_none"), fence: 0), plan: "",
        generation: 0, root: RunID(trusted: "run_none"), state: SessionState(recorded: [], recoveries: 0), threads: [])
}

extension Operation.Waiting {
    var reason: WaitReason { !approvals.isEmpty ? .approval : !signals.isEmpty ? .signal : .timer }

    var kind: StepKind {
        if name == "first" { return .race }
        return !approvals.isEmpty ? .approval : !signals.isEmpty ? .signal : .sleep
    }

    func rule(_ key: String, generation: Int) -> WaitRule {
        let drafts = approvals.enumerated().map { position, name in
            ApprovalDraft(
                name: name, id: kind == .race ? "\(key)/\(position)@\(generation)" : "\(key)@\(generation)",
                shown: Payload(Data("1".utf8)), shownHash: "shown", expires: nil)
        }
        return WaitRule(key: key, kind: kind, signals: signals, approvals: drafts, reason: reason)
    }
}
