package import FoundationEssentials
import Synchronization
package import TuttiCore

/// A store without a disk, for tests and for runs that need not outlive their process.
///
/// It keeps every promise of the seam but durability, two writers included: engines that share one store meet each
/// other's fences. ``kill(_:)`` makes an executor dead, as the end of its process would.
package final class MemoryJournalStore: JournalStore {
    private let tables = Mutex(MemoryTables())

    package init() {}

    package func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        tables.withLock { tables in
            tables.changes += 1
            return commands.map { tables.apply($0) }
        }
    }

    package func reopen() async throws(StoreError) {}

    package func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        tables.withLock {
            $0.executors[id] = ExecutorSummary(id: id, process: process, started: time, isAlive: true)
        }
    }

    package func closeExecutor(_ id: ExecutorID) async throws(StoreError) {
        tables.withLock { _ = $0.executors.removeValue(forKey: id) }
    }

    /// Makes an executor dead without giving back its runs.
    package func kill(_ id: ExecutorID) {
        tables.withLock { tables in
            tables.executors[id]?.isAlive = false
            tables.changes += 1
        }
    }

    /// How many amounts are set aside at the moment.
    package var holdCount: Int { tables.withLock { $0.holds.count } }

    package func executors() async throws(StoreError) -> [ExecutorSummary] {
        tables.withLock { $0.executors.values.sorted { $0.id < $1.id } }
    }

    package func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord? {
        tables.withLock { tables in
            tables.runs[id].flatMap { $0.tenant == tenant ? tables.record(of: $0) : nil }
        }
    }

    package func child(of run: RunID, at key: String, tenant: String) async throws(StoreError) -> RunRecord? {
        tables.withLock { tables in
            tables.child(of: run, at: key).flatMap { $0.tenant == tenant ? tables.record(of: $0) : nil }
        }
    }

    package func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary] {
        tables.withLock { tables in
            let all = tables.runs.values.filter { $0.tenant == tenant }.map { tables.record(of: $0).summary }
            let costs = filter.costAbove == nil ? [:] : tables.costs(of: all.map(\.id))
            let wanted = all.filter { filter.accepts($0, cost: costs[$0.id]) }
            return Array(wanted.sorted { ($0.created, $0.id) > ($1.created, $1.id) }.prefix(max(0, filter.limit)))
        }
    }

    package func counts(of filter: RunFilter, tenant: String) async throws(StoreError) -> [RunStatus: Int] {
        var all = filter
        all.limit = .max
        return Dictionary(try await runs(all, tenant: tenant).map { ($0.status, 1) }, uniquingKeysWith: +)
    }

    package func runs(
        beginningWith text: String, tenant: String, account: RunAccount, limit: Int
    ) async throws(StoreError) -> [RunID] {
        tables.withLock { tables in
            let found = tables.runs.values.filter { $0.tenant == tenant && account.covers($0.account) }
            let ids = found.map(\.id).filter { $0.text.hasPrefix(text) }
            return Array(ids.sorted().prefix(max(0, limit)))
        }
    }

    package func journal(of run: RunID) async throws(StoreError) -> [StoredStep] {
        let all = try await steps(of: run)
        return JournalKey.collapsing(all.sorted { $0.key.precedes($1.key) })
    }

    package func steps(of run: RunID) async throws(StoreError) -> [StoredStep] {
        tables.withLock { $0.runs[run]?.steps.ordered ?? [] }
    }

    package func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        tables.withLock { tables in
            Array((tables.runs[run]?.events ?? []).drop { $0.n <= n }.prefix(max(0, limit)))
        }
    }

    package func lastEvent(of run: RunID) async throws(StoreError) -> Int64 {
        tables.withLock { $0.runs[run]?.events.last?.n ?? 0 }
    }

    package func feed(after cursor: FeedCursor, tenant: String, limit: Int) async throws(StoreError) -> FeedPage {
        tables.withLock { $0.feed(after: cursor, tenant: tenant, limit: max(0, limit)) }
    }

    package func newestCursor() async throws(StoreError) -> FeedCursor {
        tables.withLock { FeedCursor(position: Int64($0.feed.count)) }
    }

    package func chunks(of run: RunID, after place: Int64, limit: Int) async throws(StoreError) -> ChunkPage {
        tables.withLock { $0.chunks(of: run, after: place, limit: max(0, limit)) }
    }

    package func blob(_ hash: String) async throws(StoreError) -> Data? {
        tables.withLock { $0.blobs[hash] }
    }

    package func messages(
        for run: RunID, signals: [String], approvals: [String]
    ) async throws(StoreError) -> [InboxMessage] {
        tables.withLock { tables in
            let ready = (tables.runs[run]?.inbox ?? []).filter(\.isReady)
            let received = signals.flatMap { name in
                ready.filter { $0.kind == .signal && $0.name == name }.prefix(InboxLimits.lookMax)
            }
            return received + ready.filter { $0.kind == .approval && approvals.contains($0.id) }
        }
    }

    package func inbox(of run: RunID, limit: Int) async throws(StoreError) -> [InboxMessage] {
        tables.withLock { Array(($0.runs[run]?.inbox ?? []).prefix(max(0, limit))) }
    }

    package func openApprovals(
        tenant: String, account: RunAccount, limit: Int
    ) async throws(StoreError) -> OpenApprovals {
        tables.withLock { $0.openApprovals(tenant: tenant, account: account, limit: max(0, limit)) }
    }

    package func undoable(of run: RunID) async throws(StoreError) -> [StoredStep] {
        tables.withLock { $0.undoable(of: run) }
    }

    package func budget(of root: RunID) async throws(StoreError) -> [BudgetState] {
        tables.withLock { $0.budget(of: root) }
    }

    package func uses(of quotas: [QuotaName]) async throws(StoreError) -> [QuotaName: QuotaUse] {
        tables.withLock { $0.uses(of: quotas) }
    }

    package func costs(of runs: [RunID]) async throws(StoreError) -> [RunID: StepCost] {
        tables.withLock { $0.costs(of: runs) }
    }

    package func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        tables.withLock { tables in
            tables.runs.values.compactMap { run in
                guard let task = run.task, task.executor == executor, let due = task.due, due <= time else {
                    return nil
                }
                return Owner(run: run.id, executor: executor, fence: task.fence)
            }
        }
    }

    package func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool {
        tables.withLock { !$0.claimable(claim).isEmpty }
    }

    package func changeCount() async throws(StoreError) -> Int64 { tables.withLock { $0.changes } }

    package func retentionPlan(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionReport {
        tables.withLock { tables in
            var copy = tables
            return copy.prune(policy).report
        }
    }

    package func prune(
        _ policy: RetentionPolicy, discarding discard: @Sendable (RunID) -> Bool
    ) async throws(StoreError) -> RetentionReport {
        var (gone, report) = tables.withLock { tables in
            tables.changes += 1
            let (gone, report) = tables.prune(policy)
            return (tables.undiscarded + gone, report)
        }
        gone.removeAll(where: discard)
        tables.withLock { [gone] in $0.undiscarded = gone }
        report.leftBehind = Array(gone.prefix(RetentionLimits.leftBehindMax))
        return report
    }

    package func close() async {}
}
