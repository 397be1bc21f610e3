package import TuttiAccess
import TuttiCore

/// What a server needs to say who may do what.
package struct ServerAccess: Sendable {
    package var accounts: Accounts
    package var decider: any PolicyDecider
    /// The same without anybody who is told of decisions: asked for what may be offered, which is nobody's refusal.
    package var looking: (any PolicyDecider)?
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
    /// The providers whose keys can be kept; any, while nobody says which there are.
    package var providers: [String] = []
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
    /// - Throws: a ``Problem`` 422 for a provider that there is not: its key would never be used.
    func check(provider: String?) throws(Problem) {
        guard let provider, !providers.isEmpty, !providers.contains(provider) else { return }
        let wayOut = NearestName.find(provider, among: providers).map { "did you mean '\($0)'?" }
        throw Problem.badField(
            "/provider", "enum",
            "there is no provider '\(CleanText.line(provider, bytesMax: 60))'; "
                + (wayOut ?? "there are \(providers.joined(separator: ", "))"))
    }

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
