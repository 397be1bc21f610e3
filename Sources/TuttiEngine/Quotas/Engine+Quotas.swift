public import TuttiCore
import TuttiRuntime
package import TuttiStore

extension Engine {
    /// How much of its quotas an account has used, those of the person first, then those of the project; empty when
    /// there are none.
    ///
    /// - Throws: `StoreError`.
    public func usage(of account: RunAccount) async throws -> [QuotaState] {
        try await usage(of: allDraws(of: account))
    }

    private func usage(of account: RunAccount, _ kinds: Set<AccountQuotas.Counted>) async throws -> [QuotaState] {
        try await usage(of: draws(kinds, of: account, at: services.clock.now()))
    }

    /// How much of some quotas is used, in their order.
    ///
    /// - Throws: `StoreError`.
    package func usage(of draws: [QuotaDraw]) async throws -> [QuotaState] {
        guard !draws.isEmpty else { return [] }
        let uses = try await services.reads { store throws(StoreError) in try await store.uses(of: draws.map(\.name)) }
        return draws.map { QuotaState($0, uses[$0.name]) }
    }

    /// What calls of models draw on that an account makes outside of runs.
    package func spendingDraws(of account: RunAccount, at time: Timestamp) -> [QuotaDraw] {
        draws([.spent], of: account, at: time)
    }

    /// All quotas of an account.
    func allDraws(of account: RunAccount) -> [QuotaDraw] {
        draws(Set(AccountQuotas.Counted.allCases), of: account, at: services.clock.now())
    }

    /// What commands for an account draw on.
    func draws(
        _ kinds: Set<AccountQuotas.Counted>, of account: RunAccount, at time: Timestamp
    ) -> [QuotaDraw] {
        options.quotas.draws(
            kinds, of: account, within: options.projectLimits.limits(of: account.project), tenant: options.tenant,
            at: time)
    }

    /// What attempts of an account are counted in.
    func quotaUnits(of account: RunAccount) -> Set<BudgetUnit> {
        options.quotas.units(of: account, within: options.projectLimits.limits(of: account.project))
    }

    /// The quotas of a project that there are, whoever works for it.
    package func draws(ofProject project: String) -> [QuotaDraw] {
        allDraws(of: RunAccount(project: project)).filter { $0.name.holder == .project(project) }
    }

    /// What single projects may spend.
    package var projectLimits: ProjectLimits { options.projectLimits }

    /// Why a run is parked that waits for room: its own budget, or a quota of its account.
    ///
    /// - Throws: `StoreError`.
    package func shortage(of run: RunSummary) async throws -> RunShortage {
        let root = run.root
        let budget = try await services.reads { store throws(StoreError) in try await store.budget(of: root) }
        if budget.contains(where: \.isRefusing) { return .budget(budget) }
        let quotas = try await usage(of: run.account, [.spent])
        // The refusing one, if its row says so; else that of which the least is left.
        let short = quotas.filter(\.isRefusing).max { $0.share < $1.share } ?? quotas.max { $0.share < $1.share }
        return short == nil && !budget.isEmpty ? .budget(budget) : .quota(short)
    }
}

/// What has no room for the next step of a run.
package enum RunShortage: Sendable, Hashable {
    /// The budget that the run was started with.
    case budget([BudgetState])
    /// A quota; `nil` when this engine knows of none, and another one has refused the step.
    case quota(QuotaState?)
}

extension BudgetState {
    /// Whether the attempt that was refused last would be refused now.
    fileprivate var isRefusing: Bool { wanted.map { $0 > cap } ?? false }
}

extension RunError {
    /// A start, fork or retry that has no room.
    static func quotaExceeded(_ refusal: QuotaRefusal) -> RunError {
        let state = QuotaState(refusal.name, cap: refusal.cap, used: refusal.used)
        var error = RunError(.quotaExceeded, "\(state.sentence); \(state.wayOut)")
        error.quota = state
        return error
    }

    static func outOfRoom(_ run: RunSummary, _ shortage: RunShortage) -> RunError {
        let state: QuotaState?
        switch shortage {
        case .budget(let budget): return .overBudget(run, budget)
        case .quota(let quota): state = quota
        }
        let reason = state.map { "\($0.sentence); \($0.wayOut)" } ?? "a quota is used up"
        var error = RunError(
            .overBudget,
            "the run \(run.id) waits, and its own budget is not in the way: \(reason); `tutti runs resume \(run.root)` "
                + "goes on when there is room", run: run.id, status: run.status)
        error.quota = state
        return error
    }
}
