import Synchronization
package import TuttiCore
package import TuttiStore

/// A store through which one engine works until its process "dies" at a chosen apply: from then on each call fails for
/// good, and others find its executors dead.
package final class CrashingStore: StoreDecorator {
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

    package let base: any JournalStore
    private let moment: Moment
    private let counts: @Sendable ([JournalCommand]) -> Bool
    private let kill: @Sendable (ExecutorID) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - apply: which call of `apply` is the last one, counted from 1.
    ///   - counts: which calls of `apply` are counted; all of them unless told.
    ///   - kill: makes an executor dead for the others, as the end of its process would.
    package init(
        _ base: any JournalStore, at apply: Int, _ moment: Moment,
        counting counts: @escaping @Sendable ([JournalCommand]) -> Bool = { _ in true },
        kill: @escaping @Sendable (ExecutorID) -> Void
    ) {
        self.base = base
        self.moment = moment
        self.counts = counts
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
        let counts = counts(commands)
        let isLast = state.withLock { state in
            guard counts else { return false }
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

    package func read<Output: Sendable>(
        _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        try checkAlive()
        return try await body()
    }
}
