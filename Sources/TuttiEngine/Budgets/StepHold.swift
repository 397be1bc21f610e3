import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// What one attempt has set aside of its run's budget, and what it has spent of it.
///
/// The hold is durable before the closure starts, and each end of the attempt gives it back for what was really spent:
/// whatever crash comes between, the budget counts at least what was paid.
final class StepHold: Sendable {
    private struct Spent {
        var tokens: Int64?
        var microdollars: Int64?
        /// Whether the attempt has told all that it spends.
        var isAll = false

        static func add(_ amount: Int64, to sum: inout Int64?) {
            let (total, overflow) = (sum ?? 0).addingReportingOverflow(max(0, amount))
            sum = overflow ? BudgetUnit.amountMax : min(total, BudgetUnit.amountMax)
        }
    }

    let key: HoldKey
    let granted: BudgetAmounts
    private let spent = Mutex(Spent())

    init(key: HoldKey, granted: BudgetAmounts) {
        self.key = key
        self.granted = granted
    }

    var allowance: Allowance {
        Allowance(tokens: granted[.tokens], usd: granted[.usd].map { USD(microdollars: $0) })
    }

    func spend(tokens: Int64, usd: USD?, isAll: Bool) {
        spent.withLock { spent in
            if tokens > 0 || usd != nil { Spent.add(tokens, to: &spent.tokens) }
            if let usd { Spent.add(usd.microdollars, to: &spent.microdollars) }
            spent.isAll = isAll
        }
    }

    /// What the row of the step tells.
    var cost: StepCost? {
        spent.withLock { spent in
            guard spent.tokens != nil || spent.microdollars != nil else { return nil }
            return StepCost(microdollars: spent.microdollars ?? 0, tokens: spent.tokens ?? 0)
        }
    }

    /// What is given back at the end of the attempt.
    ///
    /// - Parameter isWhole: the attempt has come to its end; else what it did not tell stays as it was held, unless it
    ///   said that it was all. The dollars of an attempt that told of tokens only are not known, so they stay, too.
    func settlement(isWhole: Bool) -> Settlement? {
        guard !granted.isEmpty else { return nil }
        var costs: BudgetAmounts = [:]
        let spent = spent.withLock { $0 }
        if isWhole || spent.isAll {
            costs[.tokens] = spent.tokens ?? 0
            costs[.usd] = spent.microdollars ?? (spent.tokens == nil ? 0 : granted[.usd] ?? 0)
        } else {
            costs[.tokens] = spent.tokens.map { max($0, granted[.tokens] ?? 0) }
            costs[.usd] = spent.microdollars.map { max($0, granted[.usd] ?? 0) }
        }
        costs[.steps] = 1
        return Settlement(key: key, costs: costs)
    }
}

extension RunSession {
    /// Sets aside what an attempt is going to cost.
    ///
    /// - Parameter waits: whether to wait for others that may give something back, as long as there are any.
    /// - Throws: ``StepError`` `no_price`; `CancellationError` when the budget does not suffice, and the run is parked.
    func hold(_ key: HoldKey, _ wants: [BudgetUnit: HoldCommand.Want], waits: Bool = true) async throws -> StepHold {
        guard !wants.isEmpty else { return StepHold(key: key, granted: [:]) }
        return try await engine.budgetWaits.withWaiter(for: run.root) { nudge in
            while true {
                try checkActive()
                switch try await submitHold(HoldCommand(owner: owner, root: run.root, key: key, wants: wants)) {
                case .held(let granted): return StepHold(key: key, granted: granted)
                case .holdRefused(let refusal) where waits && refusal.hasOpenHolds:
                    await nudge.wait(atMost: engine.options.poll, on: services.clock)
                case .holdRefused(let refusal) where refusal.quota != nil:
                    // Nobody raises it for this run, so there is nothing to look at before it is given back.
                    stop(for: .overBudget(limits: [:]))
                    throw CancellationError()
                case .holdRefused(let refusal):
                    stop(for: .overBudget(limits: [refusal.unit: refusal.cap]))
                    throw CancellationError()
                default:
                    stop(for: .leaseLost)
                    throw CancellationError()
                }
            }
        }
    }

    /// What is left of the limits of the run's root; nothing is read for a run without any.
    func budget() async throws(StoreError) -> [BudgetState] {
        guard !run.budgetUnits.isEmpty else { return [] }
        let root = run.root
        return try await services.reads { store throws(StoreError) in try await store.budget(of: root) }
    }

    private func submitHold(_ command: HoldCommand) async throws -> JournalOutcome {
        var command = command
        // By the time of this try: a month may have ended while it waited.
        let draws = engine.draws([.spent], of: run.account, at: services.clock.now())
        command.quotas = draws.filter { draw in draw.name.unit.map { command.wants[$0] != nil } ?? false }
        do throws(StoreError) {
            return try await services.writer.submit(.hold(command))
        } catch {
            stop(for: .storeFailed(error))
            throw CancellationError()
        }
    }

    /// What an attempt has to set aside, by what the run or its account has limits for.
    func wants(of charge: Charge?, at key: String) throws(StepError) -> [BudgetUnit: HoldCommand.Want] {
        var wants: [BudgetUnit: HoldCommand.Want] = [:]
        let units = isUndoing ? [] : run.budgetUnits
        if units.contains(.steps) { wants[.steps] = HoldCommand.Want(1, least: 1) }
        if units.contains(.activeTime) {
            wants[.activeTime] = HoldCommand.Want(EngineLimits.activeTimeSlice.milliseconds, least: 1)
        }
        guard let charge else { return wants }
        let quotas = isUndoing ? [] : engine.quotaUnits(of: run.account)
        if units.contains(.tokens) || quotas.contains(.tokens) {
            wants[.tokens] = HoldCommand.Want(charge.tokens, least: charge.tokensLeast)
        }
        if units.contains(.usd) || quotas.contains(.usd) {
            guard let price = charge.usdPerMillionTokens else {
                throw .noPrice(key, isQuota: !units.contains(.usd))
            }
            wants[.usd] = HoldCommand.Want(
                charge.microdollars(for: charge.tokens, at: price),
                least: charge.microdollars(for: charge.tokensLeast, at: price))
        }
        return wants
    }
}

extension [BudgetState] {
    /// Whether a limit has been raised since it was as given.
    func isRaised(above limits: BudgetAmounts) -> Bool {
        contains { state in limits[state.unit].map { $0 < state.cap } ?? false }
    }
}

/// Those who wait for a part of a budget to be given back, by root run.
final class BudgetWaits: Sendable {
    private let waiters = Mutex<[RunID: Waiters]>([:])

    func withWaiter<Output>(for root: RunID, _ body: (Nudge) async throws -> Output) async rethrows -> Output {
        let nudge = Nudge()
        let token = waiters.withLock { $0[root, default: Waiters()].add(nudge) }
        defer {
            waiters.withLock { waiters in
                waiters[root]?.remove(token)
                if waiters[root]?.isEmpty == true { waiters[root] = nil }
            }
        }
        return try await body(nudge)
    }

    func call(_ root: RunID) {
        for nudge in waiters.withLock({ $0[root]?.all ?? [] }) { nudge.call() }
    }
}
