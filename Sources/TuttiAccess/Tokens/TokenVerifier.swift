package import TuttiCore

/// Decides whether a token is believed, by the keys of trusted issuers.
///
/// The algorithm comes from the key: a token whose header names another one finds no key (RFC 8725, section 3.1).
package struct TokenVerifier: Sendable {
    package let issuers: [TrustedIssuer]
    /// How far the clocks of an issuer and of this machine may be apart.
    package let leeway: Duration

    /// A key with the issuer that vouches for it.
    private struct Candidate {
        let key: VerificationKey
        let issuer: TrustedIssuer
    }

    /// - Parameter issuers: each name once; a token that fits keys of two is refused.
    package init(issuers: [TrustedIssuer], leeway: Duration = .seconds(30)) {
        self.issuers = issuers
        self.leeway = leeway
    }

    /// What a token says, if it is genuine, for us, and valid now.
    ///
    /// - Throws: ``TokenError`` with the first rule that it breaks.
    package func verify(_ token: String, at moment: Timestamp) throws(TokenError) -> TokenClaims {
        try verify(UnverifiedToken(token), at: moment)
    }

    /// The same for a token that was taken apart before.
    package func verify(_ token: UnverifiedToken, at moment: Timestamp) throws(TokenError) -> TokenClaims {
        let (key, issuer) = try match(token)
        guard key.verifies(token.signature, of: token.message) else { throw TokenError(.badSignature) }
        let claims = try TokenClaims(token.claims, trusted: issuer.issuer)
        try checkAudience(of: claims, by: issuer)
        try checkTimes(of: claims, at: moment)
        return claims
    }

    /// The one key that a token can be signed by.
    private func match(_ token: UnverifiedToken) throws(TokenError) -> (VerificationKey, TrustedIssuer) {
        let candidates = try trusted(token).flatMap { issuer in issuer.keys.map { Candidate(key: $0, issuer: issuer) } }
        var fitting = candidates
        if let id = token.keyID {
            fitting = candidates.filter { $0.key.id == id }
            if fitting.isEmpty { fitting = candidates.filter { $0.key.id == nil } }
            guard !fitting.isEmpty else { throw TokenError(.unknownKey) }
        }
        fitting.removeAll { $0.key.algorithm != token.algorithm }
        guard let match = fitting.first else { throw TokenError(.algorithmNotAllowed) }
        guard fitting.count == 1 else { throw TokenError(.unknownKey) }  // trying them all would be guessing
        let types = match.issuer.types
        guard types.isEmpty || token.type.map(types.contains) == true else { throw TokenError(.wrongType) }
        return (match.key, match.issuer)
    }

    /// The issuers that a token can be of: those of its name, or those without one. A token that names an issuer whom
    /// we know is never believed by the key of another.
    private func trusted(_ token: UnverifiedToken) throws(TokenError) -> [TrustedIssuer] {
        let nameless = issuers.filter { $0.issuer == nil }
        guard let name = token.claims["iss"] else {
            guard !nameless.isEmpty else { throw TokenError(.missingClaim, claim: "iss") }
            return nameless
        }
        guard let name = name.stringValue else { throw TokenError(.invalidClaim, claim: "iss") }
        let named = issuers.filter { $0.issuer == name }
        guard named.isEmpty else { return named }
        guard !nameless.isEmpty else { throw TokenError(.wrongIssuer) }
        return nameless
    }

    private func checkAudience(of claims: TokenClaims, by issuer: TrustedIssuer) throws(TokenError) {
        guard !issuer.audiences.isEmpty else { return }
        guard !claims.audience.isEmpty else { throw TokenError(.missingClaim, claim: "aud") }
        guard claims.audience.contains(where: issuer.audiences.contains) else { throw TokenError(.wrongAudience) }
    }

    /// RFC 7519, sections 4.1.4 to 4.1.6: a token ends at `exp`, and begins at `nbf`; one that was issued in the future
    /// was issued by a wrong clock.
    private func checkTimes(of claims: TokenClaims, at moment: Timestamp) throws(TokenError) {
        guard moment < claims.expires + leeway else { throw TokenError(.expired) }
        for begin in [claims.notBefore, claims.issuedAt].compactMap(\.self) {
            guard moment + leeway >= begin else { throw TokenError(.notYetValid) }
        }
    }
}
