import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiModels
import TuttiRuntime
import TuttiStore

/// Holds calls of models to the limits of whoever makes them: the rates and budgets of an API key, and the quotas of
/// its person, of its project and of the organisation.
struct CallAllowance: Sendable {
    let engine: Engine
    let spending: CallSpending
    let limiter: any RateLimiter
    let clock: any Timekeeper

    /// - Throws: ``GatewayError`` when the caller's key is for other models.
    static func checkModel(_ name: String, of principal: Principal) throws(GatewayError) {
        guard let limits = principal.limits, !limits.allows(model: name) else { return }
        throw GatewayError(
            .forbidden,
            "this API key may not ask the model '\(CleanText.line(name, bytesMax: 200))'; GET /v1/models "
                + "lists those that it may", field: "model", code: "model_not_allowed")
    }

    /// What a call may take of anything, before anybody is asked.
    struct Needs {
        var inputTokens: Int64
        var outputTokensMax: Int64
        /// What tokens cost where they cost most; `nil` when nobody knows.
        var cost: (ModelUsage) -> USD?

        var tokens: Int64 { Int64(clamping: Int128(inputTokens) + Int128(outputTokensMax)) }
    }

    /// Sets aside what a call may take; ``CallPermit/end(tokens:cost:)`` or ``CallPermit/giveBack()`` has to follow.
    ///
    /// - Parameter needs: asked for only where there is a limit.
    /// - Returns: `nil` when the caller has no limits.
    /// - Throws: ``GatewayError`` that says which limit has no room, and the way out; `StoreError`.
    func permit(_ caller: Caller, _ model: String, needs: () -> Needs) async throws -> CallPermit? {
        let draws = draws(for: caller)
        let limits = caller.principal.limits
        guard !draws.isEmpty || limits?.requestsAMinute != nil || limits?.tokensAMinute != nil else { return nil }
        return try await permit(caller, model, needs(), from: draws)
    }

    @inline(never)  // most callers have no limits, and a call keeps the memory of what it has once called
    private func permit(
        _ caller: Caller, _ model: String, _ needs: Needs, from draws: [QuotaDraw]
    ) async throws -> CallPermit {
        let limits = caller.principal.limits
        let amounts = try amounts(needs, for: draws, model)
        var permit = CallPermit(allowance: self)
        do {
            try await takeRates(limits, of: caller.principal, needs, &permit)
            if !draws.isEmpty {
                let reservation = SpendingReservation(amounts, from: draws)
                try await spending.reserve(reservation)
                permit.reservation = reservation
            }
        } catch {
            await permit.giveBack()
            throw (error as? SpendingRefusal).map { GatewayError($0) } ?? error
        }
        return permit
    }

    /// The same for a model that is a run, which draws on the quotas of its person, its project and the organisation
    /// itself: the rates of the key.
    ///
    /// - Throws: ``GatewayError`` also for a key with a budget: nobody knows beforehand what a run is going to take.
    @inline(never)
    func permitRun(_ caller: Caller, _ model: String) async throws -> CallPermit? {
        guard case .key(let key) = caller.principal.credential, let limits = caller.principal.limits else { return nil }
        guard limits.draws(of: key, tenant: engine.tenant, at: clock.now()).isEmpty else {
            throw GatewayError(
                .forbidden,
                "this API key has a budget, and what a run of '\(CleanText.line(model, bytesMax: 200))' takes is not "
                    + "known beforehand; use a key without one, or ask another model",
                field: "model", code: "budget_of_run")
        }
        var permit = CallPermit(allowance: self)
        do {
            let least = Needs(inputTokens: 1, outputTokensMax: 0) { _ in nil }
            try await takeRates(limits, of: caller.principal, least, &permit)
        } catch {
            await permit.giveBack()
            throw error
        }
        return permit
    }

    /// The same for an answer that is there already: a request of the key's rate, and nothing else.
    ///
    /// - Throws: ``GatewayError`` when the key has no request left.
    func permitRequest(_ caller: Caller) async throws -> CallPermit? {
        guard let rate = caller.principal.limits?.requestRate, case .key(let key) = caller.principal.credential else {
            return nil
        }
        var permit = CallPermit(allowance: self)
        (permit.request, permit.rates.requests) = try await take(1, of: rate, key)
        return permit
    }

    private func draws(for caller: Caller) -> [QuotaDraw] {
        let now = clock.now()
        let draws = engine.spendingDraws(of: caller.account, at: now)
        guard case .key(let key) = caller.principal.credential, let limits = caller.principal.limits else {
            return draws
        }
        return limits.draws(of: key, tenant: engine.tenant, at: now) + draws
    }

    private func amounts(
        _ needs: Needs, for draws: [QuotaDraw], _ model: String
    ) throws(GatewayError) -> BudgetAmounts {
        var amounts: BudgetAmounts = [.tokens: needs.tokens]
        guard draws.contains(where: { $0.name.unit == .usd }) else { return amounts }
        let most = ModelUsage(uncachedInput: needs.inputTokens, output: needs.outputTokensMax)
        guard let cost = needs.cost(most) else {
            throw GatewayError(
                .invalidRequest,
                "nobody knows what the model '\(CleanText.line(model, bytesMax: 200))' costs, and this caller has a "
                    + "budget in dollars; its price goes into `models.prices`, or the budget counts tokens",
                field: "model", code: "no_price")
        }
        amounts[.usd] = cost.microdollars
        return amounts
    }

    // MARK: Rates

    private func takeRates(
        _ limits: KeyLimits?, of principal: Principal, _ needs: Needs, _ permit: inout CallPermit
    ) async throws {
        guard let limits, case .key(let key) = principal.credential else { return }
        if let rate = limits.requestRate {
            (permit.request, permit.rates.requests) = try await take(1, of: rate, key)
        }
        if let rate = limits.tokenRate {
            (permit.tokens, permit.rates.tokens) = try await take(Int(clamping: needs.tokens), of: rate, key)
        }
    }

    private func take(
        _ weight: Int, of rate: RateLimit, _ key: APIKeyID
    ) async throws -> (LimitReservation, CallRates.Rate?) {
        let (verdicts, reservation) = await limiter.reserve(
            weight, from: [(rate, subject: key.text)], at: clock.uptime())
        guard let reservation else { throw GatewayError(verdicts, weight, of: rate) }
        let left = verdicts.first.map {
            CallRates.Rate(limit: rate.quota, remaining: $0.remaining, resetAfter: $0.wholeAfter)
        }
        return (reservation, left)
    }
}

/// What a call has set aside.
struct CallPermit: Sendable {
    fileprivate let allowance: CallAllowance
    fileprivate var request: LimitReservation?
    fileprivate var tokens: LimitReservation?
    fileprivate var reservation: SpendingReservation?
    /// What is left of the rates of the caller.
    fileprivate(set) var rates = CallRates()

    fileprivate init(allowance: CallAllowance) { self.allowance = allowance }

    /// Puts what the call has taken in the place of what was set aside for it.
    ///
    /// - Parameters:
    ///   - tokens: all of them; `nil` for as many as were set aside.
    ///   - cost: `nil` for as much as was set aside.
    func end(tokens: Int64?, cost: USD?) async {
        var costs: BudgetAmounts = [:]
        costs[.tokens] = tokens
        costs[.usd] = cost?.microdollars
        if let reservation { allowance.spending.settle(reservation, costs: costs) }
        guard let taken = tokens else { return }
        let now = allowance.clock.uptime()
        if let tokens = self.tokens { await allowance.limiter.adjust(tokens, to: Int(clamping: taken), at: now) }
    }

    /// Gives all back: nobody was asked.
    func giveBack() async {
        await end(tokens: 0, cost: USD(microdollars: 0))
        if let request { await allowance.limiter.adjust(request, to: 0, at: allowance.clock.uptime()) }
    }
}

extension GatewayError {
    fileprivate init(_ verdicts: [LimitVerdict], _ weight: Int, of rate: RateLimit) {
        let what = rate.name
        guard let verdict = verdicts.first, let wait = verdict.resetAfter else {
            self.init(
                .invalidRequest,
                "this call may take \(weight) \(what), and this API key has \(rate.quota) a minute; ask for a shorter "
                    + "answer, or have the limit raised", code: "\(what)_a_minute")
            return
        }
        let seconds = max(1, (wait.milliseconds + 999) / 1000)
        self.init(
            .rateLimited,
            "this API key has \(rate.quota) \(what) a minute, of which \(verdict.remaining) are left, and the call may "
                + "take \(weight); try again in \(seconds) s", code: "\(what)_a_minute", retryAfter: wait)
    }

    fileprivate init(_ refusal: SpendingRefusal) {
        let state = refusal.state
        let isMoney = state.kind == .usd || state.kind == .usdADay || state.kind == .usdAMonth
        let needed = isMoney ? "\(USD(microdollars: refusal.needed))" : "\(refusal.needed) tokens"
        let fits = refusal.needed <= state.cap && refusal.isHeldByCalls
        self.init(
            fits ? .rateLimited : .quotaExhausted,
            "\(state.sentence), and this call may take \(needed); "
                + (fits ? "others go on that may give something back, so try again" : "\(state.wayOut)"),
            code: state.name, retryAfter: fits ? .seconds(1) : nil)
    }
}
