import TuttiCore
package import TuttiStore

/// What a call outside of runs has reserved of quotas until it is known what it costs.
package struct SpendingReservation: Sendable {
    /// Of each quota, in its unit.
    let amounts: [(draw: QuotaDraw, amount: Int64)]

    /// - Parameters:
    ///   - amounts: what the call costs at the most, by what it is counted in.
    ///   - draws: the quotas that have to have room for it; those of units that are not among the amounts are left out.
    package init(_ amounts: BudgetAmounts, from draws: [QuotaDraw]) {
        self.amounts = draws.compactMap { draw in
            draw.name.unit.flatMap { amounts[$0] }.map { (draw, min(max(0, $0), BudgetUnit.amountMax)) }
        }
    }
}

/// Why a call was not begun: a quota has no room for what it may cost.
package struct SpendingRefusal: Error, Sendable {
    package var state: QuotaState
    /// What the call may cost, in the unit of the quota.
    package var needed: Int64
    /// Whether other calls go on that may give something back.
    package var isHeldByCalls: Bool
}
