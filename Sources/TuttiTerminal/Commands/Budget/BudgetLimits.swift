import TuttiCore
import TuttiEngine
import TuttiStore

/// A budget as it is typed: `2.50`, or `usd=2,tokens=100000,steps=50,time=10m`. Where one is raised, `+` before an
/// amount adds it to the limit; without it the amount is the new limit.
enum BudgetLimits {
    /// The budget of a run that is to be started.
    ///
    /// - Throws: ``InputError``.
    static func read(_ limits: [String]) throws(InputError) -> Budget {
        let raise = try readRaise(limits)
        guard raise.by == Budget() else {
            throw InputError(
                "--budget '\(limits.joined(separator: ","))' adds to a limit, and a new run has none; leave out the +")
        }
        return raise.to
    }

    /// How the budget of a run is raised.
    ///
    /// - Throws: ``InputError``.
    static func readRaise(_ limits: [String]) throws(InputError) -> BudgetRaise {
        var raise = BudgetRaise()
        var taken: Set<String> = []
        for limit in limits {
            let parts = limit.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            let (name, amount) = parts.count == 2 ? (parts[0], parts[1]) : ("usd", parts[0])
            guard taken.insert(name).inserted else { throw InputError("--budget has '\(name)' twice; give it once") }
            if amount.hasPrefix("+") {
                try set(name, String(amount.dropFirst()), limit, in: &raise.by)
            } else {
                try set(name, amount, limit, in: &raise.to)
            }
        }
        return raise
    }

    private static func set(
        _ name: String, _ amount: String, _ limit: String, in budget: inout Budget
    ) throws(InputError) {
        let most = BudgetUnit.amountMax
        switch name {
        case "usd":
            let usd = USD(amount).flatMap { $0.microdollars > 0 ? $0 : nil }
            budget.usd = try known(
                usd, limit, "dollars such as 2 or 0.25, above 0 and at most \(most / 1_000_000)")
        case "tokens":
            budget.tokens = try known(count(amount), limit, "a whole number of tokens from 1 to \(most)")
        case "steps": budget.steps = try known(count(amount), limit, "a whole number of steps from 1 to \(most)")
        case "time":
            let time = DurationText.read(amount).flatMap { $0 > .zero ? $0 : nil }
            budget.activeTime = try known(time, limit, "a time such as 10m, above 0 and at most 366d")
        default: throw InputError("--budget has no limit '\(name)'; there are usd, tokens, steps and time")
        }
    }

    private static func count(_ text: String) -> Int64? {
        guard text.first?.isNumber == true, let count = Int64(text), (1...BudgetUnit.amountMax).contains(count) else {
            return nil
        }
        return count
    }

    private static func known<Value>(_ value: Value?, _ limit: String, _ what: String) throws(InputError) -> Value {
        guard let value else { throw InputError("--budget '\(limit)' does not fit; it takes \(what)") }
        return value
    }
}
