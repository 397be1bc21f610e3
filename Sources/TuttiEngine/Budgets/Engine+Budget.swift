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

    /// What a run has cost, with all that it has started; `nil` when no step has told of any.
    ///
    /// It is the sum over recorded steps, with all their attempts, and with those that a retry has carried out again.
    /// What a fork has taken over is not its cost. An attempt whose end was never recorded counts in ``budget(of:)``
    /// only.
    ///
    /// - Throws: `StoreError`.
    public func cost(of id: RunID) async throws -> StepCost? { try await store.costs(of: [id])[id] }

    /// Raises limits of a root run; what was parked for them goes on as soon as somebody takes it up.
    ///
    /// - Throws: ``RunError`` `.notFound`, `.ended`, `.isChild`, `.badBudget` for a limit that the run was not started
    ///   with, or for more than is counted; `StoreError`. Nothing is changed then.
    public func raiseBudget(of id: RunID, by budget: Budget) async throws {
        try await raiseBudget(of: id, BudgetRaise(by: budget))
    }

    /// Sets limits of a root run to what they are from now on; what was parked for them goes on as soon as somebody
    /// takes it up. Saying the same again changes nothing.
    ///
    /// - Throws: as ``raiseBudget(of:by:)``; ``RunError`` `.badBudget` also for a limit that would fall.
    public func raiseBudget(of id: RunID, to budget: Budget) async throws {
        try await raiseBudget(of: id, BudgetRaise(to: budget))
    }

    private func raiseBudget(of id: RunID, _ raise: BudgetRaise) async throws {
        let now = services.clock.now()
        let name = services.random.draw { UUIDBits.version7(at: now, using: &$0).canonicalText }
        try await raiseBudget(of: id, raise, named: name)
    }

    /// - Parameter name: the same raise under the same name counts once.
    private func raiseBudget(of id: RunID, _ raise: BudgetRaise, named name: String) async throws {
        let (amounts, totals) = try raise.checked()
        let command = RaiseCommand(
            run: id, tenant: options.tenant, amounts: amounts, totals: totals, id: name, at: services.clock.now())
        switch try await services.writer.submit(.raise(command)) {
        case .notFound: throw RunError.notFound(id)
        case .alreadyEnded(let status): throw RunError.ended(id, status)
        case .holdRefused(let refusal):
            if let summary = try await summary(of: id), summary.parent != nil {
                throw RunError.budgetOfChild(id, of: summary.root)
            }
            throw RunError.refusedRaise(refusal, id)
        default:
            budgetWaits.call(id)
            lookForWork()
            tellOthers()
        }
    }

    /// Raises limits of a run that is about to be taken up, unless it is plain already that it cannot be.
    ///
    /// The raise has a name of the run's fence and its amounts, so that it counts once however often it is said before
    /// the run is taken up: a crash between the two costs nobody a second raise.
    func raiseBudget(of run: RunSummary, _ raise: BudgetRaise, takeOver: Bool) async throws {
        if run.status.isFinal { throw RunError.ended(run.id, run.status) }
        if run.parent != nil { throw RunError.budgetOfChild(run.id, of: run.root) }
        if !takeOver {
            if isAtWork(run.id) { throw RunError.isAtWorkHere(run.id) }
            if let owner = run.executor, owner != executor,
                try await store.executors().contains(where: { $0.id == owner && $0.isAlive })
            {
                throw RunError.owned(run.id, by: owner)
            }
        }
        let (amounts, totals) = try raise.checked()
        let parts = [amounts, totals].map { amounts in
            amounts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }
        }
        let name = "\(run.id)/\(run.fence)/+\(parts[0].joined(separator: ","))/\(parts[1].joined(separator: ","))"
        try await raiseBudget(of: run.id, raise, named: name)
    }
}
