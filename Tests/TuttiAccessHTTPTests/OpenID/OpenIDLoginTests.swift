import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiAccess
@testable import TuttiAccessHTTP

/// Logins from their beginning to their end, by browsers that do what they should and by others.
struct OpenIDLoginTests {
    @Test(arguments: [TokenAlgorithm.rs256, .es256, .edDSA])
    func aPersonComesIn(algorithm: TokenAlgorithm) async throws {
        try await OpenIDBench.run(algorithm) { bench in
            let identity = try await bench.login()
            #expect(
                identity
                    == OpenIDIdentity(
                        issuer: bench.issuer.url, subject: "248289761001", email: "ada@example.com",
                        emailVerified: true, name: "Ada Lovelace"))
            _ = try await bench.login()
            #expect(bench.issuer.count(TestIssuer.description) == 1)
            #expect(bench.issuer.count(TestIssuer.keys) == 1)
            #expect(bench.issuer.count(TestIssuer.token) == 2)
        }
    }

    @Test func theBrowserIsSentWithAllThatBelongsToThisLogin() async throws {
        try await OpenIDBench.run { bench in
            let start = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let other = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            #expect(start.url.hasPrefix(bench.issuer.url + "/authorize?tenant=1&response_type=code&"))
            let query = try #require(QueryItems(String(start.url.drop { $0 != "?" }.dropFirst())))
            #expect(query["client_id"] == "client")
            #expect(query["redirect_uri"] == OpenIDBench.redirect)
            #expect(query["scope"] == "openid email profile")
            #expect(query["code_challenge_method"] == "S256")
            #expect(query["state"] == start.state.revealed)
            #expect(query["nonce"] == start.nonce.revealed)
            let secrets = [start, other].flatMap { [$0.state, $0.nonce, $0.verifier] }
            #expect(Set(secrets).count == 6)
            #expect(secrets.allSatisfy { $0.revealed.utf8.count == 43 })
            #expect(!start.url.contains(start.verifier.revealed))
            for text in ["\(start)", String(reflecting: start)] {
                #expect(secrets.allSatisfy { !text.contains($0.revealed) })
            }
            for redirect in ["", "/callback", "javascript:alert(1)", "https://a b", "https://a#b"] {
                let error = await refusal { () async throws(OpenIDError) in
                    try await bench.client.authorization(redirect: redirect, at: bench.now)
                }
                #expect(error?.kind == .badSetting)
            }
        }
    }

    @Test func whatIsKeptComesBack() async throws {
        try await OpenIDBench.run { bench in
            let start = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let code = bench.issuer.visit(start.url)
            let kept = try #require(OpenIDStart(kept: start.kept))
            #expect(kept.kept == start.kept)
            let identity = try await bench.client.finish(
                code: code, start: kept, returned: start.state.revealed, issuer: bench.issuer.url, at: bench.now)
            #expect(identity.subject == "248289761001")
            for text in ["", "{}", "[]", start.kept.revealed.replacing("\"begun\":", with: "\"begun\":-")] {
                #expect(OpenIDStart(kept: SecretText(text)) == nil)
            }
        }
    }

    @Test(arguments: ["client_secret_basic", "client_secret_post", "both", "private_key_jwt"])
    func theSecretGoesAsTheIssuerWantsIt(method: String) async throws {
        try await OpenIDBench.run { bench in
            let methods: JSONValue =
                method == "both" ? ["client_secret_post", "client_secret_basic"] : [.string(method)]
            bench.issuer.change { $0.description = ["token_endpoint_auth_methods_supported": methods] }
            let error = await bench.refusal()
            #expect(error?.kind == (method == "private_key_jwt" ? .badAnswer : nil))
            let isPost = method == "client_secret_post"
            bench.issuer.change { state in
                for request in state.requests where request.path == TestIssuer.token {
                    #expect((request.form?["client_secret"] != nil) == isPost)
                    #expect(request.head.lowercased().contains("authorization:") == !isPost)
                }
            }
        }
    }

    @Test func aClientWithoutASecretShowsItselfByPKCE() async throws {
        try await OpenIDBench.run(secret: nil) { bench in
            _ = try await bench.login()
            bench.issuer.change { $0.clientSecret = "another" }
            #expect(await bench.refusal()?.kind == .refused)
        }
    }

    // MARK: Browsers that bring something else

    @Test func anAnswerThatNobodyAskedForGoesNowhere() async throws {
        try await OpenIDBench.run { bench in
            let start = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let other = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let foreign = OpenIDStart(
                url: "", issuer: "https://elsewhere.example.com", redirect: start.redirect, state: start.state,
                nonce: start.nonce, verifier: start.verifier, begun: start.begun)
            let state = start.state.revealed
            let code = bench.issuer.visit(start.url)
            let later = bench.now + OpenIDLimits.loginTime
            let before = bench.now + (.zero - OpenIDLimits.loginTime)
            let cases: [(OpenIDStart, String, String, String?, Timestamp, OpenIDError.Kind)] = [
                (start, code, "", nil, bench.now, .wrongState),
                (start, code, other.state.revealed, nil, bench.now, .wrongState),
                (start, code, state + "x", nil, bench.now, .wrongState),
                (other, code, state, nil, bench.now, .wrongState),
                (foreign, code, state, nil, bench.now, .wrongIssuer),
                (start, code, state, "https://elsewhere.example.com", bench.now, .wrongIssuer),
                (start, code, state, "", bench.now, .wrongIssuer),
                (start, code, state, bench.issuer.url + "/", bench.now, .wrongIssuer),
                (start, code, state, nil, later, .tooLate), (start, code, state, nil, before, .tooLate),
                (start, "", state, nil, bench.now, .refused),
                (
                    start, String(repeating: "c", count: OpenIDLimits.parameterBytesMax + 1), state, nil, bench.now,
                    .refused
                ),
            ]
            for (start, code, state, issuer, moment, kind) in cases {
                let error = await refusal { () async throws(OpenIDError) in
                    try await bench.client.finish(
                        code: code, start: start, returned: state, issuer: issuer, at: moment)
                }
                #expect(error?.kind == kind)
            }
            #expect(bench.issuer.count(TestIssuer.token) == 0)
            _ = try await bench.client.finish(code: code, start: start, returned: state, at: bench.now)
        }
    }

    @Test func anIssuerThatAlwaysNamesItselfHasToDoSo() async throws {
        try await OpenIDBench.run { bench in
            bench.issuer.change { $0.description = ["authorization_response_iss_parameter_supported": true] }
            #expect(await bench.refusal()?.kind == .wrongIssuer)
            #expect(bench.issuer.count(TestIssuer.token) == 0)
            let start = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let code = bench.issuer.visit(start.url)
            let identity = try await bench.client.finish(
                code: code, start: start, returned: start.state.revealed, issuer: bench.issuer.url, at: bench.now)
            #expect(identity.issuer == bench.issuer.url)
        }
    }

    @Test func aCodeIsTakenOnce() async throws {
        try await OpenIDBench.run { bench in
            let start = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let code = bench.issuer.visit(start.url)
            func finish() async throws(OpenIDError) -> OpenIDIdentity {
                try await bench.client.finish(code: code, start: start, returned: start.state.revealed, at: bench.now)
            }
            _ = try await finish()
            let error = await refusal(finish)
            #expect(error?.kind == .refused)
            #expect(error?.message.contains("used before") == true)
            #expect(error?.message.contains("secret words") == false)
        }
    }

    @Test func aCodeOfAnotherBrowserIsWorthNothing() async throws {
        try await OpenIDBench.run { bench in
            let victim = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let thief = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            let code = bench.issuer.visit(victim.url)
            let error = await refusal { () async throws(OpenIDError) in
                try await bench.client.finish(code: code, start: thief, returned: thief.state.revealed, at: bench.now)
            }
            #expect(error?.kind == .refused, "the verifier is that of another challenge")
        }
    }

    @Test func anErrorInPlaceOfACodeIsTold() async throws {
        try await OpenIDBench.run { bench in
            let start = try await bench.client.authorization(redirect: OpenIDBench.redirect, at: bench.now)
            func told(_ error: String, _ state: String, issuer: String? = nil) -> OpenIDError {
                bench.client.refusal(error, start: start, returned: state, issuer: issuer, at: bench.now)
            }
            let state = start.state.revealed
            #expect(told("access_denied", state).kind == .refused)
            #expect(told("temporarily_unavailable", state).isRetryable)
            #expect(!told("<script>", state).message.contains("script"))
            #expect(told("access_denied", "x").kind == .wrongState)
            #expect(told("access_denied", state, issuer: "https://x").kind == .wrongIssuer)
        }
    }

    @Test func manyAtOnceAskOnce() async throws {
        try await OpenIDBench.run { bench in
            try await withThrowingTaskGroup { group in
                for _ in 0..<30 { group.addTask { _ = try await bench.login() } }
                try await group.waitForAll()
            }
            #expect(bench.issuer.count(TestIssuer.description) == 1)
            #expect(bench.issuer.count(TestIssuer.keys) == 1)
        }
    }

    @Test func onlyAllowedDomainsComeIn() async throws {
        try await OpenIDBench.run(allowedDomains: ["Example.com"]) { bench in
            _ = try await bench.login()
            let changes: [@Sendable (inout [String: JSONValue]) -> Void] = [
                { $0["email"] = "ada@example.org" }, { $0["email"] = "ada@sub.example.com" },
                { $0["email"] = "ada@example.com@evil.org" }, { $0["email"] = nil }, { $0["email"] = 5 },
                { $0["email"] = "a\u{0}da@example.com" }, { $0["email"] = "ada@evil.org\n@example.com" },
                { $0["email_verified"] = false }, { $0["email_verified"] = nil }, { $0["email_verified"] = "yes" },
            ]
            for change in changes {
                bench.issuer.change { $0.claims = change }
                #expect(await bench.refusal()?.kind == .notAllowed)
            }
            bench.issuer.change { $0.claims = { ($0["email"], $0["email_verified"]) = ("Ada@EXAMPLE.com", "true") } }
            #expect(try await bench.login().emailVerified)
        }
    }

    @Test func googleSaysItselfWhoseSomebodyIs() throws {
        let google = try OpenIDProvider.google(
            clientID: "c", clientSecret: SecretText("s"), allowedDomains: ["example.com"])
        #expect(google.issuer == "https://accounts.google.com")
        let ada = OpenIDIdentity(
            issuer: google.issuer, subject: "1", email: "ada@example.com", emailVerified: true, name: nil)
        func isAllowed(_ hosted: String?) -> Bool {
            do throws(OpenIDError) {
                try google.check(ada, hostedDomain: hosted)
                return true
            } catch {
                return false
            }
        }
        #expect(isAllowed("example.com"))
        #expect(!isAllowed(nil), "an account of one's own under an address of the firm")
        #expect(!isAllowed("example.org"))
    }
}
