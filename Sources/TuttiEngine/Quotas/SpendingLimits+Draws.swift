package import TuttiCore
package import TuttiStore

extension SpendingLimits {
    /// What commands draw on that are held to these limits of somebody.
    package func draws(of holder: QuotaName.Holder, tenant: String, at time: Timestamp) -> [QuotaDraw] {
        var draws: [QuotaDraw] = []
        func add(_ tokens: Int64?, _ usd: USD?, in period: QuotaPeriod?) {
            for (cap, unit) in [(tokens, BudgetUnit.tokens), (usd?.microdollars, .usd)] {
                guard let cap else { continue }
                let name = QuotaName(tenant: tenant, holder: holder, kind: .spent(unit, in: period))
                draws.append(QuotaDraw(name, cap: min(max(0, cap), BudgetUnit.amountMax)))
            }
        }
        // Which day it is is not looked up for who has no limit of days.
        if tokensADay != nil || usdADay != nil { add(tokensADay, usdADay, in: .day(of: time)) }
        if tokensAMonth != nil || usdAMonth != nil { add(tokensAMonth, usdAMonth, in: .month(of: time)) }
        add(tokens, usd, in: nil)
        return draws
    }

    /// What they count.
    var units: Set<BudgetUnit> {
        var units: Set<BudgetUnit> = []
        if tokensADay != nil || tokensAMonth != nil || tokens != nil { units.insert(.tokens) }
        if usdADay != nil || usdAMonth != nil || usd != nil { units.insert(.usd) }
        return units
    }
}
