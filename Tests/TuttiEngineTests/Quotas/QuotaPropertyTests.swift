import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Whatever is done with runs in whatever order: what is used of the runs at once is the number of live root runs.
@Suite struct QuotaPropertyTests {
    @Test("uses as much as there are live root runs", arguments: StoreKind.allCases, 0..<12)
    func live(kind: StoreKind, seed: Int) async throws {
        try await withStore(kind) { store in
            var chaos = Chaos(store, seed: UInt64(seed))
            try await chaos.open()
            for step in 0..<250 {
                try await chaos.act()
                try await chaos.check("seed \(seed), step \(step)")
            }
            try await chaos.endAll()
            try await chaos.check("seed \(seed), at the end")
            #expect(chaos.refused > 0 && chaos.done.count >= 11, "seed \(seed): \(chaos.done)")
        }
    }
}

/// Commands of several executors, by chance.
private struct Chaos {
    private static let cap: Int64 = 6
    private static let people = ["usr_a", "usr_b"]

    private let store: TestStore
    private var random: SeededGenerator
    private var executors: [ExecutorID] = []
    private var owners: [RunID: Owner] = [:]
    private var next: UInt64 = 0
    private var second: Int64 = 0
    /// Starts and forks that were let through, by person.
    private var started: [String: Int64] = [:]
    private(set) var refused = 0
    /// What has been done at least once.
    private(set) var done: Set<String> = []

    init(_ store: TestStore, seed: UInt64) {
        self.store = store
        random = SeededGenerator(seed: seed)
    }

    private var now: Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + second * 1000) }
    private var organisation: QuotaName { QuotaName(tenant: "default", holder: .organisation, kind: .live) }

    private func live(_ person: String) -> QuotaName {
        QuotaName(tenant: "default", holder: .person(person), kind: .live)
    }

    private func starts(_ person: String) -> QuotaName {
        QuotaName(tenant: "default", holder: .person(person), kind: .starts(day: .day(of: now)))
    }

    /// Now and then the limit is another one.
    private mutating func draws(_ person: String, isStart: Bool) -> [QuotaDraw] {
        let cap = Int64.random(in: 0..<8, using: &random) == 0 ? 2 : Self.cap
        var draws = [QuotaDraw(live(person), cap: cap)]
        if isStart { draws.append(QuotaDraw(starts(person), cap: 1_000_000)) }
        draws.append(QuotaDraw(organisation, cap: 9))
        return draws
    }

    mutating func open() async throws { for _ in 0..<3 { try await openExecutor() } }

    private mutating func openExecutor() async throws {
        next += 1
        let id = ExecutorID(at: now, using: &random)
        try await store.journal.openExecutor(id, process: Int32(next), at: now)
        executors.append(id)
    }

    private mutating func any<Item>(of items: [Item]) -> Item? {
        items.isEmpty ? nil : items[Int.random(in: 0..<items.count, using: &random)]
    }

    private func apply(_ command: JournalCommand) async throws -> JournalOutcome {
        let outcomes = try await store.journal.apply([command])
        return try #require(outcomes.first)
    }

    private func runs() async throws -> [RunSummary] {
        try await store.journal.runs(RunFilter(limit: 10_000), tenant: "default").sorted { $0.id < $1.id }
    }

    // MARK: Acts

    mutating func act() async throws {
        second += 1
        let runs = try await runs()
        switch Int.random(in: 0..<17, using: &random) {
        case 0...3: try await start()
        case 4: try await fork(runs)
        case 5...6: try await retry(runs)
        case 7...8: try await end(runs, [.completed(Payload(Data("1".utf8))), .failed(Self.error), .cancelled])
        case 9: try await end(runs, [.blocked(.diverged, Self.error), .blocked(.undoFailed, Self.error)])
        case 10: try await takeOver(runs)
        case 11: try await claimQueue()
        case 12: try await cancel(runs)
        case 13: try await release(runs)
        case 14: try await die()
        case 15: try await startChild(runs)
        default: try await prune()
        }
    }

    private static let error = StepError(code: "broken", message: "it broke", origin: "a#1")

    private mutating func start() async throws {
        guard let person = any(of: Self.people), let executor = any(of: executors) else { return }
        let id = RunID(at: now, using: &random)
        let isQueued = Bool.random(using: &random)
        let start = StartCommand(
            id: id, tenant: "default", workflow: "work", input: Payload(Data("{}".utf8)), inputHash: "h",
            queue: isQueued ? "q" : nil, executor: isQueued && Bool.random(using: &random) ? nil : executor,
            account: RunAccount(person: person), quotas: draws(person, isStart: true), at: now)
        switch try await apply(.start(start)) {
        case .done:
            started[person, default: 0] += 1
            if start.executor != nil { owners[id] = Owner(run: id, executor: executor, fence: 1) }
            done.insert("start")
            if Bool.random(using: &random) { _ = try await apply(.start(start)) }  // reported as failed
        case .quotaRefused: refused += 1
        case let other: Issue.record("a start was answered by \(other)")
        }
    }

    private mutating func fork(_ runs: [RunSummary]) async throws {
        guard let source = any(of: runs), let person = any(of: Self.people), let executor = any(of: executors)
        else { return }
        let id = RunID(at: now, using: &random)
        let fork = ForkCommand(
            source: source.id, tenant: "default", id: id, key: nil, executor: executor,
            account: RunAccount(person: person), quotas: draws(person, isStart: true), at: now)
        switch try await apply(.fork(fork)) {
        case .claimed:
            started[person, default: 0] += 1
            owners[id] = Owner(run: id, executor: executor, fence: 1)
            done.insert("fork")
            if Bool.random(using: &random) { _ = try await apply(.fork(fork)) }
        case .quotaRefused: refused += 1
        default: break  // it is being undone
        }
    }

    private mutating func retry(_ runs: [RunSummary]) async throws {
        let failed = runs.filter { $0.status == .failed || $0.reason == "undo_failed" }
        guard let run = any(of: failed), let executor = any(of: executors) else { return }
        let retry = RetryCommand(
            run: run.id, tenant: "default", executor: executor,
            quotas: draws(run.account.person ?? "", isStart: false), at: now)
        switch try await apply(.retry(retry)) {
        case .claimed(let claimed):
            owners[run.id] = Owner(run: run.id, executor: executor, fence: claimed[0].fence)
            done.insert("retry")
            if Bool.random(using: &random) { _ = try await apply(.retry(retry)) }
        case .quotaRefused: refused += 1
        default: break  // a child
        }
    }

    private mutating func end(_ runs: [RunSummary], _ results: [EndCommand.Result]) async throws {
        guard let id = any(of: owners.keys.sorted()), let owner = owners[id], let result = any(of: results) else {
            return
        }
        let rows = Int.random(in: 0..<4, using: &random) == 0 ? [undoable] : []
        let end = EndCommand(owner: owner, rows: rows, result: result, event: .runCancelled, at: now)
        let outcome = try await apply(.end(end))
        if Bool.random(using: &random) { _ = try await apply(.end(end)) }
        switch outcome {
        case .done: done.insert("end")
        case .mustUndo:
            done.insert("undo")
            return
        default: break  // somebody else has it
        }
        owners[id] = nil
    }

    private var undoable: StepRow {
        StepRow(
            key: "u#1", kind: .step, attempt: 1, result: .waiting(due: nil), started: now, ended: now,
            undo: UndoRecord(name: "take-back", arguments: .null))
    }

    private mutating func takeOver(_ runs: [RunSummary]) async throws {
        guard let run = any(of: runs.filter { !$0.status.isFinal }), let executor = any(of: executors) else { return }
        let claim = ClaimCommand(
            executor: executor, tenant: "default", target: .run(run.id, takeOver: true), at: now)
        guard case .claimed(let claimed) = try await apply(.claim(claim)) else { return }
        // The former owner stays in the game now and then, and must change nothing.
        if Bool.random(using: &random) || owners[run.id] == nil {
            owners[run.id] = Owner(run: run.id, executor: executor, fence: claimed[0].fence)
        }
        done.insert("takeover")
    }

    private mutating func claimQueue() async throws {
        guard let executor = any(of: executors) else { return }
        let claim = ClaimCommand(
            executor: executor, tenant: "default", target: .queues(["q"], workflows: ["work"], limit: 3),
            recoveriesMax: 1, limits: ["q": QueueLimit(concurrency: 2)], at: now)
        guard case .claimed(let claimed) = try await apply(.claim(claim)) else { return }
        for run in claimed { owners[run.run] = Owner(run: run.run, executor: executor, fence: run.fence) }
        if !claimed.isEmpty { done.insert("claim") }
    }

    private mutating func cancel(_ runs: [RunSummary]) async throws {
        guard let run = any(of: runs) else { return }
        let cancel = CancelCommand(run: run.id, tenant: "default", event: .cancelRequested, at: now)
        if case .cancelRequested = try await apply(.cancel(cancel)) { done.insert("cancel") }
    }

    private mutating func release(_ runs: [RunSummary]) async throws {
        guard let id = any(of: owners.keys.sorted()), let owner = owners[id] else { return }
        guard case .wake(let sequence, _) = try await apply(.takeWake(owner, at: now)) else { return }
        let wait: WaitReason? = Bool.random(using: &random) ? .budget : nil
        let release = ReleaseCommand(owner: owner, rows: [], wakeSequence: sequence, wait: wait, at: now)
        if try await apply(.release(release)) == .done {
            owners[id] = nil
            done.insert("release")
        }
    }

    /// A process is gone, and another one begins.
    private mutating func die() async throws {
        guard let dead = any(of: executors) else { return }
        store.kill(dead)
        executors.removeAll { $0 == dead }
        try await openExecutor()
        done.insert("death")
    }

    private mutating func startChild(_ runs: [RunSummary]) async throws {
        guard let id = any(of: owners.keys.sorted()), let owner = owners[id] else { return }
        next += 1
        let row = StepRow(
            key: "child#\(next)", kind: .child, result: .waiting(due: nil), started: now, ended: now)
        let record = RecordCommand(owner: owner, rows: [row], events: [], at: now)
        let child = RunID(at: now, using: &random)
        let start = StartCommand(
            id: child, tenant: "default", workflow: "work", input: Payload(Data("{}".utf8)), inputHash: "h",
            queue: "q", executor: owner.executor, parent: ParentLink(key: row.key, record: record), at: now)
        guard try await apply(.start(start)) == .done else { return }
        owners[child] = Owner(run: child, executor: owner.executor, fence: 1)
        done.insert("child")
    }

    private mutating func prune() async throws {
        let policy = RetentionPolicy(endedBefore: now + .seconds(-20), tenant: "default")
        let report = try await store.journal.prune(policy) { _ in true }
        if report.runs > 0 { done.insert("pruning") }
    }

    /// Gives up all that lives.
    mutating func endAll() async throws {
        guard let executor = executors.first else { return }
        for _ in 0..<4 {
            for run in try await runs() where !run.status.isFinal {
                _ = try await apply(
                    .cancel(CancelCommand(run: run.id, tenant: "default", event: .cancelRequested, at: now)))
                let claim = ClaimCommand(
                    executor: executor, tenant: "default", target: .run(run.id, takeOver: true), at: now)
                guard case .claimed(let claimed) = try await apply(.claim(claim)) else { continue }
                let owner = Owner(run: run.id, executor: executor, fence: claimed[0].fence)
                for result in [EndCommand.Result.cancelled, .blocked(.undoFailed, Self.error)] {
                    _ = try await apply(
                        .end(EndCommand(owner: owner, rows: [], result: result, event: .runCancelled, at: now)))
                }
            }
        }
        #expect(try await runs().allSatisfy(\.status.isFinal))
    }

    // MARK: What must hold

    func check(_ comment: Comment) async throws {
        let roots = try await runs().filter { $0.parent == nil }
        let alive = roots.filter { !$0.status.isFinal }
        let names = [organisation] + Self.people.flatMap { [live($0), starts($0)] }
        let uses = try await store.journal.uses(of: names)
        #expect(uses[organisation]?.used ?? 0 == Int64(alive.count), comment)
        #expect(alive.count <= 9, comment)
        for person in Self.people {
            let count = Int64(alive.count { $0.account.person == person })
            #expect(uses[live(person)]?.used ?? 0 == count, comment)
            #expect(count <= Self.cap, comment)
            #expect(uses[starts(person)]?.used ?? 0 == started[person] ?? 0, comment)
        }
    }
}
