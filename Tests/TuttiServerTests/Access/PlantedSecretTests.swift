import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiObservability
import TuttiStore

@testable import TuttiServer

@Suite("Secrets that were planted", .timeLimit(.minutes(1)))
struct PlantedSecretTests {
    /// Every file below a folder, as bytes.
    private func files(below path: String) throws -> [(name: String, bytes: [UInt8])] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path)
        return names.compactMap { name in
            FileManager.default.contents(atPath: path + "/" + name).map { (name, Array($0)) }
        }
    }

    /// Which of the texts stand somewhere in bytes: looked for by how they begin, all at once.
    private static func found(_ texts: [String], in bytes: [UInt8]) -> [String] {
        let byHead = Dictionary(grouping: texts) { Array($0.utf8.prefix(headLength)) }
        let firsts = Set(byHead.keys.compactMap(\.first))
        var found: Set<String> = []
        for place in bytes.indices where firsts.contains(bytes[place]) {
            let rest = bytes[place...]
            for text in byHead[Array(rest.prefix(headLength))] ?? [] where rest.starts(with: text.utf8) {
                found.insert(text)
            }
        }
        return found.sorted()
    }

    private static let headLength = 6

    @Test func theSearchFindsWhatIsThere() {
        let bytes = Array("xxplanted-1-yy planted-22".utf8)
        #expect(
            Self.found(["planted-1-yy", "planted-2", "planted-3", "plante"], in: bytes) == [
                "plante", "planted-1-yy", "planted-2",
            ])
    }

    private func body(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Requests that carry secrets of which nobody may tell; gives the secrets, and the answers that were refusals.
    private func plant(_ desk: ServerDesk, _ owner: Person) async throws -> (secrets: [String], refusals: [String]) {
        var (secrets, refusals): ([String], [String]) = ([owner.access, owner.refresh, ServerDesk.password], [])
        func secret(_ word: String) -> String {
            let text = "planted-\(word)-\(secrets.count)-9f3c61aa"
            secrets.append(text)
            return text
        }
        func ask(
            _ method: HTTPMethod, _ path: String, _ text: String = "", _ headers: HTTPHeaders = [:]
        ) async throws -> ServerDesk.Answer {
            var headers = headers
            if headers["Content-Type"] == nil { headers.add("Content-Type", "application/json") }
            let answer = try await desk.ask(method, path, bytes: body(text), headers: headers)
            if answer.status >= 400 { refusals.append("\(method) \(path.prefix(20)) \(answer.status): \(answer.text)") }
            return answer
        }
        // Passwords, in bodies of every shape.
        for path in ["/auth/login", "/auth/register", "/auth/reset", "/auth/refresh", "/auth/password"] {
            let word = { secret("password") }
            for text in [
                "{\"username\":\"olga\",\"password\":\"\(word())\"}",
                "{\"username\":\"olga\",\"password\":\"\(word())\",}", "{\"password\":\"\(word())\"",
                "{\"password\":[\"\(word())\"]}", "{\"username\":\"olga\",\"password\":{\"a\":\"\(word())\"}}",
                "{\"code\":\"\(word())\",\"password\":\"\(word())\"}", "{\"refresh_token\":\"\(word())\"}",
                "{\"refresh_token\":{\"\(word())\":1}}", "\"\(word())\"", "password=\(word())",
                "{\"current_password\":\"\(word())\",\"new_password\":\"\(word())\"}",
                "{\"current_password\":\"\(word())\",\"new_password\":7}",
                "{\"username\":\"x\",\"email\":\"x\",\"password\":\"\(word())\",\"code\":\"\(word())\"}",
                "{\"username\":\"eve\",\"email\":\"eve@x.org\",\"password\":\"\(word())\",\"code\":\"\(word())\"}",
            ] { _ = try await ask(.post, path, text, owner.token) }
        }
        // Tokens, keys and cookies, in heads and queries.
        let (head, cookie) = (secret("head"), "tutti_access_\(ServerDesk.port)")
        for headers: HTTPHeaders in [
            ["Authorization": "Bearer \(head)"], ["Authorization": "Basic \(secret("basic"))"],
            ["Authorization": secret("bare")], ["X-API-Key": "tutti_\(secret("key"))"],
            ["Authorization": "Bearer eyJhbGciOiJub25lIn0.\(secret("part")).\(secret("part"))"],
            ["Cookie": "\(cookie)=\(secret("cookie")); \(cookie)=\(secret("cookie"))"],
            ["Cookie": "\(cookie)=\(secret("cookie"))", "X-CSRF-Token": secret("page")],
        ] {
            for path in ["/api/v1/runs", "/auth/me", "/auth/logout", "/nothing/here"] {
                _ = try await ask(path.hasSuffix("logout") ? .post : .get, path, "", headers)
            }
        }
        for name in ["token", "ticket", "access_token", "api_key", "password", "code"] {
            for path in ["/api/v1/runs", "/auth/me", "/nothing", "/auth/oauth/google/callback"] {
                _ = try await ask(.get, "\(path)?\(name)=\(secret(name))")
                _ = try await ask(.get, "\(path)?\(name)=\(secret(name))", "", owner.token)
            }
        }
        // Secrets that are kept, and some that are not.
        for (path, text) in [
            ("/api/v1/secrets/openai", "{\"value\":\"\(secret("value"))\",\"provider\":\"openai\"}"),
            ("/api/v1/secrets/openai", "{\"value\":\"\(secret("value"))\",\"label\":7}"),
            ("/api/v1/secrets/bad%20name", "{\"value\":\"\(secret("value"))\"}"),
            ("/api/v1/secrets/other?scope=nowhere", "{\"value\":\"\(secret("value"))\"}"),
            ("/api/v1/secrets/other", "{\"value\":[\"\(secret("value"))\"]}"),
        ] { _ = try await ask(.put, path, text, owner.token) }
        for text in [
            "{\"provider\":\"openai\",\"api_key\":\"sk-\(secret("provider"))\"}",
            "{\"provider\":\"\",\"api_key\":\"sk-\(secret("provider"))\"}",
            "{\"api_key\":\"sk-\(secret("provider"))\"}",
        ] { _ = try await ask(.post, "/v1/settings/keys", text, owner.token) }
        // What is given away once.
        for _ in 0..<2 {
            var headers = owner.token
            headers.add("Idempotency-Key", "again")
            let key = try await ask(.post, "/api/v1/keys", "{\"name\":\"k\"}", headers)
            let invitation = try await ask(.post, "/api/v1/invitations", "{}", headers)
            let reset = try await ask(.post, "/api/v1/users/\(owner.id)/reset-code", "", headers)
            let ticket = try await ask(.post, "/auth/ws-token", "", headers)
            secrets += [key.json["key"], invitation.json["code"], reset.json["code"], ticket.json["ticket"]]
                .compactMap { $0?.stringValue }.filter { $0 != "already_done" }
        }
        #expect(secrets.count { $0.hasPrefix("t") } == 5)
        let code = try await ask(.post, "/api/v1/invitations", "{}", owner.token).json["code"]?.stringValue ?? ""
        let password = secret("registered")
        let made = try await ask(
            .post, "/auth/register",
            "{\"username\":\"ada\",\"email\":\"ada@example.org\",\"password\":\"\(password)\",\"code\":\"\(code)\"}",
            ["Idempotency-Key": "again"])
        #expect(made.status == 201)
        let ada = try await desk.login("ada", password: password)
        let next = try await ask(.post, "/auth/refresh", "{\"refresh_token\":\"\(ada.refresh)\"}")
        secrets += [code, ada.access, ada.refresh, next.json["access_token"]?.stringValue ?? ""]
        secrets.append(next.json["refresh_token"]?.stringValue ?? "")
        let changed = secret("changed")
        let change = try await ask(
            .post, "/auth/password", "{\"current_password\":\"\(password)\",\"new_password\":\"\(changed)\"}",
            ["Authorization": "Bearer \(next.json["access_token"]?.stringValue ?? "")"])
        #expect(change.status == 204)
        return (secrets, refusals)
    }

    @Test func areFoundNowhere() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let run = try await desk.start("listening", 1, as: owner)
            let (secrets, refusals) = try await plant(desk, owner)
            #expect(secrets.count > 150 && Set(secrets).count == secrets.count)
            await desk.access.accounts.gate.writeUses()
            let audit = try await desk.audit().map { "\($0)" }
            let metrics = desk.metrics.scrape(accept: nil).text
            let places: [(String, [String])] = [
                ("a log line", desk.log.all), ("a span", desk.spans.all.map { "\($0)" }), ("the numbers", [metrics]),
                ("the audit log", audit), ("a refusal", refusals),
                ("the run", [try await desk.get("/api/v1/runs/\(run)", headers: owner.token).text]),
                ("the settings", [try await desk.get("/api/v1/settings", headers: owner.token).text]),
            ]
            #expect(desk.log.all.count > 150 && desk.spans.all.count > 150)
            #expect(audit.count > 20 && refusals.count > 100)
            for (place, texts) in places {
                let whole = texts.joined(separator: "\n")
                for secret in secrets where whole.contains(secret) {
                    Issue.record(
                        "\(place) tells \(secret.prefix(24)): \(texts.first { $0.contains(secret) }?.prefix(300) ?? "")"
                    )
                }
            }
            let files = try files(below: desk.home)
            #expect(Set(files.map(\.name)).isSuperset(of: ["access.db", "server.db"]))
            for (name, bytes) in files {
                for secret in Self.found(secrets, in: bytes) {
                    Issue.record("\(name) holds \(secret.prefix(24))")
                }
            }
        }
    }

    @Test func anAnswerThatHeldASecretIsNotGivenTwice() async throws {
        try await ServerDesk.withOwner { desk, owner in
            for (path, body): (String, JSONValue?) in [
                ("/api/v1/keys", ["name": "k"]), ("/api/v1/invitations", [:]), ("/auth/ws-token", nil),
                ("/api/v1/users/\(owner.id)/reset-code", nil),
            ] {
                var headers = owner.token
                headers.add("Idempotency-Key", "once")
                let first = try await desk.post(path, body, headers: headers)
                let again = try await desk.post(path, body, headers: headers)
                #expect((200..<300).contains(first.status) && first.headers["Cache-Control"] == "no-store", "\(path)")
                #expect(again.status == 409 && again.code == "already_done", "\(path)")
            }
            // What was refused may be tried again with a better body under the same key.
            var headers = owner.token
            headers.add("Idempotency-Key", "twice")
            #expect(try await desk.post("/api/v1/keys", ["name": ""], headers: headers).status == 422)
            #expect(try await desk.post("/api/v1/keys", ["name": "good"], headers: headers).status == 201)
            #expect(try await desk.get("/api/v1/keys", headers: owner.token).list("keys").count == 2)
        }
    }
}
