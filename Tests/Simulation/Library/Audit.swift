import TuttiCore
import TuttiEngine
import TuttiStore

/// What must be true when everything is over.
struct Audit: Sendable {
    let world: SimulatedWorld

    private var memory: MemoryJournalStore { world.memory }

    func violations() async -> [String] {
        var found = world.log.violations
        let runs = await People(world: world).all()
        for run in runs {
            found += await check(run, of: runs)
            if !run.status.isFinal {
                found.append(
                    "\(run.id) is \(run.status) (\(run.reason ?? "-")) owned by \(run.executor?.text ?? "nobody")"
                        + (run.parent.map { ", a child of \($0)" } ?? "")
                        + (run.error.map { ": \($0.message)" } ?? ""))
            }
        }
        for root in world.roots { found += await check(root) }
        let starts = runs.count { $0.parent == nil && $0.forkedFrom == nil }
        if starts != world.startsMade { found.append("\(starts) runs for \(world.startsMade) starts") }
        let live = QuotaName(tenant: "default", holder: .organisation, kind: .live)
        let counted = (try? await memory.uses(of: [live])[live])?.used ?? 0
        let alive = runs.count { $0.parent == nil && !$0.status.isFinal }
        if counted != Int64(alive) { found.append("\(counted) live runs are counted, and there are \(alive)") }
        if memory.holdCount > 0 { found.append("\(memory.holdCount) amounts are still set aside") }
        return found
    }

    /// All that the journal knows of runs: events and rows.
    func story() async -> [String] {
        var lines: [String] = []
        for root in world.roots { lines.append("\(root.id): \(root.tree)") }
        for run in await People(world: world).all() {
            lines.append(
                "\(run.id) of \(run.parent?.text ?? "nobody"): \(run.status) \(run.reason ?? "")"
                    + ", queue \(run.queue ?? "-"), fence \(run.fence), executor \(run.executor?.text ?? "-")"
                    + (run.isUnattended ? ", unattended" : ""))
            for event in (try? await memory.events(of: run.id, after: 0, limit: 1000)) ?? [] {
                let data = String(decoding: event.data, as: UTF8.self)
                lines.append("  \(event.time) \(event.type) \(event.key ?? "") \(data)")
            }
            for step in (try? await memory.steps(of: run.id)) ?? [] {
                lines.append("    \(step.key) \(step.kind) \(step.result)")
            }
        }
        return lines
    }

    private func check(_ run: RunSummary, of runs: [RunSummary]) async -> [String] {
        var found: [String] = []
        let events = (try? await memory.events(of: run.id, after: 0, limit: 100_000)) ?? []
        if events.map(\.n) != Array(1...Int64(max(1, events.count))) { found.append("\(run.id): events have gaps") }
        var (hasEnded, isUndoing) = (false, false)
        for event in events {
            let isEnd = ["run.completed", "run.failed", "run.cancelled"].contains(event.type)
            if isEnd, hasEnded { found.append("\(run.id): it ended twice") }
            if event.type == "run.blocked", event.text.contains("diverged"), event.key?.contains("fickle-") != true,
                !mayRepeatOtherwise(run)
            {
                found.append("\(run.id): blocked at \(event.key ?? "-") although nothing has changed")
            }
            if event.type == "run.undoing" { isUndoing = true }
            if event.type == "run.retried", hasEnded { isUndoing = false }
            if isUndoing, ["step.started", "step.completed", "wait.started"].contains(event.type) {
                found.append("\(run.id): \(event.type) \(event.key ?? "") while it was undone")
            }
            if hasEnded, event.type.hasPrefix("step.") { found.append("\(run.id): \(event.type) after its end") }
            hasEnded = isEnd || (hasEnded && event.type != "run.retried")
        }
        if hasEnded != run.status.isFinal { found.append("\(run.id): its events and its status are at odds") }
        let steps = (try? await memory.steps(of: run.id)) ?? []
        if Set(steps.map(\.key)).count != steps.count { found.append("\(run.id): two rows for one key") }
        let inbox = (try? await memory.inbox(of: run.id, limit: 10_000)) ?? []
        let used = inbox.compactMap(\.consumedBy)
        if run.generation == 0, Set(used).count != used.count { found.append("\(run.id): one key used two messages") }
        if !world.hasJumped, let late = workAfterCancel(events) { found.append("\(run.id): \(late)") }
        if run.generation == 0 { found += undoneInOrder(run.id, events) + unusedMessages(run, steps, used) }
        if run.status == .failed || (run.status == .cancelled && !hasBeenGivenUp(events)) {
            for key in world.log.effects(of: run.id) { found.append("\(run.id): \(key) is not undone") }
        }
        if run.status == .cancelled {
            for step in steps where step.ended == nil { found.append("\(run.id): \(step.key) is left open") }
        }
        guard run.parent == nil else { return found }
        let family = runs.filter { $0.root == run.id }.map(\.id)
        for state in (try? await memory.budget(of: run.id)) ?? [] {
            if state.used > state.cap { found.append("\(run.id): \(state.used) of \(state.cap) tokens are used") }
            let paid = world.log.paid(by: family)
            let types = Set(events.map(\.type))
            if world.isUndisturbed, run.status == .completed, !types.contains("budget.raised"),
                events.contains(where: { $0.type == "budget.cost_unknown" && !wasCutOff($0.key, steps) })
            {
                found.append("\(run.id): a cost is unknown although nothing was disturbed")
            }
            if paid > state.used { found.append("\(run.id): \(paid) was paid, and \(state.used) is booked") }
        }
        return found
    }

    /// Whether a branch beside has ended the step of a key: it may have been paid for and have had no time to say so.
    private func wasCutOff(_ key: String?, _ steps: [StoredStep]) -> Bool {
        let cutting = steps.filter { step in
            if case .failed = step.result { return step.kind == .all }
            return step.kind == .race
        }
        return cutting.contains { key?.hasPrefix($0.key + "/") == true }
    }

    /// A wait that has ended with a message has used it.
    private func unusedMessages(_ run: RunSummary, _ steps: [StoredStep], _ used: [String]) -> [String] {
        guard run.forkedFrom == nil else { return [] }  // what a fork takes over was used by its source
        return steps.filter {
            [.signal, .approval].contains($0.kind) && $0.result.isCompleted && !used.contains($0.key)
        }
        .map { "\(run.id): \($0.key) has used no message" }
    }

    /// Whether somebody has cancelled the run since an undo had failed for good.
    private func hasBeenGivenUp(_ events: [RunEvent]) -> Bool {
        var isStuck = false
        for event in events {
            if event.type == "run.blocked" {
                isStuck = event.text.contains("undo_failed")
            }
            if event.type == "run.retried" { isStuck = false }
        }
        return isStuck
    }

    /// Whether a retry may bring other results than those that came before an undo.
    private func mayRepeatOtherwise(_ run: RunSummary) -> Bool {
        world.roots.first { $0.id == run.root }?.tree.isRepeatedOtherwise ?? true
    }

    /// What a run still begins long after somebody has cancelled it.
    private func workAfterCancel(_ events: [RunEvent]) -> String? {
        guard let cancel = events.last(where: { $0.type == "run.cancel_requested" }) else { return nil }
        let types: Set = ["step.started", "step.completed", "wait.started", "child.started", "approval.requested"]
        let late = events.first { $0.n > cancel.n && types.contains($0.type) && $0.time - cancel.time > Self.deafness }
        return late.map { "\($0.type) \($0.key ?? "") \($0.time - cancel.time) after its cancel" }
    }

    /// A stopped process does not listen for twenty seconds, and one that is dead may come back as late.
    private static let deafness = Duration.seconds(60)

    /// What was begun last is undone first.
    private func undoneInOrder(_ run: RunID, _ events: [RunEvent]) -> [String] {
        var begun: [String: Int] = [:]
        for event in events where event.type == "step.started" {
            if let key = event.key, begun[key] == nil { begun[key] = begun.count }
        }
        let undone = events.filter { $0.type == "step.undone" }.compactMap { $0.key.map { String($0.dropLast(5)) } }
        let places = undone.compactMap { begun[$0] }
        if undone.count != Set(undone).count { return ["\(run): a step was undone twice"] }
        return places == places.sorted(by: >) ? [] : ["\(run): undone in the order of \(undone)"]
    }

    private func check(_ root: SimulatedWorld.Root) async -> [String] {
        guard let record = try? await memory.run(root.id, tenant: "default") else { return ["\(root.id) is gone"] }
        if world.cancelled.contains(root.id) || root.hasDeadline || !record.summary.status.isFinal { return [] }
        var output: String?
        if let stored = record.output, let bytes = try? await memory.bytes(of: stored) {
            output = try? CanonicalJSON.decode(String.self, from: bytes)
        }
        let expected = root.tree.expected
        switch record.summary.status {
        case .completed where output == expected: return []
        case .failed where expected == nil: return []
        default:
            return [
                "\(root.id) is \(record.summary.status) with \(output ?? "-") instead of \(expected ?? "an error"): "
                    + (record.summary.error.map { "\($0.code) at \($0.origin): \($0.message)" } ?? "")
            ]
        }
    }

    /// Makes a run again from somewhere in a completed one, which must bring the same.
    func fork(by people: People) async -> [String]? {
        let scheduler = world.scheduler
        let completed = world.roots.filter { root in
            root.tree.expected != nil && !world.cancelled.contains(root.id) && !root.hasDeadline
                && !root.tree.isRepeatedOtherwise
        }
        guard let root = completed.first, scheduler.chance(200), let process = world.anyone() else { return nil }
        let rows = ((try? await memory.steps(of: root.id)) ?? []).filter { $0.kind != .undo }
        let key = rows.isEmpty || scheduler.chance(200) ? nil : rows[scheduler.draw(0...rows.count - 1)].key
        // One that is reported as failed may have begun all the same.
        if let fork = try? await process.engine.fork(root.id, at: key, as: String.self) {
            world.add(SimulatedWorld.Root(id: fork.id, tree: root.tree))
        }
        if await people.lookAfterAll(rounds: 400, areReady: { true }) { return nil }
        return ["the fork of \(root.id) at \(key ?? "its end") came to no end"]
    }
}

extension RunEvent {
    fileprivate var text: String { String(decoding: data, as: UTF8.self) }
}

extension StoredStep.Result {
    fileprivate var isCompleted: Bool { if case .completed = self { true } else { false } }
}
