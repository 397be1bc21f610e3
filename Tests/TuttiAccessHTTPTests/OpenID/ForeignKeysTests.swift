import Synchronization
import Testing
import TuttiCore
import TuttiHTTPClient
import TuttiTesting

@testable import TuttiAccess
@testable import TuttiAccessHTTP

/// Bearer tokens of other issuers.
struct ForeignKeysTests {
    private func claims(_ issuer: String) -> [String: JSONValue] {
        let now = TestIssuer.now.milliseconds / 1000
        return ["iss": .string(issuer), "aud": "api", "sub": "ada", "exp": .int(now + 60), "iat": .int(now)]
    }

    private func run(_ body: (TestIssuer, HTTPClient, ManualClock) async throws -> Void) async throws {
        let (issuer, client) = (try TestIssuer(.rs256), HTTPClient())
        let result: Result<Void, any Error>
        do { result = .success(try await body(issuer, client, ManualClock())) } catch { result = .failure(error) }
        await client.shutDown()
        issuer.stop()
        try result.get()
    }

    private func token(
        _ issuer: TestIssuer, header: [String: JSONValue] = ["typ": "at+jwt"],
        _ change: (inout [String: JSONValue]) -> Void = { _ in }
    ) throws -> UnverifiedToken {
        var claims = claims(issuer.url)
        change(&claims)
        let key = issuer.state.withLock { $0.key }
        return try UnverifiedToken(key.token(claims, header: header))
    }

    @Test(arguments: [true, false])
    func aTokenIsBelievedByTheKeysOfItsIssuer(isDescribed: Bool) async throws {
        try await run { issuer, client, clock in
            let url = isDescribed ? nil : issuer.url + TestIssuer.keys
            let keys = try ForeignKeys(
                [
                    ForeignIssuer(issuer: issuer.url, audiences: ["api", "other"], keysURL: url),
                    ForeignIssuer(issuer: "https://elsewhere.example.com", audiences: ["api"]),
                ], client: client, time: clock)
            let good = try token(issuer)
            #expect(keys.knows(good))
            for _ in 0..<3 {
                let found = try await keys.verify(good, at: TestIssuer.now)
                #expect(found.subject == "ada")
                #expect(found.trusted == issuer.url)
            }
            #expect(issuer.count(TestIssuer.keys) == 1)
            #expect(issuer.count(TestIssuer.description) == (isDescribed ? 1 : 0))
        }
    }

    @Test func aTokenThatIsNotForUsIsNotBelieved() async throws {
        try await run { issuer, client, clock in
            let keys = try ForeignKeys(
                [ForeignIssuer(issuer: issuer.url, audiences: ["api"])], client: client, time: clock)
            func code(_ token: UnverifiedToken) async -> TokenError.Code? {
                await refusal { () async throws(OpenIDError) in try await keys.verify(token, at: TestIssuer.now) }?
                    .token?
                    .code
            }
            #expect(await code(try token(issuer) { $0["aud"] = "web" }) == .wrongAudience)
            #expect(await code(try token(issuer) { $0["exp"] = 5 }) == .expired)
            #expect(await code(try token(issuer, header: [:])) == .wrongType, "a token of login")
            #expect(await code(try token(issuer, header: ["typ": "at+jwt", "kid": "k2"])) == .unknownKey)
            let other = try TestKey(.rs256, id: "k1")
            let forged = try UnverifiedToken(other.token(claims(issuer.url), header: ["typ": "at+jwt"]))
            #expect(await code(forged) == .badSignature)
            let stranger = try token(issuer) { $0["iss"] = "https://elsewhere.example.com" }
            #expect(!keys.knows(stranger))
            let error = await refusal { () async throws(OpenIDError) in
                try await keys.verify(stranger, at: TestIssuer.now)
            }
            #expect(error?.kind == .badToken)
            #expect(!keys.knows(try token(issuer) { $0["iss"] = nil }))
        }
    }

    @Test func withoutKeysNothingIsBelieved() async throws {
        try await run { issuer, client, clock in
            let keys = try ForeignKeys(
                [ForeignIssuer(issuer: issuer.url, audiences: ["api"])], client: client, time: clock)
            let good = try token(issuer)
            issuer.change { $0.description = ["issuer": "https://elsewhere.example.com"] }
            let foreign = await refusal { () async throws(OpenIDError) in
                try await keys.verify(good, at: TestIssuer.now)
            }
            #expect(foreign?.kind == .badAnswer)
            issuer.change { state in
                state.description = [:]
                state.answers = [TestIssuer.keys: .hangUp]
            }
            clock.advance(by: OpenIDLimits.failurePause)
            let down = await refusal { () async throws(OpenIDError) in try await keys.verify(good, at: TestIssuer.now) }
            #expect(down?.kind == .unreachable)
            issuer.change { $0.answers = [TestIssuer.keys: .json(200, ["keys": []])] }
            clock.advance(by: OpenIDLimits.failurePause)
            let none = await refusal { () async throws(OpenIDError) in try await keys.verify(good, at: TestIssuer.now) }
            #expect(none?.token?.code == .unknownKey)
            issuer.change { $0.answers = [:] }
            clock.advance(by: OpenIDLimits.unknownKeyPause)
            _ = try await keys.verify(good, at: TestIssuer.now)
        }
    }

    @Test func eachIssuerIsNamedOnce() async throws {
        let one = try ForeignIssuer(issuer: "https://a.example.com", audiences: ["x"])
        let many = try (0...OpenIDLimits.issuersMax).map {
            try ForeignIssuer(issuer: "https://a.example.com/\($0)", audiences: ["x"])
        }
        let client = HTTPClient()
        for issuers in [[one, one], many] {
            let error = await refusal { () async throws(OpenIDError) in try ForeignKeys(issuers, client: client) }
            #expect(error?.kind == .badSetting)
        }
    }
}
