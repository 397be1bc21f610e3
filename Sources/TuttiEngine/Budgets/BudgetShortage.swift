import TuttiCore
package import TuttiStore

/// How much of a budget is used, in words, and by how much it has to be raised so that its run goes on.
package struct BudgetShortage: Sendable {
    private let states: [BudgetState]

    package init(_ states: [BudgetState]) { self.states = states }

    /// Such as `$1.95 of $2.00, 12 of 50 steps`.
    package var sentence: String { states.map(\.sentence).joined(separator: ", ") }

    /// As `--budget` takes it, such as `+2.00` or `steps=+50`: as much again, or as much as the attempt needs that was
    /// refused last.
    package var raise: String {
        let rises = short.map { state in
            let lack = state.wanted.map { $0 - state.cap } ?? 0
            let rise = min(max(state.cap, lack), BudgetUnit.amountMax - state.cap)
            return "\(state.unit.flagName)+\(state.unit.flagText(rise))"
        }
        return rises.isEmpty ? "+AMOUNT" : rises.joined(separator: ",")
    }

    /// What stands in the way: the limits that have refused something; else the one of which the least is left.
    private var short: [BudgetState] {
        let refusing = states.filter { $0.wanted.map { [cap = $0.cap] in $0 > cap } ?? false }
        guard refusing.isEmpty else { return refusing }
        return states.max { $0.share < $1.share }.map { [$0] } ?? []
    }
}

extension BudgetState {
    /// Such as `$1.95 of $2.00`.
    package var sentence: String {
        switch unit {
        case .tokens, .steps: "\(used) of \(unit.text(cap))"
        case .usd, .activeTime: "\(unit.text(used)) of \(unit.text(cap))"
        }
    }

    fileprivate var share: Double { Double(used) / Double(max(1, cap)) }
}

extension BudgetUnit {
    /// An amount for people, such as `$2.50`, `1 step` or `90s`.
    package func text(_ amount: Int64) -> String {
        switch self {
        case .usd: USD(microdollars: amount).description
        case .tokens: amount == 1 ? "1 token" : "\(amount) tokens"
        case .steps: amount == 1 ? "1 step" : "\(amount) steps"
        case .activeTime: DurationText.write(.milliseconds(amount))
        }
    }

    /// An amount as `--budget` takes it.
    fileprivate func flagText(_ amount: Int64) -> String {
        switch self {
        case .usd: String(text(amount).drop { $0 == "$" })
        case .tokens, .steps: "\(amount)"
        case .activeTime: text(amount)
        }
    }

    /// What stands before an amount of `--budget`; dollars need no name.
    fileprivate var flagName: String {
        switch self {
        case .usd: ""
        case .tokens: "tokens="
        case .steps: "steps="
        case .activeTime: "time="
        }
    }
}
