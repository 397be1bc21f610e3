import Testing
import TuttiCore
import TuttiTesting

@testable import TuttiAccess
@testable import TuttiAccessHTTP

/// Issuers that describe themselves wrongly, say too much or too little, or nothing at all.
struct IssuerAnswerTests {
    static let descriptions: [[String: JSONValue]] = [
        ["issuer": "https://elsewhere.example.com"], ["issuer": .null], ["issuer": 5],
        ["authorization_endpoint": .null],
        ["token_endpoint": .null], ["jwks_uri": .null], ["token_endpoint": "/token"],
        ["token_endpoint": "http://elsewhere.example.com/token"], ["jwks_uri": "file:///etc/passwd"],
        ["jwks_uri": "http://127.0.0.1.example.com/"], ["authorization_endpoint": "https://u:p@example.com/"],
        ["authorization_endpoint": "javascript:alert(1)"], ["authorization_endpoint": "https://example.com/#x"],
        ["response_types_supported": ["id_token"]], ["code_challenge_methods_supported": ["plain"]],
        ["id_token_signing_alg_values_supported": ["HS256", "none"]],
    ]

    @Test(arguments: descriptions)
    func aDescriptionThatDoesNotFitIsNotUsed(change: [String: JSONValue]) async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { $0.description = change }
            #expect(await bench.refusal()?.kind == .badAnswer)
            #expect(bench.issuer.count(TestIssuer.token) == 0)
        }
    }

    @Test func aNameWithASlashMoreIsAnother() async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { $0.description = ["issuer": .string(bench.issuer.url + "/")] }
            #expect(await bench.refusal()?.message.contains("last slash") == true)
        }
    }

    @Test func whatNeedNotBeSaidMayBeLeftOut() async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { state in
                state.description = [
                    "response_types_supported": .null, "code_challenge_methods_supported": .null,
                    "id_token_signing_alg_values_supported": .null,
                ]
            }
            _ = try await bench.login()
        }
    }

    static let answers: [(TestIssuer.Answer, OpenIDError.Kind, isRetryable: Bool)] = [
        (.huge(isSaid: true), .badAnswer, false), (.huge(isSaid: false), .badAnswer, false),
        (.cut, .unreachable, true), (.hangUp, .unreachable, true), (.redirect("/elsewhere"), .badAnswer, false),
        (.redirect("https://elsewhere.example.com/"), .badAnswer, false), (.text(404, ""), .badAnswer, false),
        (.text(503, "busy"), .unreachable, true), (.text(429, ""), .unreachable, true),
        (.text(200, "<html>"), .badAnswer, false), (.text(200, "[]"), .badAnswer, false),
        (.text(200, String(repeating: "[", count: 10_000)), .badAnswer, false), (.json(200, [:]), .badAnswer, false),
    ]

    @Test(
        arguments: [TestIssuer.description, TestIssuer.keys, TestIssuer.token], answers.indices)
    func aBadAnswerEndsTheLogin(path: String, answer: Int) async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { $0.answers = [path: Self.answers[answer].0] }
            let error = await bench.refusal()
            #expect(error?.kind == Self.answers[answer].1)
            #expect(error?.isRetryable == Self.answers[answer].isRetryable)
            #expect(bench.issuer.count("/elsewhere") == 0)
            bench.issuer.change { $0.answers = [:] }
            bench.clock.advance(by: OpenIDLimits.failurePause)
            _ = try await bench.login()
        }
    }

    @Test func anAnswerWithoutTheTokenOfLoginIsNone() async throws {
        try await OpenIDBench.run { bench in
            for answer: JSONValue in [
                ["access_token": "x", "token_type": "Bearer"], ["id_token": "x"],
                ["id_token": "x", "token_type": "mac"], ["id_token": 5, "token_type": "Bearer"],
            ] {
                bench.issuer.change { $0.answers = [TestIssuer.token: .json(200, answer)] }
                #expect(await bench.refusal()?.kind == .badAnswer)
            }
            for code in ["invalid_grant", "invalid_client", "invalid_scope", "unheard_of"] {
                bench.issuer.change { $0.answers = [TestIssuer.token: .json(400, ["error": .string(code)])] }
                #expect(await bench.refusal()?.kind == .refused)
            }
        }
    }

    // MARK: Keys that come and go

    @Test func aNewKeyIsFetchedOnceItIsNamed() async throws {
        try await OpenIDBench.run { bench in
            _ = try await bench.login()
            let new = try TestKey(.edDSA, id: "k2")
            bench.issuer.change { state in
                state.key = new
                state.published = [new.jwk]
            }
            #expect(await bench.refusal()?.token?.code == .unknownKey, "it has just been asked")
            bench.clock.advance(by: OpenIDLimits.unknownKeyPause)
            _ = try await bench.login()
            #expect(bench.issuer.count(TestIssuer.keys) == 2)
            #expect(bench.issuer.count(TestIssuer.description) == 1)
        }
    }

    @Test func aNewKeyWithoutANameIsFetchedAsWell() async throws {
        try await OpenIDBench.run { bench in
            func take(_ key: TestKey) {
                guard case .object(var jwk) = key.jwk else { return }
                jwk["kid"] = nil
                bench.issuer.change { state in
                    state.key = key
                    state.published = [.object(jwk)]
                    state.token = { $0.token($1, header: ["kid": .null]) }
                }
            }
            take(try TestKey(.es256, id: "a"))
            _ = try await bench.login()
            take(try TestKey(.es256, id: "b"))
            bench.clock.advance(by: OpenIDLimits.unknownKeyPause)
            _ = try await bench.login()
            take(try TestKey(.rs256, id: "c"))
            bench.clock.advance(by: OpenIDLimits.unknownKeyPause)
            _ = try await bench.login()
            #expect(bench.issuer.count(TestIssuer.keys) == 3)
        }
    }

    @Test func madeUpNamesOfKeysDoNotBotherTheIssuer() async throws {
        try await OpenIDBench.run { bench in
            _ = try await bench.login()
            bench.issuer.change { $0.token = { $0.token($1, header: ["kid": .string("made-up")]) } }
            bench.clock.advance(by: OpenIDLimits.unknownKeyPause)
            await withTaskGroup { group in
                for _ in 0..<20 { group.addTask { #expect(await bench.refusal()?.token?.code == .unknownKey) } }
            }
            #expect(bench.issuer.count(TestIssuer.keys) == 2)
            bench.clock.advance(by: OpenIDLimits.unknownKeyPause)
            for _ in 0..<5 { #expect(await bench.refusal()?.token?.code == .unknownKey) }
            #expect(bench.issuer.count(TestIssuer.keys) == 3)
        }
    }

    @Test func keysAreUsedForATime() async throws {
        try await OpenIDBench.run { bench in
            _ = try await bench.login()
            bench.clock.advance(by: OpenIDLimits.lifetime)
            _ = try await bench.login()
            #expect(bench.issuer.count(TestIssuer.keys) == 2)
            #expect(bench.issuer.count(TestIssuer.description) == 2)
            bench.issuer.change {
                $0.answers = [TestIssuer.keys: .text(500, ""), TestIssuer.description: .text(500, "")]
            }
            bench.clock.advance(by: OpenIDLimits.lifetime)
            _ = try await bench.login()
            _ = try await bench.login()
            #expect(bench.issuer.count(TestIssuer.keys) + bench.issuer.count(TestIssuer.description) <= 6)
            bench.clock.advance(by: OpenIDLimits.lifetimeWithoutAnswer)
            #expect(await bench.refusal()?.kind == .unreachable)
            bench.issuer.change { $0.answers = [:] }
            bench.clock.advance(by: OpenIDLimits.failurePause)
            _ = try await bench.login()
        }
    }

    @Test func anIssuerThatIsDownIsAskedNowAndThen() async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { $0.answers = [TestIssuer.description: .hangUp] }
            for _ in 0..<5 { #expect(await bench.refusal()?.kind == .unreachable) }
            let asked = bench.issuer.count(TestIssuer.description)
            for _ in 0..<5 { #expect(await bench.refusal()?.kind == .unreachable) }
            #expect(bench.issuer.count(TestIssuer.description) == asked)
            bench.clock.advance(by: OpenIDLimits.failurePause)
            #expect(await bench.refusal()?.kind == .unreachable)
            #expect(bench.issuer.count(TestIssuer.description) > asked)
        }
    }
}
