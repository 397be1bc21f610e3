import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

@Suite("Browsers and their cookies", .timeLimit(.minutes(1)))
struct BrowserTests {
    /// What a browser keeps of an answer.
    private struct Jar: Sendable {
        var cookies: [String: String] = [:]
        /// Each as it was set, with its attributes.
        var lines: [String] = []

        init(_ answer: ServerDesk.Answer) { take(answer) }

        mutating func take(_ answer: ServerDesk.Answer) {
            lines = answer.headers.values(of: "Set-Cookie")
            for line in lines {
                let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
                cookies[pair[0]] = pair.count > 1 && !line.contains("Max-Age=0") ? pair[1] : nil
            }
        }

        func name(_ word: String) -> String { cookies.keys.first { $0.contains("tutti_\(word)") } ?? "" }
        func value(_ word: String) -> String { cookies[name(word)] ?? "" }
        func line(_ word: String) -> String { lines.first { $0.contains("tutti_\(word)") } ?? "" }

        var header: HTTPHeaders {
            ["Cookie": cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")]
        }

        /// With what a page of ours adds to a write.
        func write(_ more: HTTPHeaders = [:]) -> HTTPHeaders {
            var headers = header
            headers.add("X-CSRF-Token", value("page"))
            for field in more.fields { headers.set(field.name, to: field.value) }
            return headers
        }
    }

    private func jar(_ desk: ServerDesk, _ name: String = "olga", headers: HTTPHeaders = [:]) async throws -> Jar {
        let answer = try await desk.post(
            "/auth/login",
            ["username": .string(name), "password": .string(ServerDesk.password), "cookies_only": true],
            headers: headers)
        #expect(answer.status == 200)
        #expect(answer.json["access_token"] ?? .null == .null && answer.json["refresh_token"] ?? .null == .null)
        return Jar(answer)
    }

    private static func behindProxy(_ access: inout ServerAccess) {
        access.network.isMachineOnly = false
        access.network.proxies = (try? TrustedProxies(["loopback"])) ?? .none
    }

    private static let https: HTTPHeaders = [
        "X-Forwarded-Proto": "https", "X-Forwarded-Host": "tutti.example.org", "X-Forwarded-For": "192.0.2.7",
    ]

    @Test func noScriptReadsTheTokens() async throws {
        try await ServerDesk.withOwner { desk, _ in
            let jar = try await jar(desk)
            for word in ["access", "refresh"] {
                let line = jar.line(word)
                #expect(line.hasPrefix("tutti_\(word)_\(ServerDesk.port)="))
                #expect(line.contains("; HttpOnly") && line.contains("; SameSite=Strict") && line.contains("; Path=/;"))
                #expect(!line.contains("Secure") && !line.contains("Domain"))
            }
            #expect(!jar.line("page").contains("HttpOnly") && jar.line("page").contains("SameSite=Strict"))
            #expect(!jar.value("access").contains(jar.value("page")))
            #expect(try await desk.status(jar.header) == 200)
        }
    }

    @Test func overHTTPSNoNeighbourSetsThem() async throws {
        try await ServerDesk.withOwner(admit: Self.behindProxy) { desk, _ in
            let jar = try await jar(desk, headers: Self.https)
            for word in ["access", "refresh", "page"] {
                let line = jar.line(word)
                #expect(line.hasPrefix("__Host-tutti_\(word)="))
                #expect(line.contains("; Secure") && line.contains("; Path=/;") && !line.contains("Domain"))
            }
            var headers = jar.header
            for field in Self.https.fields { headers.add(field.name, field.value) }
            #expect(try await desk.status(headers) == 200)
            // The names of http are none over https, and the other way round.
            #expect(try await desk.status(jar.header) == 401)
            var plain = Self.https
            plain.add("Cookie", "tutti_access_\(ServerDesk.port)=\(jar.value("access"))")
            #expect(try await desk.status(plain) == 401)
        }
    }

    @Test func aWriteNeedsTheTokenOfItsPage() async throws {
        try await ServerDesk.withOwner { desk, owner in
            _ = try await desk.person("ada", by: owner)
            let (mine, hers) = (try await jar(desk), try await jar(desk, "ada"))
            let tokens = [
                nil, "", "x", hers.value("page"), mine.value("access"), String(mine.value("page").dropLast()),
                mine.value("page").uppercased(),
            ]
            for token in tokens {
                var headers = mine.header
                if let token { headers.add("X-CSRF-Token", token) }
                for (method, path) in [
                    (HTTPMethod.post, "/projects"), (.post, "/auth/logout"), (.post, "/api/v1/keys"),
                    (.patch, "/api/v1/users/\(owner.id)"), (.delete, "/api/v1/users/\(owner.id)"),
                    (.put, "/api/v1/secrets/x"), (.post, "/auth/ws-token"), (.post, "/auth/logout-all"),
                ] {
                    let answer = try await desk.ask(method, path, ["name": "x", "value": "x"], headers: headers)
                    #expect(answer.status == 403 && answer.code == "foreign_page", "\(method) \(path)")
                }
            }
            #expect(try await desk.get("/projects", headers: mine.header).list("projects").isEmpty)
            #expect(!(try await desk.audit("request.forged").isEmpty))
            let right = try await desk.post("/projects", ["name": "x"], headers: mine.write())
            #expect(right.status == 201)
        }
    }

    @Test(
        arguments: [
            ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "http://localhost:8002"],
            ["Origin": "http://localhost:8001.evil.example"], ["Origin": "https://localhost:8001"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"],
        ] as [[String: String]])
    func otherPagesUseNoCookies(fields: [String: String]) async throws {
        try await ServerDesk.withOwner { desk, owner in
            let jar = try await jar(desk)
            let more = HTTPHeaders(fields.map { HTTPHeaders.Field(name: $0.key, value: $0.value) })
            let write = try await desk.post("/projects", ["name": "x"], headers: jar.write(more))
            #expect(write.status == 403)
            for path in ["/auth/me", "/api/v1/events", "/api/v1/live", "/ws/refinement/run_x"] {
                #expect(try await desk.get(path, headers: jar.write(more)).status == 403, "\(path)")
            }
            let refresh = try await desk.post("/auth/refresh", headers: jar.write(more))
            #expect(refresh.status == 403)
            // Whoever shows a token has it, wherever the page is from; and nothing lets that page read the answer.
            var token = owner.token
            for (name, value) in fields { token.add(name, value) }
            let read = try await desk.get("/auth/me", headers: token)
            #expect(read.status == 200 && read.headers["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test func ourOwnPageMayAndLinksMayLeadHere() async throws {
        try await ServerDesk.withOwner { desk, _ in
            let jar = try await jar(desk)
            let own: HTTPHeaders = ["Origin": "http://localhost:8001", "Sec-Fetch-Site": "same-origin"]
            #expect(try await desk.post("/projects", ["name": "x"], headers: jar.write(own)).status == 201)
            #expect(try await desk.get("/auth/me", headers: jar.write(own)).status == 200)
            let link: HTTPHeaders = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"]
            #expect(try await desk.get("/runs", headers: jar.write(link)).status == 200)
        }
    }

    @Test func aCookieThatComesTwiceIsNone() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let mallory = try await desk.person("mallory", by: owner)
            let jar = try await jar(desk)
            let name = jar.name("access")
            let planted = [
                "\(name)=\(mallory.access); \(name)=\(jar.value("access"))",
                "\(name)=\(jar.value("access")); \(name)=\(mallory.access)",
                "\(name)=; \(name)=\(jar.value("access"))",
            ]
            for cookie in planted {
                let answer = try await desk.get("/auth/me", headers: ["Cookie": cookie])
                #expect(answer.status == 400 && answer.code == "bad_cookie")
            }
            var two: HTTPHeaders = ["Cookie": "\(name)=\(mallory.access)"]
            two.add("Cookie", "\(name)=\(jar.value("access"))")
            #expect(try await desk.get("/auth/me", headers: two).status == 400)
            // Of another name it is nobody's.
            for other in ["tutti_access", "tutti_access_8002", name.uppercased(), "__Host-tutti_access", "x\(name)"] {
                #expect(try await desk.status(["Cookie": "\(other)=\(jar.value("access"))"]) == 401, "\(other)")
            }
            let refresh = jar.name("refresh")
            let twice = try await desk.post(
                "/auth/refresh",
                headers: ["Cookie": "\(refresh)=\(mallory.refresh); \(refresh)=\(jar.value("refresh"))"])
            #expect(twice.status == 400)
        }
    }

    @Test func aSessionThatWasKnownBeforeIsNeverTheOneAfter() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let mallory = try await desk.person("mallory", by: owner)
            // Somebody has planted a session before the login.
            let planted = "tutti_access_\(ServerDesk.port)=\(mallory.access)"
            let before = try await desk.post(
                "/auth/login", ["username": "olga", "password": .string(ServerDesk.password)],
                headers: [
                    "Cookie": planted, "X-CSRF-Token": LoginCookies.pageToken(of: mallory.access),
                    "Origin": "http://localhost:8001",
                ])
            #expect(before.status == 200)
            let jar = Jar(before)
            #expect(jar.value("access") != mallory.access && !jar.value("access").isEmpty)
            #expect(try await desk.get("/auth/me", headers: jar.header).json["username"] == "olga")
            #expect(try await desk.get("/auth/me", headers: mallory.token).json["username"] == "mallory")
            // Each login is a session of its own.
            let again = try await self.jar(desk)
            #expect(again.value("access") != jar.value("access") && again.value("page") != jar.value("page"))
        }
    }

    @Test func refreshingByCookieGivesNoTokenToScripts() async throws {
        try await ServerDesk.withOwner { desk, _ in
            var jar = try await jar(desk)
            let old = jar
            let answer = try await desk.post("/auth/refresh", headers: jar.write())
            #expect(answer.status == 200 && answer.headers["Cache-Control"] == "no-store")
            jar.take(answer)
            for secret in [jar.value("access"), jar.value("refresh"), old.value("refresh")] {
                #expect(!answer.text.contains(secret))
            }
            #expect(jar.value("refresh") != old.value("refresh"))
            #expect(try await desk.status(jar.header) == 200)
            let out = try await desk.post("/auth/logout", headers: jar.write())
            #expect(out.status == 204)
            for word in ["access", "refresh", "page"] {
                let line = out.headers.values(of: "Set-Cookie").first { $0.contains("tutti_\(word)") } ?? ""
                #expect(line.contains("Max-Age=0"))
            }
            #expect(try await desk.status(jar.header) == 401)
        }
    }

    // MARK: Local mode

    @Test func localModeIsGuardedUntilTheFirstAccountAndOverThen() async throws {
        try await ServerDesk.with { desk in
            for headers: HTTPHeaders in [["Host": "evil.example:8001"], ["Origin": "https://evil.example"]] {
                #expect(try await desk.get("/api/v1/runs", headers: headers).status >= 403)
                // Nor does another page make the first account.
                let made = try await desk.post(
                    "/auth/register",
                    ["username": "eve", "email": "eve@example.org", "password": "long enough"], headers: headers)
                #expect(made.status == 421 || made.status == 403)
            }
            #expect(try await desk.get("/api/v1/runs").status == 200)
            let owner = try await desk.owner()
            #expect(try await desk.get("/api/v1/runs").status == 401)
            #expect(try await desk.get("/api/v1/runs", headers: owner.token).status == 200)
            // Names of a proxy or a network are good then: a token has to be shown.
            var named = owner.token
            named.add("Host", "tutti.example.org")
            #expect(try await desk.get("/api/v1/runs", headers: named).status == 200)
            // What still answers the machine without a token answers no page.
            let rebound = try await desk.get("/metrics", headers: ["Host": "evil.example:8001"])
            #expect(rebound.status == 421)
            #expect(try await desk.get("/metrics").status == 200)
        }
    }

    /// Proxies that nobody has told the server of make all the world local: what they add gives them away.
    @Test(arguments: LocalGuard.fieldsOfProxies)
    func whoComesByAProxyIsNotLocal(field: String) async throws {
        try await ServerDesk.with { desk in
            let value = field == "Via" ? "1.1 proxy" : "198.51.100.1"
            for path in ["/api/v1/runs", "/metrics", "/auth/me"] {
                let answer = try await desk.get(path, headers: [field: value])
                #expect(answer.status == 421 && answer.code == "proxied")
            }
            let made = try await desk.post(
                "/auth/register", ["username": "eve", "email": "eve@example.org", "password": "long enough"],
                headers: [field: value])
            #expect(made.status == 421)
            #expect(try await desk.get("/auth/providers").json["needs_first_account"] == true)
        }
    }

    @Test func nobodyIsLocalBehindAProxyOrOnANetwork() async throws {
        try await ServerDesk.with(admit: { $0.network.isMachineOnly = false }) { desk async throws in
            for address in ["127.0.0.1", "::1", "192.0.2.1"] {
                #expect(try await desk.ask(.get, "/api/v1/runs", from: address).status == 401)
                #expect(try await desk.ask(.get, "/metrics", from: address).status == 401)
            }
        }
    }
}
