public import TuttiCore
import TuttiRuntime
public import TuttiStore

extension Engine {
    /// How much of its budget a run and its children have used; empty when there is none.
    ///
    /// - Throws: ``RunError`` `.notFound`; `StoreError`.
    public func budget(of id: RunID) async throws -> [BudgetState] {
        guard let summary = try await summary(of: id) else { throw RunError.notFound(id) }
        return try await store.budget(of: summary.root)
    }

    /// Raises limits of a root run; what was parked for them goes on as soon as somebody takes it up.
    ///
    /// - Throws: ``RunError`` `.notFound`, `.ended`, `.badBudget` for a limit that the run was not started with;
    ///   `StoreError`.
    public func raiseBudget(of id: RunID, by budget: Budget) async throws {
        let now = services.clock.now()
        let command = RaiseCommand(
            run: id, tenant: options.tenant, amounts: try budget.checked(),
            id: services.random.draw { UUIDBits.version7(at: now, using: &$0).canonicalText }, at: now)
        switch try await services.writer.submit(.raise(command)) {
        case .notFound: throw RunError.notFound(id)
        case .alreadyEnded(let status): throw RunError.ended(id, status)
        case .holdRefused(let refusal): throw RunError.noBudget(refusal.unit, id)
        default:
            budgetWaits.call(id)
            lookForWork()
            tellOthers()
        }
    }
}
