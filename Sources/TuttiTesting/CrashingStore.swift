package import FoundationEssentials
import Synchronization
package import TuttiCore
package import TuttiStore

/// A store through which one engine works until its process "dies" at a chosen apply: from then on each call fails for
/// good, and others find its executors dead.
package final class CrashingStore: JournalStore {
    /// On which side of the transaction the process dies.
    package enum Moment: String, Sendable, CaseIterable {
        case beforeCommit
        case afterCommit
    }

    private struct State {
        var left: Int
        var isDead = false
        var executors: [ExecutorID] = []
    }

    private let base: any JournalStore
    private let moment: Moment
    private let kill: @Sendable (ExecutorID) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - apply: which call of `apply` is the last one, counted from 1.
    ///   - kill: makes an executor dead for the others, as the end of its process would.
    package init(
        _ base: any JournalStore, at apply: Int, _ moment: Moment, kill: @escaping @Sendable (ExecutorID) -> Void
    ) {
        self.base = base
        self.moment = moment
        self.kill = kill
        state = Mutex(State(left: apply))
    }

    /// Whether the process has died.
    package var isDead: Bool { state.withLock { $0.isDead } }

    /// Dies now.
    package func die() {
        let executors = state.withLock { state in
            defer { state.isDead = true }
            return state.isDead ? [] : state.executors
        }
        for executor in executors { kill(executor) }
    }

    private func checkAlive() throws(StoreError) {
        if isDead { throw StoreError(.closed, "the process is dead") }
    }

    package func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try checkAlive()
        let isLast = state.withLock { state in
            state.left -= 1
            return state.left == 0
        }
        if isLast && moment == .beforeCommit { die() }
        try checkAlive()
        let outcomes = try await base.apply(commands)
        if isLast { die() }
        try checkAlive()
        return outcomes
    }

    package func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        try checkAlive()
        try await base.openExecutor(id, process: process, at: time)
        state.withLock { $0.executors.append(id) }
    }

    package func closeExecutor(_ id: ExecutorID) async throws(StoreError) {
        try checkAlive()
        try await base.closeExecutor(id)
    }

    package func reopen() async throws(StoreError) {
        try checkAlive()
        try await base.reopen()
    }

    package func executors() async throws(StoreError) -> [ExecutorSummary] {
        try checkAlive()
        return try await base.executors()
    }

    package func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord? {
        try checkAlive()
        return try await base.run(id, tenant: tenant)
    }

    package func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary] {
        try checkAlive()
        return try await base.runs(filter, tenant: tenant)
    }

    package func runs(beginningWith text: String, tenant: String, limit: Int) async throws(StoreError) -> [RunID] {
        try checkAlive()
        return try await base.runs(beginningWith: text, tenant: tenant, limit: limit)
    }

    package func journal(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try checkAlive()
        return try await base.journal(of: run)
    }

    package func steps(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try checkAlive()
        return try await base.steps(of: run)
    }

    package func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        try checkAlive()
        return try await base.events(of: run, after: n, limit: limit)
    }

    package func blob(_ hash: String) async throws(StoreError) -> Data? {
        try checkAlive()
        return try await base.blob(hash)
    }

    package func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        try checkAlive()
        return try await base.dueRuns(of: executor, at: time)
    }

    package func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool {
        try checkAlive()
        return try await base.hasClaimable(claim)
    }

    package func changeCount() async throws(StoreError) -> Int64 {
        try checkAlive()
        return try await base.changeCount()
    }

    package func close() async { await base.close() }
}
