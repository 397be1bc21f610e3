package import TuttiCore

/// An API key as it is kept: everything but the key.
package struct APIKey: Sendable, Hashable {
    package var id: APIKeyID
    package var tenant: String
    /// What its owner calls it.
    package var name: String
    /// Its beginning, to tell it from others.
    package var hint: String
    /// SHA-256 of the key.
    package var hash: String
    /// Whose permissions it has, and who may revoke it.
    package var user: UserID
    /// The one project that it is for.
    package var project: String?
    /// What it may do of what its owner may, with wildcards; `nil` for all.
    package var scopes: Set<String>?
    /// What its calls of models are held to.
    package var limits: KeyLimits?
    package var created: Timestamp
    package var expires: Timestamp?
    package var lastUsed: Timestamp?

    package init(
        id: APIKeyID, tenant: String, name: String, hint: String, hash: String, user: UserID, project: String?,
        scopes: Set<String>?, limits: KeyLimits? = nil, created: Timestamp, expires: Timestamp?,
        lastUsed: Timestamp? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.hint = hint
        self.hash = hash
        self.user = user
        self.project = project
        self.scopes = scopes
        self.limits = limits
        self.created = created
        self.expires = expires
        self.lastUsed = lastUsed
    }

    /// How many days a key may be good that is to expire.
    package static let lifetimeDays = 1...3650
    package static let nameLengths = 1...100
    /// Keys that one person may have.
    package static let perPersonMax = 100
}
