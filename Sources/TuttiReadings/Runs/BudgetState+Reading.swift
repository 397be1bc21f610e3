package import TuttiCore
package import TuttiStore

extension BudgetState {
    /// As `runs show --json` has it.
    package var json: JSONValue {
        ["unit": .string(unit.rawValue), "cap": .int(cap), "used": .int(used), "held": .int(held)]
    }
}
