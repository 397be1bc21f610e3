package import FoundationEssentials
package import TuttiCore
package import TuttiStore

/// A store around another one: whoever conforms says what happens to reads, and changes what else it cares about.
package protocol StoreDecorator: JournalStore {
    var base: any JournalStore { get }

    /// Carries out a read of the base, or fails it.
    func read<Output: Sendable>(
        _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output
}

extension StoreDecorator {
    package func read<Output: Sendable>(
        _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        try await body()
    }

    package func reopen() async throws(StoreError) {
        try await read { () async throws(StoreError) in try await base.reopen() }
    }

    package func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        try await base.openExecutor(id, process: process, at: time)
    }

    package func closeExecutor(_ id: ExecutorID) async throws(StoreError) { try await base.closeExecutor(id) }

    package func executors() async throws(StoreError) -> [ExecutorSummary] {
        try await read { () async throws(StoreError) in try await base.executors() }
    }

    package func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord? {
        try await read { () async throws(StoreError) in try await base.run(id, tenant: tenant) }
    }

    package func child(of run: RunID, at key: String, tenant: String) async throws(StoreError) -> RunRecord? {
        try await read { () async throws(StoreError) in try await base.child(of: run, at: key, tenant: tenant) }
    }

    package func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary] {
        try await read { () async throws(StoreError) in try await base.runs(filter, tenant: tenant) }
    }

    package func counts(of filter: RunFilter, tenant: String) async throws(StoreError) -> [RunStatus: Int] {
        try await read { () async throws(StoreError) in try await base.counts(of: filter, tenant: tenant) }
    }

    package func runs(
        beginningWith text: String, tenant: String, account: RunAccount, limit: Int
    ) async throws(StoreError) -> [RunID] {
        try await read { () async throws(StoreError) in
            try await base.runs(beginningWith: text, tenant: tenant, account: account, limit: limit)
        }
    }

    package func journal(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await read { () async throws(StoreError) in try await base.journal(of: run) }
    }

    package func steps(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await read { () async throws(StoreError) in try await base.steps(of: run) }
    }

    package func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        try await read { () async throws(StoreError) in try await base.events(of: run, after: n, limit: limit) }
    }

    package func lastEvent(of run: RunID) async throws(StoreError) -> Int64 {
        try await read { () async throws(StoreError) in try await base.lastEvent(of: run) }
    }

    package func feed(after cursor: FeedCursor, tenant: String, limit: Int) async throws(StoreError) -> FeedPage {
        try await read { () async throws(StoreError) in
            try await base.feed(after: cursor, tenant: tenant, limit: limit)
        }
    }

    package func newestCursor() async throws(StoreError) -> FeedCursor {
        try await read { () async throws(StoreError) in try await base.newestCursor() }
    }

    package func chunks(of run: RunID, after place: Int64, limit: Int) async throws(StoreError) -> ChunkPage {
        try await read { () async throws(StoreError) in try await base.chunks(of: run, after: place, limit: limit) }
    }

    package func blob(_ hash: String) async throws(StoreError) -> Data? {
        try await read { () async throws(StoreError) in try await base.blob(hash) }
    }

    package func messages(
        for run: RunID, signals: [String], approvals: [String]
    ) async throws(StoreError) -> [InboxMessage] {
        try await read { () async throws(StoreError) in
            try await base.messages(for: run, signals: signals, approvals: approvals)
        }
    }

    package func inbox(of run: RunID, limit: Int) async throws(StoreError) -> [InboxMessage] {
        try await read { () async throws(StoreError) in try await base.inbox(of: run, limit: limit) }
    }

    package func openApprovals(
        tenant: String, account: RunAccount, limit: Int
    ) async throws(StoreError) -> OpenApprovals {
        try await read { () async throws(StoreError) in
            try await base.openApprovals(tenant: tenant, account: account, limit: limit)
        }
    }

    package func undoable(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await read { () async throws(StoreError) in try await base.undoable(of: run) }
    }

    package func budget(of root: RunID) async throws(StoreError) -> [BudgetState] {
        try await read { () async throws(StoreError) in try await base.budget(of: root) }
    }

    package func uses(of quotas: [QuotaName]) async throws(StoreError) -> [QuotaName: QuotaUse] {
        try await read { () async throws(StoreError) in try await base.uses(of: quotas) }
    }

    package func costs(of runs: [RunID]) async throws(StoreError) -> [RunID: StepCost] {
        try await read { () async throws(StoreError) in try await base.costs(of: runs) }
    }

    package func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        try await read { () async throws(StoreError) in try await base.dueRuns(of: executor, at: time) }
    }

    package func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool {
        try await read { () async throws(StoreError) in try await base.hasClaimable(claim) }
    }

    package func changeCount() async throws(StoreError) -> Int64 {
        try await read { () async throws(StoreError) in try await base.changeCount() }
    }

    package func retentionPlan(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionReport {
        try await read { () async throws(StoreError) in try await base.retentionPlan(policy) }
    }

    package func prune(
        _ policy: RetentionPolicy, discarding discard: @Sendable (RunID) -> Bool
    ) async throws(StoreError) -> RetentionReport {
        try await read { () async throws(StoreError) in try await base.prune(policy, discarding: discard) }
    }

    package func close() async { await base.close() }
}
