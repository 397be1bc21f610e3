import TuttiAccess
import TuttiCore
import TuttiEngine

/// A person, as the API tells of one.
struct UserView: Codable, Sendable {
    var id: String
    var username: String
    var email: String
    var name: String
    /// The most powerful of the roles, for who knows only one.
    var role: String
    var roles: [String]
    var active: Bool
    var createdAt: WireTime
    var lastLogin: WireTime?

    init(_ user: User) {
        id = user.id.text
        username = user.username
        email = user.email
        name = user.name
        role = user.mainRole
        roles = user.roles.sorted()
        active = user.isActive
        createdAt = user.created.wire
        lastLogin = user.lastLogin?.wire
    }
}

/// What a login gives. The tokens are left out for who has asked for cookies only.
struct LoginView: Codable, Sendable {
    var accessToken: String?
    /// The same, under the name by which some clients know it.
    var token: String?
    var tokenType: String
    var refreshToken: String?
    /// Seconds.
    var expiresIn: Int64
    var user: UserView

    init(_ login: Login, hidesTokens: Bool) {
        accessToken = hidesTokens ? nil : login.accessToken.revealed
        token = accessToken
        tokenType = "bearer"
        refreshToken = hidesTokens ? nil : login.refreshToken.revealed
        expiresIn = login.lifetime.components.seconds
        user = UserView(login.user)
    }
}

/// A session, as its person sees it.
struct SessionOfPersonView: Codable, Sendable {
    var id: String
    var userId: String
    var device: String
    var address: String
    var createdAt: WireTime
    var lastUsed: WireTime
    var expiresAt: WireTime
    /// Whether it is the one that asks.
    var current: Bool

    init(_ session: LoginSession, current: SessionID?) {
        id = session.id.text
        userId = session.user.text
        device = session.device
        address = session.address
        createdAt = session.created.wire
        lastUsed = session.lastUsed.wire
        expiresAt = session.expires.wire
        self.current = session.id == current
    }
}

/// An API key, without the key.
struct APIKeyView: Codable, Sendable {
    var id: String
    var name: String
    /// How it begins.
    var hint: String
    var userId: String
    var project: String?
    var scopes: [String]?
    /// What its calls of models are held to.
    var limits: KeyLimitsBody?
    /// How much of its budgets is used.
    var used: [QuotaView]?
    var createdAt: WireTime
    var expiresAt: WireTime?
    var lastUsed: WireTime?
    /// The key itself: told once, when it is made.
    var key: String?

    init(_ key: APIKey, text: SecretText? = nil, used: [QuotaState] = []) {
        id = key.id.text
        name = key.name
        hint = key.hint
        userId = key.user.text
        project = key.project
        scopes = key.scopes?.sorted()
        limits = key.limits.map { KeyLimitsBody($0) }
        self.used = used.isEmpty ? nil : used.map { QuotaView($0) }
        createdAt = key.created.wire
        expiresAt = key.expires?.wire
        lastUsed = key.lastUsed?.wire
        self.key = text?.revealed
    }
}

/// Who asks, and what it may.
struct MeView: Codable, Sendable {
    /// `usr_…`; left out for the user of the machine.
    var id: String?
    var username: String
    var email: String?
    var name: String
    var role: String
    var roles: [String]
    var active: Bool
    /// `machine`, `session`, `key` or `foreign`.
    var credential: String
    /// What it may, each with how far it reaches: `own` or `all`.
    var permissions: [String: String]
    var createdAt: WireTime?
}
