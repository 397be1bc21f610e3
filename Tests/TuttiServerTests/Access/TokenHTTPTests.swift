import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

@Suite("Tokens over HTTP", .timeLimit(.minutes(2)))
struct TokenHTTPTests {
    /// A token taken apart and put together anew.
    private func forged(
        _ token: String, header: JSONValue? = nil, _ change: (inout [String: JSONValue]) -> Void = { _ in }
    )
        -> String
    {
        let parts = token.split(separator: ".").map(String.init)
        guard parts.count == 3, let bytes = StrictBase64.url.decode(parts[1]),
            case .object(var claims) = JSONValue.stored(.init(bytes))
        else { return "" }
        change(&claims)
        let head = header.map { StrictBase64.url.encode($0.bytes) } ?? parts[0]
        return head + "." + StrictBase64.url.encode(JSONValue.object(claims).bytes) + "." + parts[2]
    }

    @Test func whatIsForgedIsRefusedAndTold() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let user = try await desk.person("ula", by: owner)
            let unsigned = forged(user.access, header: ["alg": "none", "typ": "at+jwt"])
            let withoutSignature = unsigned.split(separator: ".").prefix(2).joined(separator: ".") + "."
            let forgeries: [String] = [
                unsigned, withoutSignature,
                forged(user.access) { $0["sub"] = .string(owner.id) },
                forged(user.access) { $0["roles"] = ["owner"] }, forged(user.access) { $0["exp"] = 99_999_999_999 },
                forged(user.access, header: ["alg": "HS256", "typ": "at+jwt"]),
                String(user.access.dropLast(4)) + "AAAA", user.access + ".", "x", "..", "tutti_x", "null",
                user.refresh, owner.id,
            ]
            for token in forgeries {
                let answer = try await desk.get("/api/v1/runs", headers: ["Authorization": "Bearer \(token)"])
                #expect(answer.status == 401, "\(token.prefix(30))")
                #expect(answer.headers["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
                #expect(!answer.text.contains(token) || token.utf8.count < 5)
            }
            #expect(try await desk.status(user.token) == 200)
            // Told, but not as often as somebody likes.
            let told = try await desk.audit("token.refused").count + desk.audit("key.refused").count
            #expect(told == RequestLimits.told.quota)
        }
    }

    @Test(arguments: ["Basic b2xnYTp4", "Bearer", "bearer  ", "Bearer a b", "Token x", ""])
    func otherFormsAreNoToken(field: String) async throws {
        try await ServerDesk.withOwner { desk, owner async throws in
            var headers: HTTPHeaders = ["Authorization": field]
            #expect(try await desk.status(headers) == 401)
            headers.add("Authorization", "Bearer \(owner.access)")
            #expect(try await desk.status(headers) == 401)
        }
    }

    @Test func onesTimeEndsIt() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, owner in
            #expect(try await desk.status(owner.token) == 200)
            clock.advance(by: .seconds(15 * 60 + 31))
            let answer = try await desk.get("/auth/me", headers: owner.token)
            #expect(answer.status == 401 && answer.code == "token_expired")
            // Lateness is no attack.
            #expect(try await desk.audit("token.refused").isEmpty)
            let next = try await desk.post("/auth/refresh", ["refresh_token": .string(owner.refresh)])
            #expect(next.status == 200)
            clock.advance(by: .seconds(7 * 86_400 + 1))
            let late = try await desk.post(
                "/auth/refresh", ["refresh_token": .string(next.json["refresh_token"]?.stringValue ?? "")])
            #expect(late.status == 401)
        }
    }

    @Test func loggingOutEndsAllTokensOfTheSessionAtOnce() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let other = try await desk.login("olga")
            let next = try await desk.post("/auth/refresh", ["refresh_token": .string(owner.refresh)])
            let newer = next.json["access_token"]?.stringValue ?? ""
            for token in [owner.access, newer] {
                #expect(try await desk.status(["Authorization": "Bearer \(token)"]) == 200)
            }
            #expect(try await desk.post("/auth/logout", headers: owner.token).status == 204)
            for token in [owner.access, newer] {
                let answer = try await desk.get("/auth/me", headers: ["Authorization": "Bearer \(token)"])
                #expect(answer.status == 401 && answer.code == "session_ended")
            }
            for refresh in [owner.refresh, next.json["refresh_token"]?.stringValue ?? ""] {
                let answer = try await desk.post("/auth/refresh", ["refresh_token": .string(refresh)])
                #expect(answer.status == 401 && answer.code == "refresh_refused")
            }
            #expect(try await desk.status(other.token) == 200)
            #expect(try await desk.post("/auth/logout-all", headers: other.token).status == 204)
            #expect(try await desk.status(other.token) == 401)
        }
    }

    @Test func aClosedAccountAndOtherRolesCountAtOnce() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            let key = try await desk.key(of: ada)
            func change(_ body: JSONValue) async throws -> Int {
                try await desk.ask(.patch, "/api/v1/users/\(ada.id)", body, headers: owner.token).status
            }
            #expect(try await desk.get("/api/v1/audit", headers: ada.token).status == 403)
            #expect(try await change(["roles": ["admin"]]) == 200)
            #expect(try await desk.get("/api/v1/audit", headers: ada.token).status == 200)
            #expect(try await desk.get("/api/v1/audit", headers: ["X-API-Key": key.text]).status == 200)
            #expect(try await change(["roles": ["user"]]) == 200)
            #expect(try await desk.get("/api/v1/audit", headers: ada.token).status == 403)
            #expect(try await desk.get("/api/v1/audit", headers: ["X-API-Key": key.text]).status == 403)
            #expect(try await change(["active": false]) == 200)
            for headers in [ada.token, ["X-API-Key": key.text]] { #expect(try await desk.status(headers) == 401) }
            let refresh = try await desk.post("/auth/refresh", ["refresh_token": .string(ada.refresh)])
            #expect(refresh.status == 401)
            #expect(try await change(["active": true]) == 200)
            #expect(try await desk.status(ada.token) == 401)
            #expect(try await desk.status(["X-API-Key": key.text]) == 200)
            #expect(try await desk.ask(.delete, "/api/v1/users/\(ada.id)", headers: owner.token).status == 204)
            #expect(try await desk.status(["X-API-Key": key.text]) == 401)
        }
    }

    // MARK: Refreshing

    @Test func aRefreshTokenIsGoodOnceAndItsReuseEndsTheFamily() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let first = try await desk.post("/auth/refresh", ["refresh_token": .string(owner.refresh)])
            #expect(first.status == 200 && first.json["refresh_token"]?.stringValue != owner.refresh)
            let next = first.json["refresh_token"]?.stringValue ?? ""
            let token: HTTPHeaders = ["Authorization": "Bearer \(first.json["access_token"]?.stringValue ?? "")"]
            #expect(try await desk.status(token) == 200)
            let again = try await desk.post("/auth/refresh", ["refresh_token": .string(owner.refresh)])
            #expect(again.status == 401 && again.code == "refresh_refused")
            for headers in [token, owner.token] { #expect(try await desk.status(headers) == 401) }
            #expect(try await desk.post("/auth/refresh", ["refresh_token": .string(next)]).status == 401)
            let told = try #require(try await desk.audit("token.reused").first?.draft)
            #expect(told.actor.id == owner.id && told.outcome == .refused && told.request != nil)
            #expect(try await desk.audit("token.reused").count == 1)
        }
    }

    @Test func twoAtOnceAreOneWinnerAndAnEndedFamily() async throws {
        try await ServerDesk.withOwner { desk, owner in
            for _ in 0..<5 {
                let person = try await desk.login("olga")
                let answers = try await withThrowingTaskGroup(of: ServerDesk.Answer.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            try await desk.post("/auth/refresh", ["refresh_token": .string(person.refresh)])
                        }
                    }
                    return try await group.reduce(into: [ServerDesk.Answer]()) { $0.append($1) }
                }
                #expect(answers.map(\.status).sorted() == [200, 401])
                for answer in answers where answer.status == 200 {
                    let token = answer.json["access_token"]?.stringValue ?? ""
                    #expect(try await desk.status(["Authorization": "Bearer \(token)"]) == 401)
                }
            }
            #expect(try await desk.audit("token.reused").count == 5)
            #expect(try await desk.status(owner.token) == 200)
        }
    }

    @Test func whoLogsInTooOftenLosesTheOldestSessionAtOnce() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, owner in
            #expect(try await desk.status(owner.token) == 200)
            for _ in 0..<AccountLimits.sessionsPerPersonMax {
                clock.advance(by: .milliseconds(1))
                _ = try await desk.login("olga")
            }
            #expect(try await desk.status(owner.token) == 401)
        }
    }

    // MARK: Keys

    @Test func aKeyIsHeldToItsScopes() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let key: HTTPHeaders = [
                "X-API-Key": try await desk.key(of: owner, scopes: ["runs.read", "projects.*"]).text
            ]
            #expect(try await desk.get("/api/v1/runs", headers: key).status == 200)
            #expect(try await desk.post("/projects", ["name": "x"], headers: key).status == 201)
            for (method, path) in [
                (HTTPMethod.post, "/api/v1/runs"), (.get, "/api/v1/users"), (.get, "/api/v1/audit"),
                (.get, "/api/v1/keys"), (.get, "/api/v1/secrets"), (.post, "/api/v1/policy/test"),
            ] {
                let answer = try await desk.ask(method, path, method == .post ? [:] : nil, headers: key)
                #expect(answer.status == 403 && answer.code == "not_permitted", "\(path)")
                #expect(answer.text.contains("scope"))
            }
            let none: HTTPHeaders = ["X-API-Key": try await desk.key(of: owner, scopes: []).text]
            #expect(try await desk.get("/api/v1/runs", headers: none).status == 403)
            let bad = try await desk.post("/api/v1/keys", ["name": "x", "scopes": ["runs.reed"]], headers: owner.token)
            #expect(bad.status == 422)
        }
    }

    @Test func aKeyOfOneProjectIsForNothingElse() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let (mine, other) = (try await desk.project("mine", as: owner), try await desk.project("other", as: owner))
            let key: HTTPHeaders = ["X-API-Key": try await desk.key(of: owner, project: mine).text]
            let outside = try await desk.start("listening", 1, as: owner)
            let inside = try await desk.post("/api/v1/runs", ["workflow": "listening", "input": 2], headers: key)
            let id = inside.json["id"]?.stringValue ?? ""
            #expect(inside.status == 202)
            let runs = try await desk.get("/api/v1/runs", headers: key).list("runs")
            #expect(runs.compactMap { $0["id"]?.stringValue } == [id])
            #expect(try await desk.get("/api/v1/runs/\(outside)", headers: key).status == 404)
            #expect(try await desk.get("/projects/\(mine)", headers: key).status == 200)
            #expect(try await desk.get("/projects/\(other)", headers: key).status == 404)
            let listed = try await desk.get("/projects", headers: key).list("projects")
            #expect(listed.compactMap { $0["id"]?.stringValue } == [mine])
            for path in [
                "/api/v1/users", "/api/v1/audit", "/api/v1/audit/export", "/api/v1/keys", "/auth/sessions",
                "/api/v1/secrets?scope=person", "/api/v1/secrets?scope=tenant",
                "/api/v1/secrets?scope=project:\(other)",
                "/v1/settings/keys", "/v1/settings/agent-prefs", "/api/v1/invitations", "/api/v1/settings",
            ] {
                #expect(try await desk.get(path, headers: key).status == 403, "\(path)")
            }
            #expect(try await desk.get("/api/v1/secrets?scope=project:\(mine)", headers: key).status == 200)
            _ = try await desk.ask(.put, "/api/v1/secrets/own", ["value": "v"], headers: owner.token)
            for project in [mine, other] {
                let path = "/api/v1/secrets/s?scope=project:\(project)"
                #expect(try await desk.ask(.put, path, ["value": "v"], headers: owner.token).status == 200)
            }
            let secrets = try await desk.get("/api/v1/secrets", headers: key).list("secrets")
            #expect(secrets.map { $0["owner"] } == [.string(mine)])
            #expect(try await desk.post("/projects", ["name": "more"], headers: key).status == 403)
            // It cannot be for a project of others, or for none that there is.
            let ada = try await desk.person("ada", by: owner)
            for project in [mine, "prj_x", "x"] {
                let answer = try await desk.post(
                    "/api/v1/keys", ["name": "x", "project": .string(project)], headers: ada.token)
                #expect(answer.status == 404)
            }
        }
    }

    @Test func aKeyIsNotWorthAnAccount() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            let key: HTTPHeaders = ["X-API-Key": try await desk.key(of: owner).text]
            let tries: [(String, JSONValue?)] = [
                ("/api/v1/keys", ["name": "another"]),
                (
                    "/auth/password",
                    ["current_password": .string(ServerDesk.password), "new_password": "another good one"]
                ),
                ("/api/v1/users/\(owner.id)/reset-code", nil), ("/api/v1/users/\(ada.id)/reset-code", nil),
                ("/api/v1/invitations", ["roles": ["owner"]]), ("/auth/logout-all", nil),
            ]
            for (path, body) in tries {
                let answer = try await desk.post(path, body, headers: key)
                #expect(answer.status == 403 && answer.code == "login_needed", "\(path): \(answer.text)")
            }
            #expect(try await desk.status(owner.token) == 200)
            #expect(try await desk.get("/api/v1/keys", headers: owner.token).list("keys").count == 1)
        }
    }

    @Test func aKeyEndsByItsDayAndByBeingRevoked() async throws {
        let clock = ManualClock()
        try await ServerDesk.withOwner(clock: clock) { desk, owner in
            let (short, long) = (try await desk.key(of: owner, days: 1), try await desk.key(of: owner))
            for key in [short, long] {
                #expect(try await desk.status(["X-API-Key": key.text]) == 200)
                #expect(try await desk.status(["Authorization": "Bearer \(key.text)"]) == 200)
            }
            clock.advance(by: .seconds(86_400))
            let answer = try await desk.get("/auth/me", headers: ["X-API-Key": short.text])
            #expect(answer.status == 401 && answer.code == "key_refused")
            #expect(try await desk.status(["X-API-Key": long.text]) == 200)
            let again = try await desk.login("olga")
            #expect(try await desk.ask(.delete, "/api/v1/keys/\(long.id)", headers: again.token).status == 204)
            #expect(try await desk.status(["X-API-Key": long.text]) == 401)
            // A mistyped one costs no look at the file, and says the same.
            let mistyped = try await desk.get("/auth/me", headers: ["X-API-Key": String(long.text.dropLast()) + "!"])
            #expect(mistyped.code == "key_refused")
        }
    }

    // MARK: Other issuers

    @Test func tokensOfAnotherServiceAreWorthWhatIsConfigured() async throws {
        let pair = try #require(ForeignKeyPair())
        let clock = ManualClock()
        try await ServerDesk.withOwner(foreign: pair.believed(roles: ["user", "operator"]), clock: clock) {
            desk, owner in
            let soon: JSONValue = .int(clock.now().milliseconds / 1000 + 600)
            func headers(_ role: JSONValue, sub: String = "svc-1") -> HTTPHeaders {
                ["Authorization": "Bearer \(pair.token(["sub": .string(sub), "exp": soon, "role": role]))"]
            }
            let user = headers("user")
            let me = try await desk.get("/auth/me", headers: user).json
            #expect(me["roles"] == ["user"] && me["credential"] == "foreign")
            let run = try await desk.post("/api/v1/runs", ["workflow": "listening", "input": 1], headers: user)
            #expect(run.status == 202)
            let id = run.json["id"]?.stringValue ?? ""
            #expect(try await desk.get("/api/v1/runs/\(id)", headers: headers("user", sub: "svc-2")).status == 404)
            #expect(try await desk.get("/api/v1/runs/\(id)", headers: headers("operator")).status == 200)
            // A role that it may not give is none.
            for role: JSONValue in ["owner", "admin", ["owner", "admin"], "OWNER", 1, .null] {
                #expect(try await desk.get("/api/v1/runs", headers: headers(role)).status == 403, "\(role)")
            }
            // It is nobody's account, whatever it calls itself.
            let named = headers("user", sub: owner.id)
            #expect(try await desk.get("/auth/me", headers: named).json["id"]?.stringValue != owner.id)
            #expect(try await desk.post("/api/v1/keys", ["name": "x"], headers: named).status == 403)
            for claims: [String: JSONValue] in [
                ["sub": "x", "role": "user"], ["exp": soon, "role": "user"], ["sub": "x", "exp": 1, "role": "user"],
                ["sub": "", "exp": soon, "role": "user"],
            ] {
                #expect(try await desk.status(["Authorization": "Bearer \(pair.token(claims))"]) == 401, "\(claims)")
            }
            let stranger = try #require(ForeignKeyPair())
            let token = stranger.token(["sub": "x", "exp": soon, "role": "user"])
            #expect(try await desk.status(["Authorization": "Bearer \(token)"]) == 401)
            clock.advance(by: .seconds(631))
            #expect(try await desk.status(user) == 401)
        }
    }
}
