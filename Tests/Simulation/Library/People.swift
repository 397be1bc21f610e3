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
        while true {
            if let process = world.anyone() {
                let workflow = world.workflow(of: process.number)
                let run = try? await process.engine.start(
                    workflow, tree, idempotencyKey: "run \(number)", queue: queue,
                    budget: isLimited ? Budget(tokens: cap) : nil)
                if let run { return world.add(SimulatedWorld.Root(id: run.id, tree: tree)) }
            }
            try? await scheduler.sleep(for: .seconds(1))
        }
    }

    /// Looks after all runs until each has its end; `false` when that takes too long.
    func lookAfterAll(rounds: Int, areReady: @Sendable () -> Bool) async -> Bool {
        var left = rounds
        while left > 0 {
            let runs = await all()
            if areReady() {
                if !runs.isEmpty, runs.allSatisfy(\.status.isFinal) { return true }
                left -= 1
            }
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
        // A retry after an undo carries steps out again whose results others have used; it may rightly be blocked.
        let mayRetry = world.roots.first { $0.id == run.id }.map { !$0.tree.isUndone } ?? false
        if run.status == .failed, mayRetry, scheduler.chance(200), world.noteRetry(run.id) {
            _ = try? await engine.retry(run.id, as: String.self)
        }
        guard !run.status.isFinal else { return }
        if run.reason == "budget", run.parent == nil {
            try? await engine.raiseBudget(of: run.id, by: Budget(tokens: 70))
        }
        if run.reason == "budget", run.parent != nil {
            try? await engine.raiseBudget(of: run.root, by: Budget(tokens: 70))
        }
        if run.isUnattended || run.status == .blocked { _ = try? await engine.resume(run.id, as: String.self) }
        await answer(run, at: engine)
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
    /// Whether something of it is taken back when it fails.
    var isUndone: Bool {
        switch self {
        case .undoableStep: true
        case .sequence(let trees), .all(_, let trees), .settled(_, let trees), .race(_, let trees):
            trees.contains(where: \.isUndone)
        case .branch(_, let tree), .child(_, let tree): tree.isUndone
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

/// What goes wrong, and people who interfere.
struct Chaos: Sendable {
    let world: SimulatedWorld

    private var scheduler: SimulatedScheduler { world.scheduler }

    func strike(_ times: Int) async {
        for _ in 0..<times {
            try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...6000)))
            await strikeOnce(scheduler.draw(0..<world.slots))
        }
    }

    private func strikeOnce(_ slot: Int) async {
        switch scheduler.draw(0...9) {
        case 0...3:
            world.crash(slot)
            await respawn(slot)
        case 4:
            world.setStopped(slot, true)
            try? await scheduler.sleep(for: .seconds(scheduler.draw(1...20)))
            world.setStopped(slot, false)
        case 5, 6:
            await world.shutDown(slot, grace: scheduler.chance(500) ? .seconds(scheduler.draw(0...2)) : nil)
            await respawn(slot)
        case 7: await takeOver()
        case 8: await cancel()
        case 9 where scheduler.chance(700): world.crash(slot); await respawn(slot)
        default: world.jump(by: scheduler.chance(500) ? .seconds(3600) : .seconds(-3600))
        }
    }

    private func respawn(_ slot: Int) async {
        try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...5000)))
        while world.process(at: slot) == nil {
            do { try await world.spawn(slot) } catch { try? await scheduler.sleep(for: .seconds(1)) }
        }
    }

    private func anyRun() async -> RunSummary? {
        let live = await People(world: world).all().filter { !$0.status.isFinal }
        return live.isEmpty ? nil : live[scheduler.draw(0...live.count - 1)]
    }

    private func takeOver() async {
        guard let run = await anyRun(), let process = world.anyone() else { return }
        world.log.take(run.id, from: world.processNumbers.map { $0 + 1 })
        _ = try? await process.engine.resume(run.id, takeOver: true, as: String.self)
    }

    private func cancel() async {
        guard let run = await anyRun(), let process = world.anyone() else { return }
        world.noteCancel(run.root)
        try? await process.engine.cancel(run.id)
    }
}

extension SimulatedScheduler {
    func draw(_ range: Range<Int>) -> Int { draw(range.lowerBound...range.upperBound - 1) }
}
