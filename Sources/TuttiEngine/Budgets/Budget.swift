public import TuttiCore
import TuttiStore

/// The most that a run and all its children together may spend; what is `nil` has no limit.
public struct Budget: Codable, Sendable, Hashable {
    /// Money for priced steps.
    public var usd: USD?
    /// Tokens of models, those sent and those received.
    public var tokens: Int64?
    /// Starts of steps, repeated attempts among them.
    public var steps: Int64?
    /// The time that attempts at steps take; attempts side by side add up, waits do not count.
    public var activeTime: Duration?

    /// Limits; all `nil` is no limit.
    public init(usd: USD? = nil, tokens: Int64? = nil, steps: Int64? = nil, activeTime: Duration? = nil) {
        self.usd = usd
        self.tokens = tokens
        self.steps = steps
        self.activeTime = activeTime
    }

    /// A limit on money alone.
    public static func usd(_ dollars: Int64) -> Budget { Budget(usd: .dollars(dollars)) }

    var amounts: BudgetAmounts {
        var amounts: BudgetAmounts = [:]
        amounts[.usd] = usd?.microdollars
        amounts[.tokens] = tokens
        amounts[.steps] = steps
        amounts[.activeTime] = activeTime?.milliseconds
        return amounts
    }

    /// - Throws: ``RunError`` `.badBudget` for an amount that is not above zero, or beyond what is counted.
    func checked() throws(RunError) -> BudgetAmounts {
        for unit in BudgetUnit.allCases {
            guard let amount = amounts[unit], amount <= 0 || amount > BudgetUnit.amountMax else { continue }
            throw RunError(
                .badBudget,
                "the budget of \(unit.rawValue) is \(unit.text(amount)); it must be above 0 and at most "
                    + unit.text(BudgetUnit.amountMax))
        }
        return amounts
    }
}

/// How the limits of a run are raised: some by an amount, others to one.
public struct BudgetRaise: Sendable, Hashable {
    /// What is added to limits.
    public var by: Budget
    /// What limits are from now on; each at least what it is already.
    public var to: Budget

    /// A raise from its parts.
    public init(by: Budget = Budget(), to: Budget = Budget()) {
        self.by = by
        self.to = to
    }

    /// - Throws: ``RunError`` `.badBudget` for an amount that is out of bounds, or a limit that is in both.
    func checked() throws(RunError) -> (amounts: BudgetAmounts, totals: BudgetAmounts) {
        let (amounts, totals) = (try by.checked(), try to.checked())
        if let unit = BudgetUnit.allCases.first(where: { amounts[$0] != nil && totals[$0] != nil }) {
            throw RunError(.badBudget, "the budget of \(unit.rawValue) is both added to and set; do one of them")
        }
        return (amounts, totals)
    }
}

/// What a step is going to cost, told before it starts, so that a budget can be kept.
public struct Charge: Sendable, Hashable {
    /// Tokens sent and received, at the most that is wanted.
    public var tokens: Int64
    /// The fewest tokens that make sense; the step gets between the two, as the budget allows.
    public var tokensLeast: Int64
    /// What a million tokens cost at the most; `nil` when nobody knows the price.
    public var usdPerMillionTokens: USD?

    /// A charge from its parts.
    ///
    /// - Precondition: `0 < tokensLeast <= tokens`.
    public init(tokens: Int64, atLeast tokensLeast: Int64? = nil, usdPerMillionTokens: USD?) {
        let least = tokensLeast ?? tokens
        precondition(least > 0 && least <= tokens, "a charge wants at least what makes sense")
        self.tokens = tokens
        self.tokensLeast = least
        self.usdPerMillionTokens = usdPerMillionTokens
    }

    /// The price of so many tokens, rounded up.
    func microdollars(for tokens: Int64, at price: USD) -> Int64 {
        let (product, overflow) = tokens.multipliedReportingOverflow(by: price.microdollars)
        return overflow ? .max : product / 1_000_000 + (product % 1_000_000 > 0 ? 1 : 0)
    }
}

/// What a step may spend at the most: the request must be capped by it.
public struct Allowance: Sendable, Hashable {
    /// Tokens sent and received; `nil` for no limit.
    public var tokens: Int64?
    /// Money; `nil` for no limit.
    public var usd: USD?
}

extension RunError {
    static func overBudget(_ run: RunSummary, _ budget: [BudgetState]) -> RunError {
        let shortage = BudgetShortage(budget)
        return RunError(
            .overBudget,
            "the run \(run.id) has used up its budget (\(shortage.sentence)); "
                + "`tutti runs resume \(run.root) --budget \(shortage.raise)` raises it and goes on",
            run: run.id, status: run.status)
    }

    static func refusedRaise(_ refusal: HoldRefusal, _ run: RunID) -> RunError {
        let (unit, cap) = (refusal.unit, refusal.unit.text(refusal.cap))
        if refusal.cap == 0 {
            return RunError(
                .badBudget,
                "\(run) was started without a budget of \(unit.rawValue), so there is none to raise; nothing was "
                    + "changed", run: run)
        }
        return RunError(
            .badBudget,
            "the budget of \(unit.rawValue) of \(run) is \(cap), and can only be raised, to at most "
                + "\(unit.text(BudgetUnit.amountMax)); give more than that, or with + what is added", run: run)
    }

    static func budgetOfChild(_ run: RunID, of root: RunID) -> RunError {
        RunError(
            .isChild,
            "\(run) is a child and spends the budget of the run that began it all; raise that one: "
                + "`tutti runs resume \(root) --budget +AMOUNT`", run: run)
    }
}

extension StepError {
    /// - Parameter isQuota: it is a quota that counts dollars, and not the run's own budget.
    static func noPrice(_ key: String, isQuota: Bool) -> StepError {
        StepError(
            code: "no_price",
            message:
                "'\(key)' is paid by the token, \(isQuota ? "there is a quota" : "the run has a budget") in dollars, "
                + "and nobody knows the price; write one in the list that models.prices names, or give a "
                + "\(isQuota ? "quota" : "budget") in tokens", origin: key)
    }
}
