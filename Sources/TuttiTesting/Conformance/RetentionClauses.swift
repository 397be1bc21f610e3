import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let retention: [Clause] = [
        Clause("plans what it would remove, then removes just that") { world in
            try await world.leave(run: 1, endedAt: 10)
            try await world.leave(run: 2, endedAt: 30)
            let live = try await world.startOwned(3)
            try await world.apply(world.record(live, [world.row("a#1")], events: ["e"]))
            let policy = RetentionPolicy(endedBefore: StoreWorld.time(20))
            let before = try await world.snapshots()
            let plan = try await world.second.retentionPlan(policy)
            try world.expect(try await world.snapshots(), before, "what is stored after the plan")
            try world.expect([plan.runs, plan.steps, plan.events, plan.messages], [1, 2, 4, 1], "the plan")
            var done = try await world.second.prune(policy) { _ in true }
            try world.expect(done.bytes > 0, true, "whether bytes were counted")
            try world.expect(done.bytes, plan.bytes, "the bytes")
            (done.fileSizeBefore, done.fileSizeAfter, done.isShrinkingPostponed) = (0, 0, false)
            try world.expect(done, plan, "what was done")
            try world.expect(try await world.runsThere(), [2, 3], "the runs that are left")
            let gone = try await world.snapshot(of: StoreWorld.run(1))
            try world.expect(gone.steps.isEmpty && gone.events.isEmpty, true, "whether its rows are gone")
            try world.expect(try await world.second.inbox(of: StoreWorld.run(1), limit: 9), [], "its messages")
            let again = try await world.second.prune(policy) { _ in true }
            try world.expect([again.runs, again.bytes], [0, 0], "what is left to remove")
        },
        Clause("keeps as many of each workflow as it is told, the newest") { world in
            for n: UInt64 in 1...4 { try await world.leave(run: n, endedAt: Int64(20 - n)) }
            for n: UInt64 in 5...6 { try await world.leave(run: n, workflow: "other", endedAt: Int64(n)) }
            let one = RetentionPolicy(keepNewest: 2, workflow: "work")
            try world.expect(try await world.second.prune(one) { _ in true }.runs, 2, "the number of runs")
            try world.expect(try await world.runsThere(), [1, 2, 5, 6], "the runs that are left")
            let both = RetentionPolicy(endedBefore: StoreWorld.time(19), keepNewest: 1)
            try world.expect(try await world.second.prune(both) { _ in true }.runs, 3, "the number of runs then")
            try world.expect(try await world.runsThere(), [1], "the runs that are left then")
        },
        Clause("removes nothing of what lives or is blocked, and nothing without a policy") { world in
            try await world.leave(run: 1, endedAt: 3)
            _ = try await world.startOwned(2)
            let blocked = try await world.startOwned(3)
            try await world.apply(world.end(blocked, .blocked(.diverged, world.error)))
            let none = try await world.second.prune(RetentionPolicy()) { _ in true }
            try world.expect(none.runs, 0, "what goes without a policy")
            let foreign = RetentionPolicy(endedBefore: StoreWorld.time(99), tenant: "other")
            try world.expect(try await world.second.prune(foreign) { _ in true }.runs, 0, "what goes of others")
            let all = RetentionPolicy(endedBefore: StoreWorld.time(99), keepNewest: 0)
            try world.expect(try await world.second.prune(all) { _ in true }.runs, 1, "what goes")
            try world.expect(try await world.runsThere(), [2, 3], "the runs that are left")
        },
        Clause("removes children with their root, and a root not before its last child has ended") { world in
            let policy = RetentionPolicy(endedBefore: StoreWorld.time(99))
            let root = try await world.startOwned(1)
            try await world.apply(world.startChild(2, of: root))
            try await world.apply(world.end(root, .failed(world.error)))
            try world.expect(try await world.second.prune(policy) { _ in true }.runs, 0, "what goes with a live child")
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: 1)
            try await world.apply(world.end(child, .cancelled))
            let young = RetentionPolicy(endedBefore: StoreWorld.time(9))
            try world.expect(try await world.second.prune(young) { _ in true }.runs, 0, "what goes of the young")
            try world.expect(try await world.second.prune(policy) { _ in true }.runs, 2, "what goes")
            try world.expect(try await world.runsThere(), [], "the runs that are left")
        },
        Clause("removes one run that is named, when it has ended, and no other") { world in
            for n: UInt64 in 1...2 { try await world.leave(run: n, endedAt: 10) }
            _ = try await world.startOwned(3)
            for (run, tenant, count): (UInt64, String, Int) in [
                (3, StoreWorld.tenant, 0), (9, StoreWorld.tenant, 0), (1, "theirs", 0), (1, StoreWorld.tenant, 1),
            ] {
                let policy = RetentionPolicy(run: StoreWorld.run(run), tenant: tenant)
                try world.expect(
                    try await world.second.prune(policy) { _ in true }.runs, count, "what goes of \(run), \(tenant)")
            }
            try world.expect(try await world.runsThere(), [2, 3], "the runs that are left")
        },
        Clause("sweeps the large payloads that nobody names, and no others") { world in
            let policy = RetentionPolicy(endedBefore: StoreWorld.time(20))
            try await world.leave(run: 1, endedAt: 10, large: "a")
            let fork = ForkCommand(
                source: StoreWorld.run(1), tenant: StoreWorld.tenant, id: StoreWorld.run(2), key: nil,
                executor: world.alice, at: StoreWorld.time(11))
            try await world.apply(.fork(fork))
            try await world.leave(run: 3, endedAt: 10, large: "b")
            try await world.leave(run: 4, endedAt: 30, large: "c")
            let plan = try await world.second.retentionPlan(policy)
            let done = try await world.second.prune(policy) { _ in true }
            try world.expect([plan.runs, done.runs], [2, 2], "the runs")
            try world.expect(done.blobs, plan.blobs, "the payloads that were planned for")
            // Of the first run its fork keeps input and step, not the output and the message.
            for (letter, kept) in [("a", ["in", "step"]), ("b", []), ("c", ["in", "out", "step", "message"])] {
                for place in ["in", "out", "step", "message"] {
                    let bytes = try await world.second.blob(Digest.sha256Hex(world.large(letter, place)))
                    try world.expect(bytes != nil, kept.contains(place), "whether \(place) of \(letter) is there")
                }
            }
            try world.expect(try await world.second.steps(of: fork.id).count, 2, "the rows of the fork")
        },
        Clause("lets old events of ended runs go, and goes on numbering") { world in
            let policy = RetentionPolicy(eventsBefore: StoreWorld.time(50))
            try await world.leave(run: 1, endedAt: 10, failing: true)
            let live = try await world.startOwned(2)
            try await world.apply(world.record(live, [world.row("a#1")], events: ["e", "f"]))
            let plan = try await world.second.retentionPlan(policy)
            let done = try await world.second.prune(policy) { _ in true }
            try world.expect([plan.runs, plan.events, done.events], [0, 3, 3], "what goes")
            try world.expect(plan.bytes, done.bytes, "the bytes")
            let left = try await world.snapshot(of: StoreWorld.run(1))
            try world.expect(left.events.map(\.n), [4], "the events of the ended run")
            try world.expect(left.steps.count, 2, "its journal")
            try world.expect(
                try await world.snapshot(of: live.run).events.map(\.n), [1, 2, 3], "those of the live one")
            try world.expect(
                try await world.second.events(of: StoreWorld.run(1), after: 2, limit: 9).map(\.n), [4], "the page")
            let retry = RetryCommand(
                run: StoreWorld.run(1), tenant: StoreWorld.tenant, executor: world.alice, at: StoreWorld.time(60))
            try await world.apply(.retry(retry))
            let events = try await world.snapshot(of: StoreWorld.run(1)).events
            try world.expect(events.map(\.n), [4, 5], "the events after a retry")
        },
        Clause("asks for what lies beside it, again and again until it is gone") { world in
            try await world.leave(run: 1, endedAt: 10)
            let policy = RetentionPolicy(endedBefore: StoreWorld.time(20))
            let asked = Mutex<[RunID]>([])
            let first = try await world.first.prune(policy) { run in
                asked.withLock { $0.append(run) }
                return false
            }
            try world.expect(first.leftBehind, [StoreWorld.run(1)], "what is left behind")
            try world.expect(try await world.runsThere(), [], "the runs that are left")
            let second = try await world.second.prune(policy) { run in
                asked.withLock { $0.append(run) }
                return true
            }
            try world.expect(second.leftBehind, [], "what is left behind then")
            _ = try await world.second.prune(policy) { run in
                asked.withLock { $0.append(run) }
                return true
            }
            try world.expect(asked.withLock { $0.count }, 2, "how often it was asked")
        },
    ]
}

extension StoreWorld {
    func large(_ letter: String, _ place: String) -> String {
        "\"\(letter) \(place) " + String(repeating: "x", count: Payload.inlineSizeMax) + "\""
    }

    /// Leaves a run that has ended, with two rows, four events and a message.
    func leave(
        run number: UInt64, workflow: String = "work", endedAt second: Int64, large letter: String? = nil,
        failing: Bool = false
    ) async throws {
        func text(_ place: String) -> String { letter.map { large($0, place) } ?? "1" }
        let run = Self.run(number)
        try await apply(start(run, workflow: workflow, input: text("in"), by: alice))
        let owner = Owner(run: run, executor: alice, fence: StartCommand.firstFence)
        try await apply(
            .signal(
                SignalCommand(
                    run: run, tenant: Self.tenant, name: "s", id: "1", payload: Payload(Data(text("message").utf8)),
                    at: Self.time(2))))
        try await apply(record(owner, [row("a#1", text("step"))], events: ["e"]))
        try await apply(record(owner, [row("b#1")]))
        let result: EndCommand.Result = failing ? .failed(error) : .completed(Payload(Data(text("out").utf8)))
        try await apply(end(owner, result, at: second))
    }

    func startChild(_ number: UInt64, of parent: Owner) -> JournalCommand {
        let row = StepRow(
            key: "c#1", kind: .child, result: .waiting(due: nil), started: Self.time(1), ended: Self.time(1))
        let record = RecordCommand(owner: parent, rows: [row], events: [], at: Self.time(2))
        return .start(
            StartCommand(
                id: Self.run(number), tenant: Self.tenant, workflow: "child", input: Payload(Data("1".utf8)),
                inputHash: "h", executor: alice, parent: ParentLink(key: "c#1", record: record), at: Self.time(2)))
    }

    /// The numbers of the runs that are there.
    func runsThere() async throws -> [UInt64] {
        let ids = try await second.runs(RunFilter(), tenant: Self.tenant).map(\.id)
        return (1...9).filter { ids.contains(Self.run($0)) }
    }

    func snapshots() async throws -> [Snapshot] {
        var all: [Snapshot] = []
        for number: UInt64 in 1...9 { all.append(try await snapshot(of: Self.run(number))) }
        return all
    }
}
