/// Who asks for something, and with what.
package struct Principal: Sendable, Hashable {
    /// How it has shown who it is.
    package enum Credential: Sendable, Hashable {
        /// By being on the machine of a server that has no accounts yet.
        case machine
        /// By a token of a session of its own.
        case session(SessionID)
        /// By an API key.
        case key(APIKeyID)
        /// By a token of another issuer.
        case foreign(issuer: String)
    }

    /// The organisation that all it may see belongs to.
    package var tenant: String
    /// What its work is kept under: the name of an account, or `issuer|subject` of a foreign one; `nil` for who owns
    /// what nobody with an account owns: the machine's user.
    package var id: String?
    /// What people call it.
    package var name: String
    package var roles: Set<String>
    package var credential: Credential
    /// Permissions that it is held to beside those of its roles, with wildcards; `nil` for no further bound.
    package var scopes: Set<String>?
    /// The one project that its key is for.
    package var project: String?
    /// What calls of models with its key are held to.
    package var limits: KeyLimits?

    package init(
        tenant: String, id: String?, name: String, roles: Set<String>, credential: Credential,
        scopes: Set<String>? = nil, project: String? = nil, limits: KeyLimits? = nil
    ) {
        self.tenant = tenant
        self.id = id
        self.name = name
        self.roles = roles
        self.credential = credential
        self.scopes = scopes
        self.project = project
        self.limits = limits
    }
}
