import Testing
import TuttiAccess
import TuttiCore

/// Tokens of another implementation.
struct ForeignTokenTests {
    private func keys() throws -> [VerificationKey] {
        [
            try VerificationKey(pem: ForeignKeys.rsa, id: "r1"), try VerificationKey(pem: ForeignKeys.p256, id: "e1"),
            try VerificationKey(pem: ForeignKeys.ed25519, id: "d1"),
            try VerificationKey(secret: SecretText(ForeignTokens.secret), id: "h1"),
        ]
    }

    @Test(arguments: [ForeignTokens.rs256, ForeignTokens.es256, ForeignTokens.edDSA, ForeignTokens.hs256])
    func tokensOfAnotherImplementationAreBelieved(_ token: String) throws {
        let verifier = TokenVerifier(issuers: [
            TrustedIssuer(issuer: "https://other.example", audiences: ["tutti"], keys: try keys())
        ])
        let claims = try verifier.verify(token, at: TokenMaker.now)
        #expect(claims.subject == "ann")
        #expect(claims.audience == ["tutti", "x"])
        #expect(claims.session == "s-1")
        #expect(claims.id == "j-1")
        #expect(claims.issuedAt == Timestamp(milliseconds: 1_700_000_000_000))
        #expect(claims.all["role"] == "admin")
    }

    @Test func keysOfAPublishedSetDoTheSame() throws {
        let set = try JSONWebKeySet(JSONWebKeySet(try keys()).json)
        #expect(set.keys.count == 3)
        let verifier = TokenVerifier(issuers: [
            TrustedIssuer(issuer: "https://other.example", audiences: ["tutti"], keys: set.keys)
        ])
        for token in [ForeignTokens.rs256, ForeignTokens.es256, ForeignTokens.edDSA] {
            #expect(verifier.refusal(of: token) == nil)
        }
        #expect(verifier.refusal(of: ForeignTokens.hs256) == .unknownKey)
    }
}
