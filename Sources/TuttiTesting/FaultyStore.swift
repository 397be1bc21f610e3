package import FoundationEssentials
package import TuttiCore
package import TuttiStore

/// A store whose calls fail as a plan says: before anything was done, or after it was done without telling.
package struct FaultyStore: JournalStore {
    private let base: any JournalStore
    package let plan: StoreFaultPlan

    package init(_ base: any JournalStore, _ plan: StoreFaultPlan) {
        self.base = base
        self.plan = plan
    }

    private func call<Output: Sendable>(
        isApply: Bool = false, _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        let fault = plan.next(isApply: isApply)
        if case .before(let error)? = fault { throw error }
        let output = try await body()
        if case .after(let error)? = fault { throw error }
        return output
    }

    package func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try await call(isApply: true) { () async throws(StoreError) in try await base.apply(commands) }
    }

    package func reopen() async throws(StoreError) {
        try await call { () async throws(StoreError) in try await base.reopen() }
    }

    /// Never fails: an engine that has no executor has not begun.
    package func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        try await base.openExecutor(id, process: process, at: time)
    }

    package func closeExecutor(_ id: ExecutorID) async throws(StoreError) { try await base.closeExecutor(id) }

    package func executors() async throws(StoreError) -> [ExecutorSummary] {
        try await call { () async throws(StoreError) in try await base.executors() }
    }

    package func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord? {
        try await call { () async throws(StoreError) in try await base.run(id, tenant: tenant) }
    }

    package func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary] {
        try await call { () async throws(StoreError) in try await base.runs(filter, tenant: tenant) }
    }

    package func runs(beginningWith text: String, tenant: String, limit: Int) async throws(StoreError) -> [RunID] {
        try await call { () async throws(StoreError) in
            try await base.runs(beginningWith: text, tenant: tenant, limit: limit)
        }
    }

    package func journal(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await call { () async throws(StoreError) in try await base.journal(of: run) }
    }

    package func steps(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await call { () async throws(StoreError) in try await base.steps(of: run) }
    }

    package func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        try await call { () async throws(StoreError) in try await base.events(of: run, after: n, limit: limit) }
    }

    package func blob(_ hash: String) async throws(StoreError) -> Data? {
        try await call { () async throws(StoreError) in try await base.blob(hash) }
    }

    package func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        try await call { () async throws(StoreError) in try await base.dueRuns(of: executor, at: time) }
    }

    package func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool {
        try await call { () async throws(StoreError) in try await base.hasClaimable(claim) }
    }

    package func changeCount() async throws(StoreError) -> Int64 {
        try await call { () async throws(StoreError) in try await base.changeCount() }
    }

    package func close() async { await base.close() }
}
