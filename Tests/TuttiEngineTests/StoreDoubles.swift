import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiStore

/// A store of which a test changes `apply` only.
protocol StoreDouble: JournalStore {
    var base: MemoryJournalStore { get }
}

extension StoreDouble {
    func reopen() async throws(StoreError) { try await base.reopen() }
    func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        try await base.openExecutor(id, process: process, at: time)
    }
    func closeExecutor(_ id: ExecutorID) async throws(StoreError) { try await base.closeExecutor(id) }
    func executors() async throws(StoreError) -> [ExecutorSummary] { try await base.executors() }
    func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord? {
        try await base.run(id, tenant: tenant)
    }
    func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary] {
        try await base.runs(filter, tenant: tenant)
    }
    func runs(beginningWith text: String, tenant: String, limit: Int) async throws(StoreError) -> [RunID] {
        try await base.runs(beginningWith: text, tenant: tenant, limit: limit)
    }
    func journal(of run: RunID) async throws(StoreError) -> [StoredStep] { try await base.journal(of: run) }
    func steps(of run: RunID) async throws(StoreError) -> [StoredStep] { try await base.steps(of: run) }
    func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        try await base.events(of: run, after: n, limit: limit)
    }
    func blob(_ hash: String) async throws(StoreError) -> Data? { try await base.blob(hash) }
    func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        try await base.dueRuns(of: executor, at: time)
    }
    func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool { try await base.hasClaimable(claim) }
    func changeCount() async throws(StoreError) -> Int64 { try await base.changeCount() }
    func close() async { await base.close() }
}

/// Holds up the first batch until a test opens it, and notes the sizes of all.
final class GatedStore: StoreDouble {
    let base: MemoryJournalStore
    let entered = Signal()
    let open = Signal()
    private let sizes = Mutex<[Int]>([])
    var batches: [Int] { sizes.withLock { $0 } }

    init(_ base: MemoryJournalStore) { self.base = base }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        sizes.withLock { $0.append(commands.count) }
        entered.give()
        await open.wait()
        return try await base.apply(commands)
    }
}

/// Refuses every batch that holds a certain run, as a broken rule of the schema would.
final class ConstraintStore: StoreDouble {
    let base: MemoryJournalStore
    private let refused: RunID

    init(_ base: MemoryJournalStore, refusing refused: RunID) {
        self.base = base
        self.refused = refused
    }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        let isBroken = commands.contains { if case .start(let start) = $0 { start.id == refused } else { false } }
        if isBroken { throw StoreError(.constraint, "a rule is broken") }
        return try await base.apply(commands)
    }
}
