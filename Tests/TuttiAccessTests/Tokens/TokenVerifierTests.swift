import Testing
import TuttiAccess
import TuttiCore

struct TokenVerifierTests {
    @Test(arguments: [ForeignKeys.ed25519PKCS8, ForeignKeys.p256PKCS8])
    func whatWeIssueIsBelieved(_ pkcs8: String) throws {
        let maker = try TokenMaker(pkcs8)
        let token = maker.issuer.issue(
            subject: "ann", session: "ses_1", id: "j1", extra: ["roles": ["user"], "sub": "bob", "exp": 1],
            at: TokenMaker.now, lifetime: .seconds(900))
        let claims = try maker.verifier.verify(token, at: TokenMaker.now)
        #expect(claims.trusted == TokenMaker.issuerName)
        #expect(claims.issuer == TokenMaker.issuerName)
        #expect(claims.subject == "ann")
        #expect(claims.audience == ["tutti"])
        #expect(claims.session == "ses_1")
        #expect(claims.id == "j1")
        #expect(claims.issuedAt == TokenMaker.now)
        #expect(claims.notBefore == nil)
        #expect(claims.expires == TokenMaker.now + .seconds(900))
        #expect(claims.all["roles"] == ["user"])
    }

    @Test func aTokenWithoutASessionIsBelieved() throws {
        let maker = try TokenMaker()
        let token = maker.issuer.issue(
            subject: "ann", session: nil, id: "j1", at: TokenMaker.now, lifetime: .seconds(1))
        #expect(try maker.verifier.verify(token, at: TokenMaker.now).session == nil)
    }

    @Test func aNewKeySignsWhileTheOldOneIsStillBelieved() throws {
        let old = try TokenMaker(ForeignKeys.p256PKCS8, id: "old")
        let new = try TokenMaker(id: "new")
        let verifier = TokenVerifier(issuers: [new.issuer.trusted(olderKeys: [old.key.verification])])
        #expect(verifier.refusal(of: old.token()) == nil)
        #expect(verifier.refusal(of: new.token()) == nil)
        #expect(new.refusal(of: old.token()) == .unknownKey)
    }

    // MARK: Key ids

    @Test func aForeignKeyIDIsNotFound() throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(header: ["kid": "k2"])) == .unknownKey)
        #expect(maker.refusal(of: maker.token(header: ["kid": "K1"])) == .unknownKey)
        #expect(maker.refusal(of: maker.token(header: ["kid": ""])) == .unknownKey)
    }

    @Test func aMissingKeyIDIsTakenWhenOneKeyFits() throws {
        let (maker, second) = (try TokenMaker(), try TokenMaker(ForeignKeys.p256PKCS8, id: "k2"))
        let token = maker.token(header: ["kid": .null])
        #expect(maker.refusal(of: token) == nil)
        let twoKinds = TokenVerifier(issuers: [maker.issuer.trusted(olderKeys: [second.key.verification])])
        #expect(twoKinds.refusal(of: token) == nil)
        let third = try SigningKey.generate(.edDSA).verification
        let twoOfAKind = TokenVerifier(issuers: [maker.issuer.trusted(olderKeys: [third])])
        #expect(twoOfAKind.refusal(of: token) == .unknownKey)
    }

    @Test(arguments: [
        "../../../../dev/null", "/dev/null", "k1' OR '1'='1", "https://evil.example/jwks.json", "k1\u{0}", "k1; ls",
        "file:///etc/passwd", "k1\n", " k1", "${k1}", "k%31",
    ])
    func aKeyIDIsNothingButAName(_ id: String) throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(header: ["kid": .string(id)])) == .unknownKey)
    }

    @Test(arguments: [1, ["k1"], ["a": "k1"], true] as [JSONValue])
    func aKeyIDIsAText(_ id: JSONValue) throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(header: ["kid": id])) == .malformed)
    }

    // MARK: Issuers and audiences

    @Test func anotherIssuerIsNotTrusted() throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(claims: ["iss": "https://tutti.example.evil"])) == .wrongIssuer)
        #expect(maker.refusal(of: maker.token(claims: ["iss": "https://tutti.example/"])) == .wrongIssuer)
        #expect(maker.refusal(of: maker.token(claims: ["iss": .null])) == .missingClaim)
        #expect(maker.refusal(of: maker.token(claims: ["iss": 7])) == .invalidClaim)
        #expect(maker.refusal(of: maker.token(claims: ["iss": [.string(TokenMaker.issuerName)]])) == .invalidClaim)
    }

    @Test func anIssuersKeyDoesNotSpeakForAnother() throws {
        let (ours, theirs) = (try TokenMaker(), try TokenMaker(ForeignKeys.p256PKCS8, id: "theirs"))
        let foreign = TrustedIssuer(
            issuer: "https://other.example", audiences: ["tutti"], keys: [theirs.key.verification])
        let bare = TrustedIssuer(issuer: nil, audiences: [], keys: [theirs.key.verification], types: [])
        for issuers in [[ours.issuer.trusted(), foreign], [ours.issuer.trusted(), bare]] {
            let verifier = TokenVerifier(issuers: issuers)
            #expect(verifier.refusal(of: theirs.token()) == .unknownKey)
            #expect(verifier.refusal(of: ours.token()) == nil)
        }
    }

    @Test func aBareKeyBelievesATokenOfFewClaims() throws {
        let key = try VerificationKey(pem: ForeignKeys.rsa, algorithm: .rs256)
        let verifier = TokenVerifier(issuers: [TrustedIssuer(issuer: nil, audiences: [], keys: [key], types: [])])
        let claims = try verifier.verify(ForeignTokens.bare, at: TokenMaker.now)
        #expect(claims.subject == "7")
        #expect(claims.trusted == nil)
        #expect(claims.all["role"] == "developer")
        #expect(verifier.refusal(of: ForeignTokens.rs256) == nil)  // its key id has nothing to be compared with
        #expect(verifier.refusal(of: ForeignTokens.es256) == .algorithmNotAllowed)
    }

    @Test func aTokenForAnotherAudienceIsRefused() throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(claims: ["aud": "other"])) == .wrongAudience)
        #expect(maker.refusal(of: maker.token(claims: ["aud": "Tutti"])) == .wrongAudience)
        #expect(maker.refusal(of: maker.token(claims: ["aud": ["other", "another"]])) == .wrongAudience)
        #expect(maker.refusal(of: maker.token(claims: ["aud": ["other", "tutti"]])) == nil)
        #expect(maker.refusal(of: maker.token(claims: ["aud": []])) == .missingClaim)
        #expect(maker.refusal(of: maker.token(claims: ["aud": .null])) == .missingClaim)
        #expect(maker.refusal(of: maker.token(claims: ["aud": ["tutti", 1]])) == .invalidClaim)
        #expect(maker.refusal(of: maker.token(claims: ["aud": ["tutti": 1]])) == .invalidClaim)
    }

    // MARK: Types

    @Test func aTokenOfLoginIsNoAccessToken() throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(header: ["typ": "JWT"])) == .wrongType)
        #expect(maker.refusal(of: maker.token(header: ["typ": .null])) == .wrongType)
        #expect(maker.refusal(of: maker.token(header: ["typ": 1])) == .malformed)
        #expect(maker.refusal(of: maker.token(header: ["typ": "application/AT+JWT"])) == nil)
        let lax = TokenVerifier(issuers: [
            TrustedIssuer(
                issuer: TokenMaker.issuerName, audiences: [], keys: [maker.key.verification], types: ["JWT"])
        ])
        #expect(lax.refusal(of: maker.token(header: ["typ": "jwt"])) == nil)
        #expect(lax.refusal(of: maker.token()) == .wrongType)
    }

    @Test func aTokenTellsItsIssuerBeforeItIsBelieved() throws {
        let token = try UnverifiedToken(ForeignTokens.es256)
        #expect(token.issuer == "https://other.example")
        #expect(token.keyID == "e1")
        #expect(token.algorithm == .es256)
        #expect(token.type == "at+jwt")
        #expect(try TokenMaker().refusal(of: ForeignTokens.es256) == .wrongIssuer)
    }

    @Test func messagesHoldNothingOfTheToken() throws {
        for code in TokenError.Code.allCases { #expect(!code.rawValue.isEmpty) }
        let maker = try TokenMaker()
        for token in [maker.token(claims: ["sub": 4711]), maker.token(header: ["kid": "4711"])] {
            let error = #expect(throws: TokenError.self) { try maker.verifier.verify(token, at: TokenMaker.now) }
            #expect(error?.message.contains("4711") == false)
        }
    }
}
