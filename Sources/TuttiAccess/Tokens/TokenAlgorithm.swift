/// How a token is signed, by its name in RFC 7518, section 3.1 and RFC 8037, section 3.1.
///
/// There is no `none`: a token without a signature is not a token.
package enum TokenAlgorithm: String, Sendable, CaseIterable {
    /// HMAC with SHA-256, by a secret that both sides know.
    case hs256 = "HS256"
    /// RSA (PKCS #1 v1.5) with SHA-256.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
}
