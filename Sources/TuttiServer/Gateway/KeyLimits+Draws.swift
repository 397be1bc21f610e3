import TuttiAccess
import TuttiCore
import TuttiStore

extension KeyLimits {
    /// The budgets of a key that calls of models draw on.
    func draws(of key: APIKeyID, tenant: String, at time: Timestamp) -> [QuotaDraw] {
        let (day, month) = (QuotaPeriod.day(of: time), QuotaPeriod.month(of: time))
        let budgets: [(Int64?, BudgetUnit, QuotaPeriod?)] = [
            (tokensADay, .tokens, day), (tokensAMonth, .tokens, month), (tokens, .tokens, nil),
            (usdADay?.microdollars, .usd, day), (usdAMonth?.microdollars, .usd, month), (usd?.microdollars, .usd, nil),
        ]
        return budgets.compactMap { cap, unit, period in
            cap.map {
                QuotaDraw(QuotaName(tenant: tenant, holder: .key(key.text), kind: .spent(unit, in: period)), cap: $0)
            }
        }
    }

    private static let minute = Duration.seconds(60)

    var requestRate: RateLimit? {
        requestsAMinute.map { RateLimit(name: "requests", quota: $0, window: Self.minute) }
    }

    var tokenRate: RateLimit? {
        tokensAMinute.map { RateLimit(name: "tokens", quota: $0, window: Self.minute) }
    }
}
