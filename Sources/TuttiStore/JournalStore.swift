package import FoundationEssentials
package import TuttiCore

/// The seam between the engine and a database, cut by what the engine needs done.
///
/// A store serves several engines at once, in one process or in several. Each method may be called from any task.
package protocol JournalStore: Sendable {
    /// Applies the commands in order in one transaction, and returns when it is on disk: one outcome a command.
    ///
    /// - Throws: ``StoreError``; then nothing of the batch is known to be written.
    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome]

    /// Gives up whatever connection a failed write has left behind and opens a new one.
    func reopen() async throws(StoreError)

    /// Brings a new executor to life. It is alive until ``closeExecutor(_:)``, or until its process is gone.
    func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError)

    /// Ends an executor that has given back its runs.
    func closeExecutor(_ id: ExecutorID) async throws(StoreError)

    /// Hints of other executors that there may be something for this one, until it is closed. A hint may be lost.
    func hints(for id: ExecutorID) -> AsyncStream<Void>

    /// Hints to all executors that there may be something for them.
    func sendHint()

    /// All executors that have not been closed, the oldest first.
    func executors() async throws(StoreError) -> [ExecutorSummary]

    /// A run by its name.
    func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord?

    /// The run that another one has started as its child under a key.
    func child(of run: RunID, at key: String, tenant: String) async throws(StoreError) -> RunRecord?

    /// The newest runs first.
    func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary]

    /// How many runs a filter finds in each state, without regard to its limit; states without any are left out.
    func counts(of filter: RunFilter, tenant: String) async throws(StoreError) -> [RunStatus: Int]

    /// The names that begin with a text, at most `limit` of them, of runs that the account covers.
    func runs(beginningWith text: String, tenant: String, account: RunAccount, limit: Int) async throws(StoreError)
        -> [RunID]

    /// The rows that a replay may ask for: all but those inside of scopes that are closed.
    func journal(of run: RunID) async throws(StoreError) -> [StoredStep]

    /// All rows in the order in which their keys were first written.
    func steps(of run: RunID) async throws(StoreError) -> [StoredStep]

    /// Events with a number above `n`, in order, at most `limit` of them.
    func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent]

    /// The number of the newest event of a run; 0 when it has none.
    func lastEvent(of run: RunID) async throws(StoreError) -> Int64

    /// Events of all runs of a tenant behind a place, in the order in which they were committed; at most `limit`
    /// events are looked at, those of other tenants included.
    func feed(after cursor: FeedCursor, tenant: String, limit: Int) async throws(StoreError) -> FeedPage

    /// The place behind the newest event of all runs.
    func newestCursor() async throws(StoreError) -> FeedCursor

    /// What is kept of the streams of a run behind a place, at most `limit` parts.
    func chunks(of run: RunID, after place: Int64, limit: Int) async throws(StoreError) -> ChunkPage

    /// The bytes under a hash.
    func blob(_ hash: String) async throws(StoreError) -> Data?

    /// What a waiting workflow can use: of each signal the oldest few, and of the approvals those that are answered.
    func messages(
        for run: RunID, signals: [String], approvals: [String]
    ) async throws(StoreError) -> [InboxMessage]

    /// All messages of a run in the order in which they came, at most `limit` of them.
    func inbox(of run: RunID, limit: Int) async throws(StoreError) -> [InboxMessage]

    /// What the live runs ask people that the account covers, the longest waiting first, at most `limit` of them.
    func openApprovals(tenant: String, account: RunAccount, limit: Int) async throws(StoreError) -> OpenApprovals

    /// The steps of a run that have to be undone still, the latest first.
    func undoable(of run: RunID) async throws(StoreError) -> [StoredStep]

    /// How much of the limits of a root run is used.
    func budget(of root: RunID) async throws(StoreError) -> [BudgetState]

    /// How much of some quotas is used; those that nothing was counted against are left out.
    func uses(of quotas: [QuotaName]) async throws(StoreError) -> [QuotaName: QuotaUse]

    /// What runs have cost, each with all that it has started; a run without any cost is left out.
    func costs(of runs: [RunID]) async throws(StoreError) -> [RunID: StepCost]

    /// Runs of an executor that are due: somebody has woken them, or they were claimed and never begun.
    func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner]

    /// Whether a claim would find something to take.
    func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool

    /// A number that changes whenever the data may have changed.
    func changeCount() async throws(StoreError) -> Int64

    /// What a policy would remove now; nothing is changed.
    func retentionPlan(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionReport

    /// Removes what a policy lets go, in small transactions between those of others. One that is cut off leaves whole
    /// runs and no half ones; the next one goes on with what it has left.
    ///
    /// - Parameter discard: removes what lies of a removed run beside the store; `false` has it asked again at the next
    ///   pruning.
    func prune(
        _ policy: RetentionPolicy, discarding discard: @Sendable (RunID) -> Bool
    ) async throws(StoreError) -> RetentionReport

    /// Closes all connections; every later call throws ``StoreError/Code/closed``.
    func close() async
}

extension JournalStore {
    /// No hints: everything is found by polling.
    package func hints(for id: ExecutorID) -> AsyncStream<Void> { AsyncStream { $0.finish() } }

    /// The names of a tenant's runs that begin with a text, at most `limit` of them.
    package func runs(beginningWith text: String, tenant: String, limit: Int) async throws(StoreError) -> [RunID] {
        try await runs(beginningWith: text, tenant: tenant, account: RunAccount(), limit: limit)
    }

    /// What all live runs of a tenant ask people.
    package func openApprovals(tenant: String, limit: Int) async throws(StoreError) -> OpenApprovals {
        try await openApprovals(tenant: tenant, account: RunAccount(), limit: limit)
    }

    /// Nobody to be told.
    package func sendHint() {}

    /// The bytes of a stored payload.
    ///
    /// - Throws: ``StoreError`` `.corrupt` when a blob is missing.
    package func bytes(of payload: StoredPayload) async throws(StoreError) -> Data {
        switch payload {
        case .inline(let bytes): return bytes
        case .blob(let hash):
            guard let bytes = try await blob(hash) else {
                throw StoreError(.corrupt, "the blob \(hash) is missing; run `tutti doctor`")
            }
            return bytes
        }
    }
}
