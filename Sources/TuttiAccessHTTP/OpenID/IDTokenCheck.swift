import TuttiAccess
import TuttiCore

/// What a token of login has to fit beyond its signature, issuer, audience and times (OpenID Connect Core 1.0,
/// 3.1.3.7).
struct IDTokenCheck: Sendable {
    let clientID: String
    let nonce: SecretText
    /// The access token that came with it.
    let accessToken: SecretText?

    /// - Throws: ``OpenIDError`` `.badToken` that names the claim.
    func check(_ claims: TokenClaims, of token: UnverifiedToken) throws(OpenIDError) {
        guard token.type == nil || token.type == "jwt" else {
            throw OpenIDError(.badToken, "the token's `typ` is that of another token than one of login")
        }
        let party = claims.all["azp"]
        guard party == nil || party?.stringValue == clientID else {
            throw OpenIDError(.badToken, "the token was issued to another client (`azp`)")
        }
        guard claims.audience.count == 1 || party != nil else {
            throw OpenIDError(.badToken, "the token has several audiences, and no `azp` says that it was issued to us")
        }
        guard claims.issuedAt != nil else { throw OpenIDError(.badToken, "the token has no `iat`") }
        guard claims.all["nonce"]?.stringValue == nonce.revealed else {
            throw OpenIDError(.badToken, "the token belongs to another login (`nonce`)")
        }
        guard let hash = claims.all["at_hash"] else { return }
        guard let accessToken, hash.stringValue == AccessTokenHash.value(of: accessToken.revealed, by: token.algorithm)
        else {
            throw OpenIDError(.badToken, "the access token is not the one that the token of login names (`at_hash`)")
        }
    }
}
