package import TuttiAccess
import TuttiCore

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
    /// Of single operations, each counted by who asks: the key, else the person, else the address.
    package var operations: [String: RateLimit] = [:]
    /// What costs more than one request of the others, by operation.
    package var weights: [String: Int] = [:]

    package init() {}

    /// Whether there is an operation of this name.
    package static func isOperation(_ name: String) -> Bool { RouteAccessTable.rules[name] != nil }

    /// The operation of a name that was mistyped.
    package static func operation(near name: String) -> String? {
        NearestName.find(name, among: RouteAccessTable.rules.keys.sorted())
    }

    /// Operations that cost a hash, or that somebody may guess at.
    static let guessed: Set<String> = [
        "register", "logIn", "resetPassword", "refreshTokens", "refreshTokensByPut", "changePassword", "beginLogin",
        "finishLogin", "beginGoogleLogin", "finishGoogleLogin",
    ]

    /// Entries of the audit log about what was refused, from one address: nobody fills it by being refused.
    static let told = RateLimit(name: "told", quota: 10, window: .seconds(60))

    /// What an operation costs of each limit.
    func weight(of operation: String?) -> Int { operation.flatMap { weights[$0] } ?? 1 }

    /// What a request counts against whoever asks: all that can be said before anybody is known.
    func limitsOfAddress(for operation: String?, address: String) -> [(RateLimit, subject: String)] {
        var limits: [(RateLimit, subject: String)] = []
        if let limit = self.address { limits.append((limit, subject: address)) }
        if let login, let operation, Self.guessed.contains(operation) { limits.append((login, subject: address)) }
        return limits
    }

    /// What a request counts against beside those of the address.
    func limitsOfAsker(
        for operation: String?, principal: Principal?, address: String
    ) -> [(RateLimit, subject: String)] {
        var limits: [(RateLimit, subject: String)] = []
        var asker = address
        switch principal?.credential {
        case .key(let id)?:
            asker = id.text
            if let key { limits.append((key, subject: id.text)) }
        case .session?, .foreign?:
            asker = principal?.id ?? address
            if let person, let id = principal?.id { limits.append((person, subject: id)) }
        case .machine?, nil: break
        }
        if let operation, let own = operations[operation] { limits.append((own, subject: asker)) }
        return limits
    }
}
