import Testing
import TuttiCore
import TuttiHTTPClient
import TuttiTesting

@testable import TuttiAccess
@testable import TuttiAccessHTTP

/// An issuer, a client of it, and a clock, for one test.
struct OpenIDBench {
    static let redirect = "https://tutti.example.com/auth/oidc/callback/test?a=b"

    let issuer: TestIssuer
    let client: OpenIDClient
    let http: HTTPClient
    let clock: ManualClock

    var now: Timestamp { TestIssuer.now }

    static func run(
        _ algorithm: TokenAlgorithm = .es256, secret: SecretText? = SecretText("s3cret&+ %"),
        allowedDomains: [String] = [], _ body: (OpenIDBench) async throws -> Void
    ) async throws {
        let issuer = try TestIssuer(algorithm)
        issuer.change { $0.clientSecret = secret?.revealed }
        let provider = try OpenIDProvider(
            name: "test", issuer: issuer.url, clientID: "client", clientSecret: secret, allowedDomains: allowedDomains)
        let (http, clock) = (HTTPClient(), ManualClock())
        let client = OpenIDClient(provider, client: http, time: clock)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(OpenIDBench(issuer: issuer, client: client, http: http, clock: clock)))
        } catch {
            result = .failure(error)
        }
        await http.shutDown()
        issuer.stop()
        try result.get()
    }

    /// A whole login, by a browser that does what it should.
    func login() async throws(OpenIDError) -> OpenIDIdentity {
        let start = try await client.authorization(redirect: Self.redirect, at: now)
        let code = issuer.visit(start.url)
        return try await client.finish(code: code, start: start, returned: start.state.revealed, at: now)
    }

    /// Why a login fails.
    func refusal() async -> OpenIDError? {
        do throws(OpenIDError) {
            _ = try await login()
            return nil
        } catch {
            return error
        }
    }
}

/// Why something of ours is refused.
func refusal(_ body: () async throws(OpenIDError) -> some Any) async -> OpenIDError? {
    do throws(OpenIDError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
