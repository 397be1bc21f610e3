package import TuttiCore

/// Writes our own access tokens (RFC 9068).
package struct TokenIssuer: Sendable {
    package let key: SigningKey
    /// `iss` of each token.
    package let issuer: String
    /// `aud` of each token.
    package let audience: String

    /// The first part of each token.
    private let header: String

    package init(key: SigningKey, issuer: String, audience: String) {
        self.key = key
        self.issuer = issuer
        self.audience = audience
        let header: JSONValue = [
            "alg": .string(key.algorithm.rawValue), "kid": .string(key.id),
            "typ": .string(TrustedIssuer.accessTokenType),
        ]
        self.header = StrictBase64.url.encode(header.bytes)
    }

    /// A token.
    ///
    /// - Parameters:
    ///   - session: `sid`; `nil` for a token that ends by its time only.
    ///   - id: `jti`.
    ///   - extra: further claims; one that has a name of ours is left out.
    ///   - lifetime: from `moment` on; fractions of seconds are cut off.
    package func issue(
        subject: String, session: String?, id: String, extra: [String: JSONValue] = [:], at moment: Timestamp,
        lifetime: Duration
    ) -> String {
        var claims: [String: JSONValue] = [
            "iss": .string(issuer), "aud": .string(audience), "sub": .string(subject), "jti": .string(id),
            "iat": .int(moment.milliseconds / 1000), "exp": .int((moment + lifetime).milliseconds / 1000),
        ]
        claims["sid"] = session.map { .string($0) }
        let reserved: Set<String> = ["iss", "aud", "sub", "jti", "iat", "exp", "nbf", "sid"]
        claims.merge(extra.filter { !reserved.contains($0.key) }) { ours, _ in ours }
        let message = header + "." + StrictBase64.url.encode(JSONValue.object(claims).bytes)
        return message + "." + StrictBase64.url.encode(key.sign(Array(message.utf8)))
    }

    /// Whom a verifier trusts to believe these tokens; older keys of ours go beside it.
    ///
    /// - Parameter olderKeys: those that have signed tokens which have not expired yet.
    package func trusted(olderKeys: [VerificationKey] = []) -> TrustedIssuer {
        TrustedIssuer(issuer: issuer, audiences: [audience], keys: [key.verification] + olderKeys)
    }
}
