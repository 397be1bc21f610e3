/// Somebody whose tokens are believed, and for what.
package struct TrustedIssuer: Sendable {
    /// Its `iss`; `nil` when that is not checked, for a bare key whose tokens name no issuer.
    package let issuer: String?
    /// One of these has to be in `aud`; empty when that is not checked.
    package let audiences: [String]
    package let keys: [VerificationKey]
    /// Values of `typ`, without `application/`; empty when that is not checked.
    package let types: [String]

    /// The type of access tokens (RFC 9068, section 2.1).
    package static let accessTokenType = "at+jwt"

    /// - Parameters:
    ///   - issuer: what `iss` has to be; `nil` only for an issuer that says none.
    ///   - types: an issuer that gives tokens of login by the same keys as its access tokens should be held to
    ///     ``accessTokenType``, else one passes for the other.
    package init(
        issuer: String?, audiences: [String], keys: [VerificationKey], types: [String] = [accessTokenType]
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.keys = keys
        self.types = types.map(UnverifiedToken.plainType)
    }
}
