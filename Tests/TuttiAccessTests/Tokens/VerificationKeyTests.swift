import Testing
import TuttiAccess
import TuttiCore

struct VerificationKeyTests {
    private func refusal(pem: String, _ algorithm: TokenAlgorithm? = nil, id: String? = nil) -> TokenKeyError.Code? {
        do throws(TokenKeyError) {
            _ = try VerificationKey(pem: pem, algorithm: algorithm, id: id)
            return nil
        } catch {
            return error.code
        }
    }

    private func refusal(jwk: JSONValue) -> TokenKeyError.Code? {
        do throws(TokenKeyError) {
            _ = try VerificationKey(jwk: jwk)
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: PEM

    @Test(arguments: [
        (ForeignKeys.rsa, TokenAlgorithm.rs256), (ForeignKeys.rsaOldForm, .rs256), (ForeignKeys.p256, .es256),
        (ForeignKeys.ed25519, .edDSA),
    ])
    func theAlgorithmIsTheKeys(_ pem: String, _ algorithm: TokenAlgorithm) throws {
        #expect(try VerificationKey(pem: pem).algorithm == algorithm)
        #expect(try VerificationKey(pem: pem, algorithm: algorithm, id: "x").id == "x")
        for other in TokenAlgorithm.allCases where other != algorithm {
            #expect(refusal(pem: pem, other) == .mismatch)
        }
    }

    @Test(arguments: [ForeignKeys.rsa, ForeignKeys.p256, ForeignKeys.ed25519])
    func lineBreaksMayBeWhatAnEnvironmentLeavesOfThem(_ pem: String) throws {
        let jwk = try VerificationKey(pem: pem).jwk
        let lines = pem.split(separator: "\n")
        for separator in ["\\n", "\r\n", "\\r\\n", "\n\n", "  \n\t"] {
            let text = "\n" + lines.joined(separator: separator) + separator
            #expect(try VerificationKey(pem: text).jwk == jwk)
        }
    }

    @Test func whatIsNoPublicKeySaysWhatIsExpected() throws {
        #expect(refusal(pem: ForeignKeys.p256Private) == .privateKey)
        for label in ["RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
            #expect(
                refusal(pem: "-----BEGIN \(label)-----\nProc-Type: 4\n\nAAAA\n-----END \(label)-----") == .privateKey)
        }
        #expect(refusal(pem: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n") == .certificate)
        #expect(refusal(pem: "-----BEGIN DH PARAMETERS-----\nMIIB\n-----END DH PARAMETERS-----\n") == .unsupported)
        let error = #expect(throws: TokenKeyError.self) { try VerificationKey(pem: ForeignKeys.p256Private) }
        #expect(error?.message.contains("BEGIN PUBLIC KEY") == true)
    }

    @Test func otherCurvesAndShortKeysAreRefused() {
        #expect(refusal(pem: ForeignKeys.p384) == .unsupported)
        #expect(refusal(pem: ForeignKeys.rsa1024) == .weak)
    }

    @Test(arguments: [
        "", "x", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----", "-----BEGIN -----\nAAAA\n-----END -----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "/etc/keys/public.pem",
        ForeignKeys.p256 + "\n" + ForeignKeys.ed25519,
    ])
    func whatIsNoPEMIsRefused(_ pem: String) { #expect(refusal(pem: pem) == .malformed) }

    @Test func aPEMOfOtherBytesIsRefused() {
        #expect(refusal(pem: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----") == .unsupported)
        let swapped = ForeignKeys.rsa.split(separator: "PUBLIC").joined(separator: "RSA PUBLIC")
        #expect(refusal(pem: swapped) == .unsupported)
        #expect(refusal(pem: String(repeating: "\n", count: VerificationKey.pemBytesMax + 1)) == .malformed)
    }

    @Test func aNameHasABound() {
        #expect(refusal(pem: ForeignKeys.ed25519, id: String(repeating: "k", count: 256)) == nil)
        #expect(refusal(pem: ForeignKeys.ed25519, id: String(repeating: "k", count: 257)) == .malformed)
        #expect(refusal(pem: ForeignKeys.ed25519, id: "") == .malformed)
    }

    // MARK: Secrets

    @Test func aSecretHasAsManyBytesAsTheDigest() throws {
        let error = #expect(throws: TokenKeyError.self) {
            try VerificationKey(secret: SecretText(String(repeating: "s", count: 31)), id: nil)
        }
        #expect(error?.code == .weak)
        #expect(error?.message.contains("32") == true)
        for (count, isTaken) in [(32, true), (4096, true), (4097, false)] {
            let secret = SecretText(String(repeating: "s", count: count))
            #expect(((try? VerificationKey(secret: secret)) != nil) == isTaken)
        }
        let key = try VerificationKey(secret: SecretText(String(repeating: "s", count: 32)), id: "h")
        #expect(key.jwk == nil)
        #expect(!"\(key)".contains("ssss"))
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("115"))  // the byte of an s
    }

    // MARK: JSON

    @Test func keysAreWrittenAsTheyAreRead() throws {
        for pem in [ForeignKeys.rsa, ForeignKeys.p256, ForeignKeys.ed25519] {
            let jwk = try #require(try VerificationKey(pem: pem, id: "a").jwk)
            let again = try VerificationKey(jwk: jwk)
            #expect(again.jwk == jwk)
            #expect(again.id == "a")
            #expect(jwk["use"] == "sig")
        }
        #expect(try VerificationKey(pem: ForeignKeys.rsa).jwk?["n"] == .string(ForeignKeys.rsaModulus))
        #expect(try VerificationKey(pem: ForeignKeys.rsa).jwk?["kid"] == nil)
    }

    private static let ed25519: [String: JSONValue] = [
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ]
    private static let p256: [String: JSONValue] = [
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]

    @Test(
        arguments: [
            (["use": "enc"], TokenKeyError.Code.unsupported), (["use": 1], .unsupported),
            (["alg": "ES256"], .unsupported),
            (["key_ops": ["sign"]], .unsupported), (["key_ops": "verify"], .unsupported),
            (["kty": "oct"], .unsupported),
            (["kty": "EC"], .unsupported), (["crv": "X25519"], .unsupported), (["crv": "Ed448"], .unsupported),
            (["d": "AAAA"], .privateKey), (["k": "AAAA"], .privateKey), (["kid": 1], .malformed),
            (["kid": ""], .malformed),
            (["x": "AAAA"], .malformed), (["x": 1], .malformed),
            (["x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="], .malformed),
        ] as [([String: JSONValue], TokenKeyError.Code)])
    func aKeyThatDoesNotFitIsRefused(_ change: [String: JSONValue], _ code: TokenKeyError.Code) {
        #expect(refusal(jwk: .object(Self.ed25519)) == nil)
        #expect(refusal(jwk: .object(Self.ed25519.merging(change) { $1 })) == code)
    }

    @Test func aPointIsOnItsCurve() {
        #expect(refusal(jwk: .object(Self.p256)) == nil)
        let swapped: [String: JSONValue] = ["x": Self.p256["y"] ?? 0, "y": Self.p256["x"] ?? 0]
        #expect(refusal(jwk: .object(Self.p256.merging(swapped) { $1 })) == .malformed)
        let zero = JSONValue.string(String(repeating: "A", count: 43))
        #expect(refusal(jwk: .object(Self.p256.merging(["x": zero, "y": zero]) { $1 })) == .malformed)
        #expect(refusal(jwk: .object(Self.p256.merging(["crv": "P-384"]) { $1 })) == .unsupported)
    }

    @Test func anRSAKeyHasABoundAndARealExponent() {
        func key(_ modulus: String, _ exponent: String) -> JSONValue {
            ["kty": "RSA", "n": .string(modulus), "e": .string(exponent)]
        }
        #expect(refusal(jwk: key(ForeignKeys.rsaModulus, "AQAB")) == nil)
        #expect(refusal(jwk: key(ForeignKeys.rsaModulus, "AQ")) == .weak)  // 1
        #expect(refusal(jwk: key(ForeignKeys.rsaModulus, "Ag")) == .weak)  // 2
        #expect(refusal(jwk: key(ForeignKeys.rsaModulus, "AA")) == .weak)  // 0
        #expect(refusal(jwk: key(ForeignKeys.rsaModulus, "AQABAQABAQABAQAB")) == .malformed)
        #expect(refusal(jwk: key(String(ForeignKeys.rsaModulus.prefix(120)), "AQAB")) == .weak)
        #expect(refusal(jwk: key(StrictBase64.url.encode([UInt8](repeating: 0xFF, count: 1025)), "AQAB")) == .malformed)
        #expect(refusal(jwk: ["kty": "RSA"]) == .malformed)
        #expect(refusal(jwk: "x") == .malformed)
    }
}
