import TuttiCore
import TuttiEngine

/// A budget as it is typed: `2.50`, or `usd=2,tokens=100000,steps=50,time=10m`.
enum BudgetLimits {
    /// - Throws: ``InputError``.
    static func read(_ limits: [String]) throws(InputError) -> Budget {
        var budget = Budget()
        var taken: Set<String> = []
        for limit in limits {
            let parts = limit.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            let (name, amount) = parts.count == 2 ? (parts[0], parts[1]) : ("usd", parts[0])
            guard taken.insert(name).inserted else { throw InputError("--budget has '\(name)' twice; give it once") }
            switch name {
            case "usd": budget.usd = try known(USD(amount), limit, "dollars such as 2 or 0.25")
            case "tokens": budget.tokens = try known(Int64(amount), limit, "a whole number of tokens")
            case "steps": budget.steps = try known(Int64(amount), limit, "a whole number of steps")
            case "time": budget.activeTime = try known(DurationText.read(amount), limit, "a time such as 10m")
            default:
                throw InputError("--budget has no limit '\(name)'; there are usd, tokens, steps and time")
            }
        }
        return budget
    }

    private static func known<Value>(_ value: Value?, _ limit: String, _ what: String) throws(InputError) -> Value {
        guard let value else { throw InputError("--budget '\(limit)' does not fit; it takes \(what)") }
        return value
    }
}
