import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiStore

extension KeyLimits {
    /// The budgets of a key that calls of models draw on.
    func draws(of key: APIKeyID, tenant: String, at time: Timestamp) -> [QuotaDraw] {
        spending.draws(of: .key(key.text), tenant: tenant, at: time)
    }

    private static let minute = Duration.seconds(60)

    var requestRate: RateLimit? {
        requestsAMinute.map { RateLimit(name: "requests", quota: $0, window: Self.minute) }
    }

    var tokenRate: RateLimit? {
        tokensAMinute.map { RateLimit(name: "tokens", quota: $0, window: Self.minute) }
    }
}
