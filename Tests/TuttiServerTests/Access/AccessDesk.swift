import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiAgents
import TuttiCore
import TuttiHTTP
import TuttiHTTPClient
import TuttiRouting
import TuttiRuntime
import TuttiStore
import TuttiTesting

@testable import TuttiServer

/// Somebody with an account who has logged in.
struct Person: Sendable {
    let id: String
    let username: String
    let access: String
    let refresh: String

    /// What its requests bring.
    var token: HTTPHeaders { ["Authorization": "Bearer \(access)"] }
}

extension ServerDesk {
    static let password = "correct horse battery"

    /// A server with an owner, without limits of requests.
    static func withOwner<Output: Sendable>(
        store: any JournalStore = MemoryJournalStore(), models: any ModelSource = ListedModels([]),
        routes: RouteTable = RouteTable(), admit: (inout ServerAccess) -> Void = { _ in },
        foreign: (any ForeignTokens)? = nil, clock: any Timekeeper = SystemTimekeeper(),
        _ body: @Sendable (ServerDesk, Person) async throws -> Output
    ) async throws -> Output {
        let unlimited: (inout ServerAccess) -> Void = { access in
            (access.limits.address, access.limits.person, access.limits.key, access.limits.login) = (nil, nil, nil, nil)
            admit(&access)
        }
        return try await with(
            store: store, models: models, routes: routes, admit: unlimited, foreign: foreign, clock: clock
        ) { desk in
            let output = try await body(desk, try await desk.owner())
            // Whatever was tried, the log is whole.
            let verdict = try await desk.accessStore.verify()
            if case .broken(let place) = verdict { Issue.record("the audit log is broken: \(place.description)") }
            return output
        }
    }

    /// The first account.
    func owner(_ username: String = "olga") async throws -> Person {
        try await register(username)
        return try await login(username)
    }

    @discardableResult
    func register(_ username: String, code: String? = nil, headers: HTTPHeaders = [:]) async throws -> Answer {
        var body: [String: JSONValue] = [
            "username": .string(username), "email": .string("\(username)@example.org"),
            "password": .string(Self.password),
        ]
        body["code"] = code.map { .string($0) }
        let answer = try await post("/auth/register", .object(body), headers: headers)
        guard answer.status == 201 else { throw Unexpected(answer: answer.text) }
        return answer
    }

    func login(_ name: String, password: String = Self.password, from address: String = "127.0.0.1") async throws
        -> Person
    {
        let answer = try await ask(
            .post, "/auth/login", ["username": .string(name), "password": .string(password)], from: address)
        guard answer.status == 200, let access = answer.json["access_token"]?.stringValue,
            let refresh = answer.json["refresh_token"]?.stringValue,
            let id = answer.json["user"]?["id"]?.stringValue
        else { throw Unexpected(answer: answer.text) }
        return Person(id: id, username: name, access: access, refresh: refresh)
    }

    /// Somebody whom the owner has invited.
    func person(_ username: String, roles: [String] = ["user"], by owner: Person) async throws -> Person {
        let invitation = try await post(
            "/api/v1/invitations", ["roles": .array(roles.map { .string($0) })], headers: owner.token)
        guard let code = invitation.json["code"]?.stringValue else { throw Unexpected(answer: invitation.text) }
        try await register(username, code: code)
        return try await login(username)
    }

    /// An API key of somebody.
    func key(
        of person: Person, scopes: [String]? = nil, project: String? = nil, days: Int64? = nil
    ) async throws -> (id: String, text: String) {
        var body: [String: JSONValue] = ["name": "a key"]
        body["scopes"] = scopes.map { .array($0.map { .string($0) }) }
        body["project"] = project.map { .string($0) }
        body["expires_in_days"] = days.map { .int($0) }
        let answer = try await post("/api/v1/keys", .object(body), headers: person.token)
        guard let id = answer.json["id"]?.stringValue, let text = answer.json["key"]?.stringValue else {
            throw Unexpected(answer: answer.text)
        }
        return (id, text)
    }

    /// What a request is worth that brings these fields.
    func status(_ headers: HTTPHeaders) async throws -> Int { try await get("/auth/me", headers: headers).status }

    func start(_ workflow: String, _ input: JSONValue, as person: Person) async throws -> String {
        let answer = try await post(
            "/api/v1/runs", ["workflow": .string(workflow), "input": input], headers: person.token)
        guard let id = answer.json["id"]?.stringValue else { throw Unexpected(answer: answer.text) }
        return id
    }

    func project(_ name: String, as person: Person) async throws -> String {
        let answer = try await post("/projects", ["name": .string(name)], headers: person.token)
        guard let id = answer.json["id"]?.stringValue else { throw Unexpected(answer: answer.text) }
        return id
    }

    /// What the audit log says, the newest first.
    func audit(_ action: String? = nil) async throws -> [AuditEntry] {
        try await access.log.entries(
            AuditFilter(
                tenant: access.accounts.tenant, actor: nil, action: action, target: nil, from: nil, to: nil,
                behind: nil,
                limit: 200))
    }

    /// Has the server listen, and gives `body` a client.
    func serving(_ body: @escaping @Sendable (LiveClient) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Nudge()
            group.addTask { try await application.run { _ in ready.call() } }
            await ready.wait()
            let client = LiveClient(address: application.facts.address)
            defer { group.cancelAll() }
            try await body(client)
            await client.end()
        }
    }
}
