import Testing
import TuttiAccess
import TuttiCore

/// What has been tried against other readers of tokens.
struct TokenAttackTests {
    @Test(arguments: [
        "none", "None", "NONE", "nOnE", "", " none", "none ", "HS384", "HS256 ", "eddsa", "ed25519", "RS512", "PS256",
    ])
    func aTokenWithoutASignatureIsNone(_ name: String) throws {
        let maker = try TokenMaker()
        let signed = maker.token(header: ["alg": .string(name)])
        #expect(maker.refusal(of: signed) == .algorithmNotAllowed)
        let parts = signed.split(separator: ".")
        #expect(maker.refusal(of: parts[0] + "." + parts[1] + ".") == .algorithmNotAllowed)
    }

    @Test(arguments: [.null, 0, ["EdDSA"], ["EdDSA": true], false] as [JSONValue])
    func anAlgorithmIsAName(_ name: JSONValue) throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(header: ["alg": name])) == .algorithmNotAllowed)
        #expect(
            maker.refusal(of: maker.written(headerText: #"{"alg":null,"kid":"k1","typ":"at+jwt"}"#))
                == .algorithmNotAllowed)
    }

    @Test func aSignatureIsNeverLeftOut() throws {
        let maker = try TokenMaker()
        let parts = maker.token().split(separator: ".")
        #expect(maker.refusal(of: parts[0] + "." + parts[1] + ".") == .badSignature)
        #expect(maker.refusal(of: parts[0] + "." + parts[1]) == .malformed)
    }

    /// The attacker signs by HMAC with the public key, which everybody knows, as the secret.
    @Test func aPublicKeyIsNoSecret() throws {
        let maker = try TokenMaker()
        for (pem, id) in [(ForeignKeys.rsa, "r1"), (ForeignKeys.p256, "e1"), (ForeignKeys.ed25519, "d1")] {
            let verifier = TokenVerifier(issuers: [
                TrustedIssuer(
                    issuer: TokenMaker.issuerName, audiences: ["tutti"], keys: [try VerificationKey(pem: pem, id: id)])
            ])
            for kid in [.string(id), .null] as [JSONValue] {
                var header: [String: JSONValue] = ["alg": "HS256", "typ": "at+jwt"]
                header["kid"] = kid == .null ? nil : kid
                let message = [header, maker.claims].map { StrictBase64.url.encode(jsonText($0).utf8) }
                    .joined(separator: ".")
                let code = authenticationCode(of: message, secret: pem)
                let token = message + "." + StrictBase64.url.encode(code)
                #expect(verifier.refusal(of: token) == .algorithmNotAllowed)
            }
        }
    }

    @Test func aKeyIsForItsOwnAlgorithmOnly() throws {
        let maker = try TokenMaker()
        for name in ["ES256", "RS256", "HS256"] {
            #expect(maker.refusal(of: maker.token(header: ["alg": .string(name)])) == .algorithmNotAllowed)
        }
    }

    @Test func aKeyThatTheTokenBringsIsNotLookedAt() throws {
        let (maker, attacker) = (try TokenMaker(), try TokenMaker(ForeignKeys.p256PKCS8, id: "k1"))
        let brought = attacker.key.verification.jwk ?? .null
        for header in [
            ["jwk": brought], ["jku": "https://evil.example/jwks.json"], ["x5u": "https://evil.example/cert.pem"],
            ["x5c": ["MIIB"]],
        ] as [[String: JSONValue]] {
            #expect(maker.refusal(of: attacker.token(header: header)) == .algorithmNotAllowed)
            #expect(maker.refusal(of: attacker.token(header: header.merging(["alg": "EdDSA"]) { $1 })) == .badSignature)
            // Our own key decides, whatever stands there.
            #expect(maker.refusal(of: maker.token(header: header)) == nil)
        }
    }

    @Test(arguments: [["b64"], ["exp"], [], "b64", .null, 1] as [JSONValue])
    func aTokenThatDemandsAnExtensionIsRefused(_ critical: JSONValue) throws {
        let maker = try TokenMaker()
        let text = jsonText(maker.header.merging(["crit": critical, "b64": false]) { $1 })
        #expect(maker.refusal(of: maker.written(headerText: text)) == .criticalHeader)
    }

    @Test func aSignatureOfSomebodyElseDoesNotFit() throws {
        let maker = try TokenMaker()
        let attacker = try TokenMaker(StrictBase64.padded.encode(SigningKey.generate(.edDSA).pkcs8()))
        #expect(maker.refusal(of: attacker.token()) == .badSignature)
    }

    @Test(arguments: [ForeignKeys.ed25519PKCS8, ForeignKeys.p256PKCS8])
    func aTokenThatDiffersInOneCharacterIsRefused(_ pkcs8: String) throws {
        let maker = try TokenMaker(pkcs8)
        let token = Array(maker.token().utf8)
        #expect(maker.refusal(of: String(decoding: token, as: UTF8.self)) == nil)
        for index in token.indices {
            for replacement in [
                UInt8(ascii: "A"), UInt8(ascii: "_"), UInt8(ascii: "."), token[index] ^ 1, token[index] ^ 0x20,
            ]
            where replacement != token[index] {
                var changed = token
                changed[index] = replacement
                #expect(maker.refusal(of: String(decoding: changed, as: UTF8.self)) != nil, "at \(index)")
            }
            var shorter = token
            shorter.remove(at: index)
            #expect(maker.refusal(of: String(decoding: shorter, as: UTF8.self)) != nil, "without \(index)")
        }
    }

    @Test(arguments: ["=", "==", "A", ".", ".e30", "\n", " ", "\u{0}"])
    func nothingMayBeAddedToAToken(_ ending: String) throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token() + ending) != nil)
        #expect(maker.refusal(of: ending + maker.token()) != nil)
    }

    // MARK: Signatures of P-256

    /// A token of P-256 with another signature in its place.
    private func token(_ change: ([UInt8]) -> [UInt8]) throws -> (TokenMaker, String) {
        let maker = try TokenMaker(ForeignKeys.p256PKCS8)
        let parts = maker.token().split(separator: ".")
        let signature = try #require(StrictBase64.url.decode(parts[2]))
        return (maker, parts[0] + "." + parts[1] + "." + StrictBase64.url.encode(change(signature)))
    }

    @Test func aSignatureHasBothOfItsNumbers() throws {
        let zeros = [UInt8](repeating: 0, count: 32)
        let order = StrictBase64.url.decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE") ?? []
        #expect(order.count == 32)
        let changes: [@Sendable ([UInt8]) -> [UInt8]] = [
            { _ in zeros + zeros }, { zeros + $0.suffix(32) }, { $0.prefix(32) + zeros },
            { _ in order + order }, { $0.prefix(32) + order }, { order + $0.suffix(32) },
            { Array($0.prefix(63)) }, { Array($0.prefix(32)) }, { $0 + [0] }, { [0] + $0 }, { _ in [] },
            { Array($0.suffix(63)) }, { $0.suffix(32) + $0.prefix(32) },
        ]
        for (index, change) in changes.enumerated() {
            let (maker, token) = try token(change)
            #expect(maker.refusal(of: token) == .badSignature, "change \(index)")
        }
        let (maker, same) = try token { $0 }
        #expect(maker.refusal(of: same) == nil)
    }

    @Test func theLibrarysFormOfASignatureIsNotTaken() throws {
        let (maker, token) = try token { signature in
            func number(_ digits: ArraySlice<UInt8>) -> [UInt8] { [0x02, 33, 0] + digits }
            return [0x30, 70] + number(signature.prefix(32)) + number(signature.suffix(32))
        }
        #expect(maker.refusal(of: token) == .badSignature)
    }

    @Test func aSecretsCodeHasAllOfItsBytes() throws {
        let key = try VerificationKey(secret: SecretText(ForeignTokens.secret), id: "h1")
        let verifier = TokenVerifier(issuers: [
            TrustedIssuer(issuer: "https://other.example", audiences: [], keys: [key])
        ])
        #expect(verifier.refusal(of: ForeignTokens.hs256) == nil)
        let parts = ForeignTokens.hs256.split(separator: ".")
        let code = try #require(StrictBase64.url.decode(parts[2]))
        for count in 0..<32 {
            let token = parts[0] + "." + parts[1] + "." + StrictBase64.url.encode(code.prefix(count))
            #expect(verifier.refusal(of: token) == .badSignature)
        }
    }
}
