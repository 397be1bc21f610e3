package import TuttiStore

/// A store whose calls fail as a plan says: before anything was done, or after it was done without telling.
///
/// The opening of an executor never fails: an engine that has none has not begun.
package struct FaultyStore: StoreDecorator {
    package let base: any JournalStore
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

    package func read<Output: Sendable>(
        _ body: () async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        try await call(body)
    }

    package func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try await call(isApply: true) { () async throws(StoreError) in try await base.apply(commands) }
    }
}
