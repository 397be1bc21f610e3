import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore

/// Costs and budgets as people and programs read them.
enum CostText {
    /// `$0.12, 1200 tokens`; what is zero is left out.
    static func sentence(_ cost: StepCost) -> String {
        let parts = [
            cost.microdollars == 0 && cost.tokens != 0 ? "" : dollars(cost),  // the tokens say it all
            cost.tokens == 0 ? "" : CountText.text(Int(cost.tokens), "token"),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// A dash where tokens are counted and nobody knows what they cost.
    static func dollars(_ cost: StepCost) -> String {
        cost.microdollars == 0 && cost.tokens != 0 ? "–" : "\(USD(microdollars: cost.microdollars))"
    }
}

extension BudgetState {
    /// Such as `$1.95 of $2.00 used, $0.10 of that held`.
    var line: String { "\(sentence) used" + (held > 0 ? ", \(unit.text(held)) of that held" : "") }
}
