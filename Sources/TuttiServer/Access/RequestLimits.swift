package import TuttiAccess

/// How many requests are taken from whom. Each is a sliding window.
package struct RequestLimits: Sendable {
    /// From one address, whoever asks.
    package var address: RateLimit? = RateLimit(name: "address", quota: 1_200, window: .seconds(60))
    /// From one person, over all devices.
    package var person: RateLimit? = RateLimit(name: "person", quota: 1_200, window: .seconds(60))
    /// With one API key.
    package var key: RateLimit? = RateLimit(name: "key", quota: 1_200, window: .seconds(60))
    /// Logins and the like, from one address: each costs a hash.
    package var login: RateLimit? = RateLimit(name: "login", quota: 30, window: .seconds(60))
    /// What costs more than one request of the others.
    package var weights: [String: Int] = [:]

    package init() {}

    /// Operations that cost a hash, or that somebody may guess at.
    static let guessed: Set<String> = [
        "register", "logIn", "resetPassword", "refreshTokens", "refreshTokensByPut", "changePassword", "beginLogin",
        "finishLogin", "beginGoogleLogin", "finishGoogleLogin",
    ]

    /// Entries of the audit log about what was refused, from one address: nobody fills it by being refused.
    static let told = RateLimit(name: "told", quota: 10, window: .seconds(60))

    /// What an operation costs of each limit.
    func weight(of operation: String?) -> Int { operation.flatMap { weights[$0] } ?? 1 }

    /// The limits that a request counts against.
    func limits(
        for operation: String?, principal: Principal?, address: String
    ) -> [(RateLimit, subject: String)] {
        var limits: [(RateLimit, subject: String)] = []
        if let limit = self.address { limits.append((limit, subject: address)) }
        if let login, let operation, Self.guessed.contains(operation) { limits.append((login, subject: address)) }
        switch principal?.credential {
        case .key(let id)?: if let key { limits.append((key, subject: id.text)) }
        case .session?, .foreign?:
            if let person, let id = principal?.id { limits.append((person, subject: id)) }
        case .machine?, nil: break
        }
        return limits
    }
}
