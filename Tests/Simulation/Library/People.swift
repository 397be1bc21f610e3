import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore

/// People who start runs, answer what runs ask, and see to those that need somebody.
struct People: Sendable {
    let world: SimulatedWorld

    private var scheduler: SimulatedScheduler { world.scheduler }

    /// Starts a run; an attempt that fails is repeated with the same key.
    func start(_ number: Int, _ tree: Tree) async {
        let queue: String? = scheduler.chance(800) ? "q" : nil
        let isLimited = tree.tokens > 0 && scheduler.chance(600)
        let cap = max(1, Int64(scheduler.draw(20...200)))
        let deadline: Duration? = scheduler.chance(100) ? .seconds(scheduler.draw(1...60)) : nil
        while true {
            if let process = world.anyone() {
                let workflow = world.workflow(of: process.number)
                let run = try? await process.engine.start(
                    workflow, tree, idempotencyKey: "run \(number)", queue: queue, deadline: deadline,
                    budget: isLimited ? Budget(tokens: cap) : nil)
                if let run {
                    if scheduler.chance(200) { await startAgain(number, tree, queue, knownAs: run.id) }
                    return world.add(SimulatedWorld.Root(id: run.id, tree: tree, hasDeadline: deadline != nil))
                }
            }
            try? await scheduler.sleep(for: .seconds(1))
        }
    }

    /// Somebody who starts the same again is shown what there is.
    private func startAgain(_ number: Int, _ tree: Tree, _ queue: String?, knownAs known: RunID) async {
        guard let process = world.anyone() else { return }
        let workflow = world.workflow(of: process.number)
        let again = try? await process.engine.start(workflow, tree, idempotencyKey: "run \(number)", queue: queue)
        if let again, again.id != known { world.log.broke("\(known) was started a second time, as \(again.id)") }
    }

    /// Looks after all runs until each has its end; `false` when that takes too long.
    func lookAfterAll(rounds: Int, areReady: @Sendable () -> Bool) async -> Bool {
        var left = rounds
        while left > 0 {
            let runs = await all()
            if areReady() {
                if !runs.isEmpty, runs.allSatisfy({ $0.status.isFinal && !mustBeResolved($0) }) { return true }
                left -= 1
            }
            if let crowd = world.crowd(of: runs) { world.log.broke(crowd) }
            for run in runs { await lookAfter(run) }
            try? await scheduler.sleep(for: .milliseconds(scheduler.draw(500...4000)))
        }
        return false
    }

    func all() async -> [RunSummary] {
        ((try? await world.memory.runs(RunFilter(limit: 10_000), tenant: "default")) ?? []).sorted { $0.id < $1.id }
    }

    private func lookAfter(_ run: RunSummary) async {
        guard let process = world.anyone() else { return }
        let engine = process.engine
        if run.status == .failed { await goOn(with: run, at: engine) }
        guard !run.status.isFinal else { return }
        if run.reason == "budget", run.parent == nil {
            try? await engine.raiseBudget(of: run.id, by: Budget(tokens: 70))
        }
        if run.reason == "budget", run.parent != nil {
            try? await engine.raiseBudget(of: run.root, by: Budget(tokens: 70))
        }
        if run.reason == "undo_failed", scheduler.chance(500) { _ = try? await engine.retry(run.id, as: String.self) }
        if run.isUnattended || run.status == .blocked {
            world.noteByName(run.id)
            _ = try? await engine.resume(run.id, acceptsRecorded: scheduler.chance(500), as: String.self)
        }
        await answer(run, at: engine)
    }

    /// Whether a run has failed since nobody knows what became of a step, and nobody has said so.
    private func mustBeResolved(_ run: RunSummary) -> Bool {
        run.error?.code == "outcome_unknown" && !world.cancelled.contains(run.id)
            && world.roots.contains { $0.id == run.id }
    }

    /// Retries a failed run, or says what became of a step of which nobody knows.
    private func goOn(with run: RunSummary, at engine: Engine) async {
        guard let root = world.roots.first(where: { $0.id == run.id }) else { return }
        if let error = run.error, mustBeResolved(run),
            let name = error.origin.split(separator: "/").last?.split(separator: "#").first
        {
            world.noteByName(run.id)
            let isAgain = scheduler.chance(300)
            if isAgain { world.log.allowAgain(error.origin, of: run.id) }
            _ = try? await engine.retry(
                run.id, resolving: isAgain ? .again : .done(.string(String(name))), as: String.self)
        } else if !root.tree.isRepeatedOtherwise, scheduler.chance(200), world.noteRetry(run.id) {
            world.noteByName(run.id)
            _ = try? await engine.retry(run.id, as: String.self)
        }
    }

    private func answer(_ run: RunSummary, at engine: Engine) async {
        for step in (try? await world.memory.steps(of: run.id)) ?? [] {
            guard case .waiting = step.result, scheduler.chance(700) else { continue }
            let name = String(step.key.split(separator: "/").last?.split(separator: "#").first ?? "")
            switch step.kind {
            case .signal: try? await engine.signal(run.id, name, name, id: step.key)
            case .race where scheduler.chance(500): try? await engine.signal(run.id, "late-\(name)", name, id: step.key)
            default: break
            }
        }
        if scheduler.chance(50) { try? await engine.signal(run.id, "hint", "hint", id: "hint") }
        let refused = world.roots.first { $0.id == run.root }?.tree.refused ?? []
        for approval in (try? await engine.pendingApprovals(of: run.id)) ?? [] where scheduler.chance(700) {
            if refused.contains(approval.name) {
                try? await engine.reject(run.id, approval.id, hash: approval.hash, by: "ann")
            } else {
                try? await engine.approve(run.id, approval.id, hash: approval.hash, by: "bob")
            }
        }
    }
}

extension Tree {
    /// Whether something in it is taken back when it fails.
    private var isUndone: Bool {
        switch self {
        case .undoableStep, .hardToUndo: true
        case .sequence(let trees), .all(_, let trees), .settled(_, let trees), .race(_, let trees):
            trees.contains(where: \.isUndone)
        case .branch(_, let tree), .child(_, let tree): tree.isUndone
        default: false
        }
    }

    /// Whether a retry may rightly be blocked: a race whose branches were undone is run again, and may have another
    /// winner than the one whose name what comes after it has used.
    var isRepeatedOtherwise: Bool {
        switch self {
        case .race(_, let trees): trees.contains(where: \.isUndone)
        case .sequence(let trees), .all(_, let trees), .settled(_, let trees):
            trees.contains(where: \.isRepeatedOtherwise)
        case .branch(_, let tree), .child(_, let tree): tree.isRepeatedOtherwise
        default: false
        }
    }

    /// The approvals that people refuse.
    var refused: Set<String> {
        switch self {
        case .approval(let name, true): [name]
        case .sequence(let trees), .all(_, let trees), .settled(_, let trees), .race(_, let trees):
            Set(trees.flatMap(\.refused))
        case .branch(_, let tree), .child(_, let tree): tree.refused
        default: []
        }
    }
}
