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
        for (unit, amount) in amounts where amount <= 0 || amount > USD.max.microdollars {
            throw RunError(
                .badBudget,
                "the budget of \(unit.rawValue) is \(amount); it must be above 0 and at most "
                    + "\(USD.max.microdollars)")
        }
        return amounts
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
    static func overBudget(_ run: RunSummary) -> RunError {
        RunError(
            .overBudget,
            "the run \(run.id) has used up its budget; `tutti runs resume \(run.id) --budget +AMOUNT` "
                + "raises it and goes on", run: run.id, status: run.status)
    }

    static func noBudget(_ unit: BudgetUnit, _ run: RunID) -> RunError {
        RunError(
            .badBudget,
            "\(run) has no budget of \(unit.rawValue) that could be raised; only the limits that a root run "
                + "was started with can be", run: run)
    }
}

extension StepError {
    static func noPrice(_ key: String) -> StepError {
        StepError(
            code: "no_price",
            message: "'\(key)' is paid by the token, the run has a budget in dollars, and nobody knows the price; give "
                + "one with --price, or a budget in tokens", origin: key)
    }
}
