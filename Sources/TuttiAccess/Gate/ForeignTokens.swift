package import TuttiCore

/// Believes tokens of other issuers.
package protocol ForeignTokens: Sendable {
    /// Who a token is of, and until when it is good.
    ///
    /// - Throws: ``CredentialRefusal``.
    func principal(
        of token: UnverifiedToken, at time: Timestamp
    ) async throws(CredentialRefusal) -> (principal: Principal, expires: Timestamp)
}

/// What becomes of a claim of another issuer's token: the roles that it may give here.
package struct ForeignRoles: Sendable, Hashable {
    /// The claim that names them, one or several.
    package var claim: String
    /// Roles that it may give; others are passed over.
    package var allowed: Set<String>
    /// Roles of everybody whose token is good.
    package var usual: Set<String>

    package init(claim: String = "role", allowed: Set<String>, usual: Set<String> = []) {
        self.claim = claim
        self.allowed = allowed
        self.usual = usual
    }

    /// The roles of a token.
    package func roles(of claims: TokenClaims) -> Set<String> {
        let named: [String] =
            switch claims.all[claim] {
            case .string(let text)?: text.split(separator: " ").map(String.init)
            case .array(let values)?: values.compactMap(\.stringValue)
            default: []
            }
        return usual.union(named.map { $0.lowercased() }).intersection(allowed.union(usual))
    }
}

/// Tokens of issuers whose keys are known from the start.
package struct KnownForeignTokens: ForeignTokens {
    /// One of them.
    package struct Issuer: Sendable {
        package var trusted: TrustedIssuer
        package var roles: ForeignRoles

        package init(trusted: TrustedIssuer, roles: ForeignRoles) {
            self.trusted = trusted
            self.roles = roles
        }
    }

    let issuers: [Issuer]
    let tenant: String
    private let verifier: TokenVerifier

    package init(_ issuers: [Issuer], tenant: String) {
        self.issuers = issuers
        self.tenant = tenant
        verifier = TokenVerifier(issuers: issuers.map(\.trusted))
    }

    package func principal(
        of token: UnverifiedToken, at time: Timestamp
    ) async throws(CredentialRefusal) -> (principal: Principal, expires: Timestamp) {
        let claims: TokenClaims
        do throws(TokenError) {
            claims = try verifier.verify(token, at: time)
        } catch {
            throw CredentialRefusal(error)
        }
        let roles = issuers.first { $0.trusted.issuer == claims.trusted }?.roles
        return (Principal(claims, roles: roles, tenant: tenant), claims.expires)
    }
}

extension Principal {
    /// Somebody whom another issuer vouches for.
    package init(_ claims: TokenClaims, roles: ForeignRoles?, tenant: String) {
        let issuer = claims.trusted ?? "jwt"
        let name = ["preferred_username", "email", "name"].lazy.compactMap { claims.all[$0]?.stringValue }.first
        self.init(
            tenant: tenant, id: "\(issuer)|\(claims.subject)",
            name: CleanText.line(name ?? claims.subject, bytesMax: 100), roles: roles?.roles(of: claims) ?? [],
            credential: .foreign(issuer: issuer))
    }
}
