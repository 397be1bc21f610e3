package import TuttiCore

/// What is counted against a limit, as millionths of a dollar, tokens, starts of steps or milliseconds.
public enum BudgetUnit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Money, in millionths of a dollar.
    case usd
    /// Tokens of models, those sent and those received.
    case tokens
    /// Starts of steps, repeated attempts among them.
    case steps
    /// The time that attempts at steps take, in milliseconds; attempts side by side add up, waits do not count.
    case activeTime = "active_time"
}

extension BudgetUnit {
    /// The most that is counted of anything, so that no sum overflows.
    package static let amountMax = USD.max.microdollars
}

/// Amounts by what they are counted in.
package typealias BudgetAmounts = [BudgetUnit: Int64]

/// An attempt at a step, as its hold is known by.
package struct HoldKey: Sendable, Hashable {
    package var step: String
    package var generation: Int
    package var attempt: Int

    package init(step: String, generation: Int, attempt: Int) {
        self.step = step
        self.generation = generation
        self.attempt = attempt
    }
}

/// Sets an amount aside before something is done that costs: all of it or, down to the least that makes sense, what is
/// left.
package struct HoldCommand: Sendable {
    package struct Want: Sendable, Hashable {
        package var amount: Int64
        package var least: Int64

        package init(_ amount: Int64, least: Int64) {
            self.amount = amount
            self.least = least
        }

        /// The limit under which the least would have been granted.
        package func limit(over used: Int64) -> Int64 {
            let (limit, overflow) = used.addingReportingOverflow(least)
            return overflow ? .max : limit
        }
    }

    package var owner: Owner
    package var root: RunID
    package var key: HoldKey
    package var wants: [BudgetUnit: Want]
    /// Quotas of the run's account that have to have room for the same.
    package var quotas: [QuotaDraw]

    package init(
        owner: Owner, root: RunID, key: HoldKey, wants: [BudgetUnit: Want], quotas: [QuotaDraw] = []
    ) {
        self.owner = owner
        self.root = root
        self.key = key
        self.wants = wants
        self.quotas = quotas
    }
}

/// What an attempt has cost; its hold is given back for it. Amounts that nobody knows stay as they were held.
package struct Settlement: Sendable, Hashable {
    package var key: HoldKey
    package var costs: BudgetAmounts

    package init(key: HoldKey, costs: BudgetAmounts) {
        self.key = key
        self.costs = costs
    }
}

/// Why an amount was not set aside, or a limit not raised.
package struct HoldRefusal: Error, Hashable {
    package var unit: BudgetUnit
    package var cap: Int64
    package var used: Int64
    /// Whether other attempts hold amounts that they may give back. Of a quota those of runs that nobody works on do
    /// not count: they are the runs of others, and may lie so for days.
    package var hasOpenHolds: Bool
    /// The quota of the account that has no room; `nil` for the budget of the run.
    package var quota: QuotaName?

    package init(unit: BudgetUnit, cap: Int64, used: Int64, hasOpenHolds: Bool, quota: QuotaName? = nil) {
        self.unit = unit
        self.cap = cap
        self.used = used
        self.hasOpenHolds = hasOpenHolds
        self.quota = quota
    }
}

/// Raises the limits of a root run, and wakes what was parked for them. All of its limits change, or none.
package struct RaiseCommand: Sendable {
    package var run: RunID
    package var tenant: String
    /// By how much limits are raised.
    package var amounts: BudgetAmounts
    /// What limits are raised to; those that are as high already stay.
    package var totals: BudgetAmounts
    /// Makes the command one of its kind: given again it raises nothing more.
    package var id: String
    package var at: Timestamp

    package init(
        run: RunID, tenant: String, amounts: BudgetAmounts, totals: BudgetAmounts = [:], id: String, at: Timestamp
    ) {
        self.run = run
        self.tenant = tenant
        self.amounts = amounts
        self.totals = totals
        self.id = id
        self.at = at
    }

    /// By how much each limit rises, or the first that cannot: it is not there (its cap is then 0), would fall, or
    /// would be more than is counted.
    package func rises(from caps: BudgetAmounts) -> Result<BudgetAmounts, HoldRefusal> {
        var rises: BudgetAmounts = [:]
        for unit in Set(amounts.keys).union(totals.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
            let cap = caps[unit] ?? 0
            let rise = totals[unit].map { $0 - cap } ?? amounts[unit] ?? 0
            guard cap > 0, rise >= 0, rise <= BudgetUnit.amountMax - cap else {
                return .failure(HoldRefusal(unit: unit, cap: cap, used: 0, hasOpenHolds: false))
            }
            if rise > 0 { rises[unit] = rise }
        }
        return .success(rises)
    }
}

/// How much of a limit is used; holds that are open count as used.
public struct BudgetState: Sendable, Hashable {
    /// What is counted.
    public var unit: BudgetUnit
    /// The limit.
    public var cap: Int64
    /// What is spent or held.
    public var used: Int64
    /// The part of ``used`` that attempts at work have set aside, and of which they may give something back.
    public var held: Int64
    /// The limit under which the attempt that was refused last would have been let through; `nil` when none was
    /// refused since the last one that was let through.
    public var wanted: Int64?

    package init(unit: BudgetUnit, cap: Int64, used: Int64, held: Int64 = 0, wanted: Int64? = nil) {
        self.unit = unit
        self.cap = cap
        self.used = used
        self.held = held
        self.wanted = wanted
    }
}

extension [BudgetState] {
    /// The limits alone.
    package var caps: BudgetAmounts {
        BudgetAmounts(map { ($0.unit, $0.cap) }, uniquingKeysWith: { first, _ in first })
    }
}

/// What a step has cost, or a run with all that it has started.
public struct StepCost: Sendable, Hashable {
    /// Money, in millionths of a dollar.
    public var microdollars: Int64
    /// Tokens of models, those sent and those received.
    public var tokens: Int64

    /// A cost from its parts.
    public init(microdollars: Int64, tokens: Int64) {
        self.microdollars = microdollars
        self.tokens = tokens
    }

    /// Both together. What is more than can be counted stays at the most.
    public static func + (lhs: StepCost, rhs: StepCost) -> StepCost {
        StepCost(
            microdollars: Self.sum(lhs.microdollars, rhs.microdollars), tokens: Self.sum(lhs.tokens, rhs.tokens))
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension Sequence<StepCost?> {
    /// All together; `nil` when there are none.
    package var total: StepCost? {
        reduce(nil) { sum, cost in cost.map { (sum ?? .init(microdollars: 0, tokens: 0)) + $0 } ?? sum }
    }
}

/// How many runs of a queue may be at work at once, over all executors, and how many may begin in a time. Children run
/// in the place of their root.
public struct QueueLimit: Sendable, Hashable {
    /// Root runs at work at once; `nil` for no limit.
    public var concurrency: Int?
    /// Root runs that may be taken up within ``window``; `nil` for no limit.
    public var rate: Int?
    /// The time that the rate is counted in.
    public var window: Duration

    /// A limit from its parts.
    ///
    /// - Precondition: what is limited is at least 1, and the window above zero.
    public init(concurrency: Int? = nil, rate: Int? = nil, window: Duration = .seconds(1)) {
        precondition((concurrency ?? 1) > 0 && (rate ?? 1) > 0 && window > .zero, "a limit must let something through")
        self.concurrency = concurrency
        self.rate = rate
        self.window = window
    }

    /// The time between two that the rate lets through, in microseconds.
    package var interval: Int64? { rate.map { max(1, window.milliseconds * 1000 / Int64($0)) } }
}
