import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiStore
import TuttiTesting

/// The journal as one process reaches it: slow, failing now and then before or after it has done what was asked, shut
/// while the process is stopped, and gone when it is dead.
final class SimulatedStore: StoreDecorator {
    private struct State {
        var isDead = false
        var isStopped = false
        var executors: [ExecutorID] = []
        var waiters: [CheckedContinuation<Void, Never>] = []
        var doom: Doom?
    }

    /// The commit at which the process dies.
    private struct Doom {
        var commits: Int
        let isAfter: Bool
        let strike: @Sendable () -> Void
    }

    let base: any JournalStore
    private let memory: MemoryJournalStore
    private let scheduler: SimulatedScheduler
    private let hints: HintNet
    private let state = Mutex(State())
    /// How many calls of a thousand fail.
    private let faults: Int

    private let mutation: Mutation?
    private let log: SimulationLog

    init(
        _ memory: MemoryJournalStore, _ scheduler: SimulatedScheduler, _ hints: HintNet, _ log: SimulationLog,
        faults: Int, mutation: Mutation? = nil
    ) {
        self.log = log
        self.mutation = mutation
        base = memory
        self.memory = memory
        self.scheduler = scheduler
        self.hints = hints
        self.faults = faults
    }

    // MARK: Faults

    func die() {
        let executors = state.withLock { state in
            state.isDead = true
            return state.executors
        }
        for executor in executors { memory.kill(executor) }
        go()
    }

    /// Lets the process die at its nth commit from now, right before or right after it.
    func die(atCommit number: Int, isAfter: Bool, _ strike: @escaping @Sendable () -> Void) {
        state.withLock { $0.doom = Doom(commits: number, isAfter: isAfter, strike: strike) }
    }

    /// Whether this is where the process dies, and has.
    private func isDoomed(after: Bool) -> Bool {
        let strike = state.withLock { state -> (@Sendable () -> Void)? in
            guard var doom = state.doom, doom.isAfter == after else { return nil }
            doom.commits -= 1
            state.doom = doom.commits > 0 ? doom : nil
            return doom.commits > 0 ? nil : doom.strike
        }
        strike?()
        return strike != nil
    }

    func stop() { state.withLock { $0.isStopped = true } }

    func go() {
        let waiters = state.withLock { state in
            state.isStopped = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Where a stopped process stands still.
    private func pass() async throws(StoreError) {
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                if state.isStopped { state.waiters.append(continuation) }
                return state.isStopped
            }
            if !isStopped { continuation.resume() }
        }
        if state.withLock({ $0.isDead }) { throw StoreError(.closed, "the process is dead") }
    }

    private func call<Output: Sendable>(
        _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        try await pass()
        if scheduler.chance(200) { try? await scheduler.sleep(for: .milliseconds(scheduler.draw(1...80))) }
        try await pass()
        let drawn = scheduler.draw(0...999)
        if drawn < faults / 2 { throw StoreError(.busy, "an injected fault") }
        let output = try await body()
        try await pass()
        if drawn < faults { throw StoreError(.busy, "an injected fault, after it was done") }
        return output
    }

    func read<Output: Sendable>(
        _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        try await call(body)
    }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        let outcomes = try await call { () async throws(StoreError) in
            if isDoomed(after: false) { throw StoreError(.closed, "the process died before its commit") }
            let outcomes = try await applied(commands)
            if isDoomed(after: true) { throw StoreError(.closed, "the process died after its commit") }
            return outcomes
        }
        scheduler.note(UInt64(commands.count) << 32 &+ UInt64(scheduler.uptime().milliseconds))
        return outcomes
    }

    /// The commands as they are, or as they would be without one of the rules.
    private func applied(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        var outcomes: [JournalOutcome] = []
        for command in commands {
            if let outcome = mutation?.answer(command) {
                outcomes.append(outcome)
                continue
            }
            var run: RunSummary?
            if let owner = command.writer { run = try await memory.run(owner.run, tenant: "default")?.summary }
            let before = if let run { try await memory.steps(of: run.id) } else { [StoredStep]() }
            let changed = mutation?.changed(command, run: run) ?? command
            for outcome in try await base.apply([changed]) {
                check(command, of: run, before, outcome)
                outcomes.append(mutation?.changed(outcome, of: command) ?? outcome)
            }
        }
        return outcomes
    }

    /// Nobody but the owner writes rows, and nobody inside of a race that is decided.
    ///
    /// - Parameter before: the rows before the command.
    private func check(
        _ command: JournalCommand, of run: RunSummary?, _ before: [StoredStep], _ outcome: JournalOutcome
    ) {
        guard case .record(let record) = command, outcome == .done, let run else { return }
        if let row = record.rows.last, row.kind == .step, !row.isOpen,
            before.contains(where: { $0.kind == .race && $0.ended != nil && row.key.hasPrefix($0.key + "/") })
        {
            log.broke("\(run.id): \(row.key) was recorded after its race")
        }
        if run.executor != record.owner.executor || run.fence != record.owner.fence {
            log.broke("\(run.id): \(record.owner.executor) wrote with fence \(record.owner.fence) and did not own it")
        }
    }

    func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        if mutation == .losesWakes { return [] }
        return try await call { () async throws(StoreError) in try await base.dueRuns(of: executor, at: time) }
    }

    func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool {
        if mutation == .takesNothingFromTheDead, await hasDeadOwners() { return false }
        return try await call { () async throws(StoreError) in try await base.hasClaimable(claim) }
    }

    private func hasDeadOwners() async -> Bool {
        let alive = Set(((try? await memory.executors()) ?? []).filter(\.isAlive).map(\.id))
        let runs = (try? await memory.runs(RunFilter(limit: 10_000), tenant: "default")) ?? []
        return runs.contains { run in run.executor.map { !alive.contains($0) } ?? false }
    }

    func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        try await base.openExecutor(id, process: process, at: time)
        state.withLock { $0.executors.append(id) }
    }

    func closeExecutor(_ id: ExecutorID) async throws(StoreError) {
        try await pass()
        try await base.closeExecutor(id)
    }

    // MARK: Hints

    func hints(for id: ExecutorID) -> AsyncStream<Void> { hints.listen() }

    func sendHint() { if !state.withLock({ $0.isDead }) { hints.send(losing: 300, scheduler) } }
}

/// Hints between processes, of which some are lost.
final class HintNet: Sendable {
    private let listeners = Mutex<[AsyncStream<Void>.Continuation]>([])

    func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        listeners.withLock { $0.append(continuation) }
        return stream
    }

    func send(losing perThousand: Int, _ scheduler: SimulatedScheduler) {
        for listener in listeners.withLock({ $0 }) where !scheduler.chance(perThousand) { listener.yield() }
    }
}
