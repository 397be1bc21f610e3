import CCrypto
import Testing
import TuttiCore

@testable import TuttiAccess
@testable import TuttiAccessHTTP

/// Tokens of login that are not what they should be.
struct IDTokenTests {
    private static let seconds = TestIssuer.now.milliseconds / 1000

    /// A change of the claims, and what is said of it.
    static let changes: [(change: @Sendable (inout [String: JSONValue]) -> Void, code: TokenError.Code?)] = [
        ({ $0["nonce"] = "another" }, nil), ({ $0["nonce"] = nil }, nil), ({ $0["nonce"] = 5 }, nil),
        ({ $0["aud"] = "another" }, .wrongAudience), ({ $0["aud"] = nil }, .missingClaim),
        ({ $0["aud"] = [] }, .missingClaim),
        ({ $0["aud"] = ["client", "another"] }, nil), ({ $0["azp"] = "another" }, nil), ({ $0["azp"] = 5 }, nil),
        ({ ($0["aud"], $0["azp"]) = (["client", "another"], "another") }, nil),
        ({ $0["iss"] = "https://elsewhere.example.com" }, .wrongIssuer), ({ $0["iss"] = nil }, .missingClaim),
        ({ $0["exp"] = .int(seconds - 31) }, .expired), ({ $0["exp"] = nil }, .missingClaim),
        ({ $0["exp"] = "never" }, .invalidClaim), ({ $0["iat"] = .int(seconds + 31) }, .notYetValid),
        ({ $0["iat"] = nil }, nil), ({ $0["nbf"] = .int(seconds + 31) }, .notYetValid),
        ({ $0["sub"] = nil }, .missingClaim), ({ $0["sub"] = "" }, .invalidClaim), ({ $0["sub"] = "a\u{7}" }, nil),
        ({ $0["sub"] = .string(String(repeating: "s", count: 256)) }, nil), ({ $0["at_hash"] = "x" }, nil),
        ({ $0["at_hash"] = 5 }, nil),
    ]

    @Test(arguments: changes.indices)
    func aWrongClaimIsFound(change: Int) async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { $0.claims = Self.changes[change].change }
            let error = await bench.refusal()
            #expect(error?.kind == .badToken)
            #expect(error?.token?.code == Self.changes[change].code)
        }
    }

    @Test(arguments: [TokenAlgorithm.rs256, .es256, .edDSA])
    func whatMayBeThereMayBeRight(algorithm: TokenAlgorithm) async throws {
        try await OpenIDBench.run(algorithm) { bench in
            bench.issuer.change { state in
                state.claims = { claims in
                    claims["aud"] = ["another", "client"]
                    claims["azp"] = "client"
                    claims["at_hash"] = .string(AccessTokenHash.value(of: TestIssuer.accessToken, by: algorithm))
                    claims["exp"] = .int(Self.seconds - 29)
                    claims["name"] = .string("A\u{202e}da\n" + String(repeating: "x", count: 1000))
                }
            }
            let identity = try await bench.login()
            #expect(identity.name?.hasPrefix("Ada x") == true)
            #expect(identity.name?.utf8.count ?? 0 <= OpenIDLimits.nameBytesMax)
        }
    }

    /// The example of OpenID Connect Core 1.0, appendix A.4: the access token and its `at_hash` by RS256.
    @Test func theHashOfAnAccessTokenIsThatOfTheSpecification() {
        #expect(
            AccessTokenHash.value(of: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", by: .rs256)
                == "77QmUPtjPfzWtF2AnpK9RQ")
    }

    /// What takes the place of the token: by whom it is signed, and by what it says to be.
    static let forgeries: [(name: String, make: @Sendable (TestKey, [String: JSONValue]) -> String)] = [
        ("none", { key, claims in TestKey.token(["alg": "none"], claims) { _ in [] } }),
        ("None", { key, claims in TestKey.token(["alg": "None", "kid": "k1"], claims) { _ in [] } }),
        ("no algorithm", { key, claims in TestKey.token(["kid": "k1"], claims) { _ in [] } }),
        (
            "the client's secret",
            { key, claims in
                TestKey.token(["alg": "HS256", "kid": "k1"], claims) { Self.hmac($0, Array("s3cret&+ %".utf8)) }
            }
        ),
        (
            "the client's secret without a name",
            { key, claims in TestKey.token(["alg": "HS256"], claims) { Self.hmac($0, Array("s3cret&+ %".utf8)) } }
        ),
        (
            "the public key as a secret",
            { key, claims in TestKey.token(["alg": "HS256", "kid": "k1"], claims) { Self.hmac($0, key.jwk.bytes) } }
        ),
        ("another algorithm of the key", { key, claims in key.token(claims, header: ["alg": "ES256"]) }),
        (
            "another key of the same name",
            { key, claims in ((try? TestKey(.rs256, id: "k1"))?.token(claims)) ?? "" }
        ),
        ("an unknown key", { key, claims in ((try? TestKey(.rs256, id: "k2"))?.token(claims)) ?? "" }),
        (
            "a key that it brings itself",
            { key, claims in
                guard let own = try? TestKey(.rs256, id: "k1") else { return "" }
                return own.token(claims, header: ["jwk": own.jwk])
            }
        ),
        ("a key of a place that it names", { key, claims in key.token(claims, header: ["kid": "../../dev/null"]) }),
        ("an extension", { key, claims in key.token(claims, header: ["crit": ["exp"]]) }),
        ("an access token", { key, claims in key.token(claims, header: ["typ": "at+jwt"]) }),
        ("a token of logout", { key, claims in key.token(claims, header: ["typ": "logout+jwt"]) }),
        ("a cut signature", { key, claims in String(key.token(claims).dropLast(4)) }),
        (
            "no signature",
            { key, claims in key.token(claims).split(separator: ".").prefix(2).joined(separator: ".") + "." }
        ),
        ("no token", { key, claims in "text" }), ("nothing", { key, claims in "" }),
        (
            "too long",
            { key, claims in key.token(claims.merging(["x": .string(String(repeating: "x", count: 9000))]) { $1 }) }
        ),
    ]

    @Test(arguments: forgeries.indices)
    func aForgedTokenIsFound(forgery: Int) async throws {
        try await OpenIDBench.run(.rs256) { bench in
            bench.issuer.change { $0.token = Self.forgeries[forgery].make }
            let error = await bench.refusal()
            #expect(error?.kind == .badToken, "\(Self.forgeries[forgery].name)")
        }
    }

    /// An issuer that publishes a secret among its keys has published it.
    @Test func aSecretAmongTheKeysIsNone() async throws {
        try await OpenIDBench.run(.rs256) { bench in
            let secret = [UInt8](repeating: 7, count: 32)
            bench.issuer.change { state in
                state.published.append(["kty": "oct", "kid": "h", "k": .string(StrictBase64.url.encode(secret))])
                state.token = { _, claims in
                    TestKey.token(["alg": "HS256", "kid": "h"], claims) { Self.hmac($0, secret) }
                }
            }
            #expect(await bench.refusal()?.token?.code == .unknownKey)
            bench.issuer.change { $0.token = nil }
            _ = try await bench.login()
        }
    }

    @Test func noSecretIsSaidInAnyError() async throws {
        try await OpenIDBench.run { bench in
            var errors: [OpenIDError] = []
            for change in Self.changes {
                bench.issuer.change { $0.claims = change.change }
                if let error = await bench.refusal() { errors.append(error) }
            }
            bench.issuer.change { $0.answers = [TestIssuer.token: .json(400, ["error": "planted-secret"])] }
            if let error = await bench.refusal() { errors.append(error) }
            bench.issuer.change { $0.answers = [TestIssuer.token: .text(500, "planted-secret")] }
            if let error = await bench.refusal() { errors.append(error) }
            #expect(errors.count == Self.changes.count + 2)
            for error in errors {
                let text = String(reflecting: error) + "\(error)"
                for secret in ["s3cret", "planted", "code-", TestIssuer.accessToken, "ada@", "eyJ"] {
                    #expect(!text.contains(secret), "\(text)")
                }
            }
        }
    }

    private static func hmac(_ message: [UInt8], _ secret: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        _ = unsafe HMAC(EVP_sha256(), secret, Int32(secret.count), message, message.count, &code, nil)
        return code
    }
}
