package import TuttiAccess
import TuttiCore

/// What a server needs to say who may do what.
package struct ServerAccess: Sendable {
    package var accounts: Accounts
    package var decider: any PolicyDecider
    /// The roles that may be given, and what they may do.
    package var rules: PolicyRules
    package var log: any AuditLog
    package var secrets: any SecretStore
    package var preferences: AgentPreferences
    package var limiter: any RateLimiter
    package var limits = RequestLimits()
    package var registration: RegistrationRules
    package var tickets: TicketBox
    /// Approvals that rules ask for.
    package var approvals = ApprovalBox(random: LockedGenerator())
    /// Other issuers by which people log in.
    package var openID: [any LoginProvider] = []
    package var network = ServerNetwork()
    /// `dev`, `stage`, `prod` or `test`: what rules with conditions look at.
    package var environment = "prod"
    /// How the server is set up, for people to see.
    package var settings: [ServerSetting] = []

    package init(
        accounts: Accounts, decider: any PolicyDecider, rules: PolicyRules, log: any AuditLog,
        secrets: any SecretStore, preferences: AgentPreferences, limiter: any RateLimiter,
        registration: RegistrationRules, tickets: TicketBox
    ) {
        self.accounts = accounts
        self.decider = decider
        self.rules = rules
        self.log = log
        self.secrets = secrets
        self.preferences = preferences
        self.limiter = limiter
        self.registration = registration
        self.tickets = tickets
    }
}

extension ServerAccess {
    /// Whether nobody has to log in: only this machine reaches the server, and nobody has an account.
    ///
    /// - Throws: `AccountError`.
    func isLocal() async throws -> Bool {
        guard network.isMachineOnly, !accounts.areKnownToExist else { return false }
        return try await !accounts.hasUsers()
    }
}

/// How a server stands on the network.
package struct ServerNetwork: Sendable {
    /// Whether only this machine reaches it, and no proxy brings others.
    package var isMachineOnly = true
    /// The proxies whose word about who comes is taken.
    package var proxies = TrustedProxies.none
    /// By which fields they say it.
    package var fields = ClientAddress.Fields.xForwarded
    /// Where people reach the server, when that is not what they ask for.
    package var publicURL: String?

    package init() {}
}
