import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability
import TuttiTesting

@testable import TuttiServer

@Suite("Addresses, limits and paths", .timeLimit(.minutes(1)))
struct AddressTests {
    private static let few = RateLimit(name: "address", quota: 3, window: .seconds(60))

    private static func behindProxy(_ access: inout ServerAccess) {
        access.network.isMachineOnly = false
        access.network.proxies = (try? TrustedProxies(["10.0.0.0/8"])) ?? .none
    }

    private func address(_ desk: ServerDesk, _ fields: HTTPHeaders, from peer: String) async throws -> String {
        let login = try await desk.ask(
            .post, "/auth/login", ["username": "olga", "password": .string(ServerDesk.password)], headers: fields,
            from: peer)
        #expect(login.status == 200)
        return try await desk.audit("login.succeeded").first?.draft.actor.address ?? ""
    }

    @Test func whoIsNoProxyTellsNoAddress() async throws {
        try await ServerDesk.withOwner(admit: Self.behindProxy) { desk, _ async throws in
            let fields: HTTPHeaders = [
                "X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.2", "Forwarded": "for=198.51.100.3",
                "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
            ]
            #expect(try await address(desk, fields, from: "192.0.2.1") == "192.0.2.1")
            // A proxy tells whom it has got the request from; what stands left of that is made up.
            #expect(try await address(desk, fields, from: "10.1.2.3") == "198.51.100.1")
            let long: HTTPHeaders = ["X-Forwarded-For": "127.0.0.1, 203.0.113.5, 10.9.9.9"]
            #expect(try await address(desk, long, from: "10.1.2.3") == "203.0.113.5")
        }
    }

    @Test func aMadeUpSchemeSetsNoCookies() async throws {
        try await ServerDesk.withOwner(admit: Self.behindProxy) { desk, _ in
            let login = try await desk.ask(
                .post, "/auth/login", ["username": "olga", "password": .string(ServerDesk.password)],
                headers: ["X-Forwarded-Proto": "https"], from: "192.0.2.1")
            #expect(login.headers.values(of: "Set-Cookie").allSatisfy { !$0.contains("__Host-") })
        }
    }

    @Test(
        "none of these is somebody else",
        arguments: [
            ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1"],
            ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::1", "2001:db8::dead:beef"],
            ["::ffff:192.0.2.1", "192.0.2.1", "::ffff:c000:201", "192.0.2.1"],
        ])
    func limitsOfAnAddress(addresses: [String]) async throws {
        try await ServerDesk.with(
            admit: {
                $0.limits.address = Self.few
                $0.network.isMachineOnly = false
            }, clock: ManualClock()
        ) { desk in
            for (port, address) in addresses.enumerated() {
                let answer = try await desk.ask(
                    .get, "/health", bytes: [], headers: ["X-Forwarded-For": "203.0.113.\(port)"], from: address,
                    port: 40_000 + port)
                #expect((answer.status == 429) == (port == 3))
                if answer.status == 429 {
                    #expect(answer.code == "rate_limited" && answer.headers["Retry-After"] == "60")
                }
                #expect(answer.headers["RateLimit-Policy"]?.contains("\"address\";q=3;w=60") == true)
            }
            // Another customer is not held up.
            #expect(try await desk.ask(.get, "/health", from: "198.51.100.77").status == 200)
            #expect(try await desk.ask(.get, "/health", from: "2001:db8:0:1::1").status == 200)
        }
    }

    @Test func everyLimitCountsWhatItIsFor() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(
            admit: {
                $0.limits.person = RateLimit(name: "person", quota: 6, window: .seconds(60))
                $0.limits.key = RateLimit(name: "key", quota: 2, window: .seconds(60))
                $0.limits.login = RateLimit(name: "login", quota: 4, window: .seconds(60))
            }, clock: clock
        ) { desk, owner in
            // The owner's login, this one, a refresh, and one in vain.
            let other = try await desk.login("olga")
            let key = try await desk.key(of: owner)
            for _ in 0..<2 { #expect(try await desk.status(["X-API-Key": key.text]) == 200) }
            #expect(try await desk.status(["X-API-Key": key.text]) == 429)
            // The person, by whatever session.
            for number in 0..<5 {
                #expect(try await desk.status(number % 2 == 0 ? owner.token : other.token) == 200)
            }
            let one = try await desk.get("/auth/me", headers: other.token)
            #expect(one.status == 429 && one.headers["RateLimit"]?.contains("\"person\";r=0") == true)
            let refresh = try await desk.post("/auth/refresh", ["refresh_token": .string(other.refresh)])
            #expect(refresh.status == 200)
            let login = try await desk.post("/auth/login", ["username": "x", "password": "wrong wrong"])
            #expect(login.status == 401)
            let many = try await desk.post("/auth/login", ["username": "x", "password": "wrong wrong"])
            #expect(many.status == 429 && many.code == "rate_limited")
            for alias in ["/api/v1/auth/login", "/api/v1/auth/sessions", "/auth/login/", "/%61uth/login"] {
                #expect(try await desk.post(alias, ["username": "x", "password": "wrong wrong"]).status == 429)
            }
            let elsewhere = try await desk.ask(
                .post, "/auth/login", ["username": "x", "password": "wrong wrong"], from: "192.0.2.50")
            #expect(elsewhere.status == 401)
            #expect(try await desk.audit("limit.exceeded").count >= 3)
            clock.advance(by: .seconds(60))
            #expect(try await desk.status(other.token) == 200)
        }
    }

    @Test func whatCostsMoreCountsMore() async throws {
        try await ServerDesk.with(
            admit: {
                $0.limits.address = RateLimit(name: "address", quota: 10, window: .seconds(60))
                $0.limits.weights = ["listRuns": 4]
                $0.network.isMachineOnly = false
            }, clock: ManualClock()
        ) { desk in
            let statuses = try await ["/api/v1/runs", "/api/v1/runs/", "/api/v1/runs", "/health", "/health", "/health"]
                .asyncMap { try await desk.get($0).status }
            #expect(statuses == [401, 401, 429, 200, 200, 429])
        }
    }

    /// Strangers at the same address use up nothing of who is known.
    @Test func aLimitOfOneOperationIsThatOfWhoAsks() async throws {
        try await ServerDesk.withOwner(
            admit: {
                $0.limits.operations = ["listRuns": RateLimit(name: "listRuns", quota: 2, window: .seconds(60))]
            }, clock: ManualClock()
        ) { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            for headers in [[:] as HTTPHeaders, owner.token, ada.token] {
                let statuses = try await [1, 2, 3].asyncMap { _ in
                    try await desk.get("/api/v1/runs", headers: headers).status
                }
                #expect(statuses == (headers.fields.isEmpty ? [401, 401, 429] : [200, 200, 429]))
            }
            #expect(try await desk.get("/api/v1/approvals", headers: ada.token).status == 200)
        }
    }

    @Test func whatIsRefusedCountsAndTellsWhatIsLeft() async throws {
        try await ServerDesk.with(
            admit: {
                $0.limits.address = Self.few
                $0.network.isMachineOnly = false
            }, clock: ManualClock()
        ) { desk in
            let requests: [(String, HTTPHeaders)] = [
                ("/api/v1/runs", [:]), ("/none", [:]), ("/auth/me", ["Authorization": "Bearer forged"]),
            ]
            for (path, headers) in requests {
                let answer = try await desk.get(path, headers: headers)
                #expect(answer.status == 401 || answer.status == 404)
                #expect(answer.headers["RateLimit"] != nil)
            }
            #expect(try await desk.get("/health").status == 429)
        }
        // What is not even tried counts, too.
        try await ServerDesk.withOwner(clock: ManualClock()) { desk, owner in
            var access = desk.access
            access.limits.address = Self.few
            let control = AccessControl(
                access, guardian: desk.application.guardian, origins: AllowedOrigins(),
                log: .silent(clock: ManualClock()), clock: ManualClock())
            let ping = desk.application.router.routes.first { $0.operation?.id == "ping" }
            let router = Router([try #require(ping)], middleware: [control]) { "req" }
            let name = "tutti_access_\(ServerDesk.port)"
            var statuses: [Int] = []
            for _ in 0..<5 {
                let answer = try await router.respond(
                    to: ServerRequest(
                        method: .get, target: ping?.pattern.description ?? "",
                        headers: ["Host": "localhost:8001", "Cookie": "\(name)=\(owner.access); \(name)=x"]))
                statuses.append(answer.status)
            }
            #expect(statuses == [400, 400, 400, 429, 429])
        }
    }

    // MARK: Paths

    @Test func noPathOpensMoreThanItself() async throws {
        try await ServerDesk.withOwner(admit: { $0.network.isMachineOnly = false }) { desk, owner in
            // Routes that are there under another spelling are held to the same.
            for path in [
                "/api/v1/users/", "/api/v1/%75sers", "/%61pi/v1/users", "/metrics/", "/%6Detrics", "/api/v1/users?x",
                "/auth/me/", "/api/v1/users/?ticket=x",
            ] {
                let answer = try await desk.get(path)
                #expect(answer.status == 401, "\(path): \(answer.status)")
            }
            // What is not there is not there, whatever stands before it.
            for path in [
                "/authx", "/api/v1/users#x", "/auth", "/auth/", "/healthx", "/health/x", "/health/../api/v1/users",
                "/auth/../api/v1/users", "/auth/%2e%2e/api/v1/users", "/auth/%2E%2E/api/v1/users",
                "/auth/login/..%2f..%2fapi/v1/users", "/auth/%2e%2e%2fapi%2fv1%2fusers", "//api/v1/users",
                "/api//v1/users", "/api/v1//users", "/api%2fv1%2fusers", "/API/v1/users", "/api/v1/Users",
                "/METRICS", "/Metrics", "/.well-known/jwks.json/../../metrics", "/./metrics", "/health;/metrics",
                "/metrics%00", "/metrics%20", "/metrics;x", "/health%2f..%2fmetrics", "/auth/oauth/../../metrics",
                "/\\metrics", "/a/dev/../../metrics", "/a/dev/js/main.js/../../../../metrics",
            ] {
                for headers in [[:] as HTTPHeaders, owner.token] {
                    let answer = try await desk.get(path, headers: headers)
                    #expect([400, 404, 405].contains(answer.status), "\(path): \(answer.status)")
                    #expect(!answer.text.contains("olga@example.org") && !answer.text.contains("tutti_build"))
                }
            }
            #expect(try await desk.get("/health").status == 200)
            #expect(try await desk.get("/a/dev/js/main.js").status == 200)
        }
    }
}
