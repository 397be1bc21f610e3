import Testing
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

/// Somebody who sends secrets wherever a client can put one, and remembers them.
struct SecretPlanter {
    let desk: ServerDesk
    let owner: Person
    /// What nobody may find afterwards.
    private(set) var secrets: [String]
    /// The answers that were refusals.
    private(set) var refusals: [String] = []

    init(desk: ServerDesk, owner: Person) {
        (self.desk, self.owner) = (desk, owner)
        secrets = [owner.access, owner.refresh, ServerDesk.password]
    }

    mutating func plant() async throws {
        try await inBodies()
        try await inHeadsAndQueries()
        try await asSecrets()
        try await asGiven()
        try await inAccounts()
    }

    private mutating func secret(_ word: String) -> String {
        let text = "planted-\(word)-\(secrets.count)-9f3c61aa"
        secrets.append(text)
        return text
    }

    @discardableResult private mutating func ask(
        _ method: HTTPMethod, _ path: String, _ text: String = "", _ headers: HTTPHeaders = [:]
    ) async throws -> ServerDesk.Answer {
        var headers = headers
        if headers["Content-Type"] == nil { headers.add("Content-Type", "application/json") }
        let answer = try await desk.ask(method, path, bytes: Array(text.utf8), headers: headers)
        if answer.status >= 400 { refusals.append("\(method) \(path.prefix(20)) \(answer.status): \(answer.text)") }
        return answer
    }

    /// Passwords, in bodies of every shape.
    private mutating func inBodies() async throws {
        for path in ["/auth/login", "/auth/register", "/auth/reset", "/auth/refresh", "/auth/password"] {
            for text in [
                "{\"username\":\"olga\",\"password\":\"\(secret("password"))\"}",
                "{\"username\":\"olga\",\"password\":\"\(secret("password"))\",}",
                "{\"password\":\"\(secret("password"))\"",
                "{\"password\":[\"\(secret("password"))\"]}",
                "{\"username\":\"olga\",\"password\":{\"a\":\"\(secret("password"))\"}}",
                "{\"code\":\"\(secret("password"))\",\"password\":\"\(secret("password"))\"}",
                "{\"refresh_token\":\"\(secret("password"))\"}",
                "{\"refresh_token\":{\"\(secret("password"))\":1}}", "\"\(secret("password"))\"",
                "password=\(secret("password"))",
                "{\"current_password\":\"\(secret("password"))\",\"new_password\":\"\(secret("password"))\"}",
                "{\"current_password\":\"\(secret("password"))\",\"new_password\":7}",
                "{\"username\":\"\",\"email\":\"\",\"password\":\"\(secret("password"))\",\"code\":\"\(secret("c"))\"}",
                "{\"username\":\"eve\",\"email\":\"eve@x.org\",\"password\":\"\(secret("password"))\","
                    + "\"code\":\"\(secret("code"))\"}",
            ] { try await ask(.post, path, text, owner.token) }
        }
    }

    /// Tokens, keys and cookies.
    private mutating func inHeadsAndQueries() async throws {
        let (head, cookie) = (secret("head"), "tutti_access_\(ServerDesk.port)")
        for headers: HTTPHeaders in [
            ["Authorization": "Bearer \(head)"], ["Authorization": "Basic \(secret("basic"))"],
            ["Authorization": secret("bare")], ["X-API-Key": "tutti_\(secret("key"))"],
            ["Authorization": "Bearer eyJhbGciOiJub25lIn0.\(secret("part")).\(secret("part"))"],
            ["Cookie": "\(cookie)=\(secret("cookie")); \(cookie)=\(secret("cookie"))"],
            ["Cookie": "\(cookie)=\(secret("cookie"))", "X-CSRF-Token": secret("page")],
        ] {
            for path in ["/api/v1/runs", "/auth/me", "/auth/logout", "/nothing/here"] {
                try await ask(path.hasSuffix("logout") ? .post : .get, path, "", headers)
            }
        }
        for name in ["token", "ticket", "access_token", "api_key", "password", "code"] {
            for path in ["/api/v1/runs", "/auth/me", "/nothing", "/auth/oauth/google/callback"] {
                try await ask(.get, "\(path)?\(name)=\(secret(name))")
                try await ask(.get, "\(path)?\(name)=\(secret(name))", "", owner.token)
            }
        }
    }

    /// Secrets that are kept, and some that are not.
    private mutating func asSecrets() async throws {
        for (path, text) in [
            ("/api/v1/secrets/openai", "{\"value\":\"\(secret("value"))\",\"provider\":\"openai\"}"),
            ("/api/v1/secrets/openai", "{\"value\":\"\(secret("value"))\",\"label\":7}"),
            ("/api/v1/secrets/bad%20name", "{\"value\":\"\(secret("value"))\"}"),
            ("/api/v1/secrets/other?scope=nowhere", "{\"value\":\"\(secret("value"))\"}"),
            ("/api/v1/secrets/other", "{\"value\":[\"\(secret("value"))\"]}"),
        ] { try await ask(.put, path, text, owner.token) }
        for text in [
            "{\"provider\":\"openai\",\"api_key\":\"sk-\(secret("provider"))\"}",
            "{\"provider\":\"\",\"api_key\":\"sk-\(secret("provider"))\"}",
            "{\"api_key\":\"sk-\(secret("provider"))\"}",
        ] { try await ask(.post, "/v1/settings/keys", text, owner.token) }
    }

    /// What is given away once: keys, invitations, reset codes, tickets.
    private mutating func asGiven() async throws {
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
    }

    /// What a person has from its registration to a new password.
    private mutating func inAccounts() async throws {
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
    }
}
