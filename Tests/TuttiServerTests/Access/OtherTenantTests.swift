import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiRuntime
import TuttiServerSQLite
import TuttiStore
import TuttiTesting

@testable import TuttiServer

/// Another organisation's rows in the same stores, put there past the server.
struct Others: Sendable {
    var run = ""
    var project = ""
    var user = ""
    var session = ""
    var key = ""
    var keyText = ""
    var hint = ""
    var refresh = ""

    static let tenant = "other"

    var names: [String] { [run, project, user, session, key, hint] }
}

extension ServerDesk {
    /// Gives `body` a server whose stores hold another organisation's things, too.
    static func withOthers(_ body: @Sendable (ServerDesk, Person, Others) async throws -> Void) async throws {
        let store = MemoryJournalStore()
        var options = EngineOptions()
        options.tenant = Others.tenant
        try await withEngine(on: store, [Listening(), Publishing()], options: options) { engine in
            let run = try await RunAccount.$current.withValue(RunAccount(person: "usr_other")) {
                try await engine.start(named: "listening", input: ["title": "of others"])
            }
            try await withOwner(store: store) { desk, owner in
                var others = try await desk.plant()
                others.run = run.id.text
                try await body(desk, owner, others)
            }
        }
    }

    private func plant() async throws -> Others {
        let (now, random) = (access.accounts.now, LockedGenerator())
        let draft = AuditDraft(
            time: now, tenant: Others.tenant,
            actor: AuditActor(id: "usr_planted", name: "planted", credential: .program), action: .userImported,
            details: ["note": "entry of others"])
        var others = Others()
        let user = User(
            id: random.draw { UserID(at: now, using: &$0) }, tenant: Others.tenant, username: "oskar",
            email: "oskar@other.example", name: "Oskar", password: nil, roles: [User.owner], created: now)
        try await accessStore.add(user, using: nil, isFirst: false, at: now, telling: draft)
        let session = LoginSession(
            id: random.draw { SessionID(at: now, using: &$0) }, user: user.id, device: "d", address: "192.0.2.9",
            created: now, lastUsed: now, expires: now + .seconds(86_400))
        let refresh = random.draw { OpaqueToken(.refresh, using: &$0) }
        _ = try await accessStore.begin(
            session, RefreshToken(hash: refresh.hash, session: session.id, expires: session.expires), checked: nil,
            upgraded: nil, telling: draft)
        let token = random.draw { OpaqueToken(.apiKey, using: &$0) }
        let key = APIKey(
            id: random.draw { APIKeyID(at: now, using: &$0) }, tenant: Others.tenant, name: "theirs", hint: token.hint,
            hash: token.hash, user: user.id, project: nil, scopes: nil, created: now, expires: nil)
        try await accessStore.add(key, telling: draft)
        let code = random.draw { OpaqueToken(.invitation, using: &$0) }
        try await accessStore.add(
            OneTimeCode(
                hash: code.hash, hint: code.hint, tenant: Others.tenant, purpose: .invitation(roles: ["user"]),
                createdBy: "oskar", created: now, expires: now + .seconds(86_400)), telling: draft)
        let project = Project(
            id: random.draw { ProjectID(at: now, using: &$0) }, name: "of others", description: "", status: "planning",
            createdBy: "oskar", owner: user.id.text, created: now, updated: now, version: 1)
        let files = SQLiteServerStore(home: home)
        try await files.add(project, tenant: Others.tenant)
        _ = try await files.append(
            TopicDraft(type: "secret", source: "others", data: "of others", time: now, expires: now + .seconds(86_400)),
            to: "theirs", tenant: Others.tenant) { _ in }
        if let name = SecretName("theirs") {
            _ = try await access.secrets.put(
                SecretText("value"), name: name, scope: .tenant, tenant: Others.tenant, label: "of others",
                provider: nil, by: nil, at: now)
        }
        (others.user, others.session, others.key, others.keyText) = (
            user.id.text, session.id.text, key.id.text, token.text.revealed
        )
        (others.project, others.hint, others.refresh) = (project.id.text, code.hint, refresh.text.revealed)
        return others
    }
}

@Suite("Another organisation", .timeLimit(.minutes(3)))
struct OtherTenantTests {
    @Test func isNotThereForAnybody() async throws {
        try await ServerDesk.withOthers { desk, owner, others in
            let user = try await desk.person("ula", by: owner)
            let operation = try await desk.person("oper", roles: ["operator"], by: owner)
            for person in [owner, operation, user] {
                for address in EveryRoute.addresses(of: desk) {
                    let names = address.pattern.parameters
                    guard !names.isEmpty, address.route.access.who != .anybody,
                        ![.none, .organisation, .person, .maker].contains(address.route.access.ownership)
                            || names.contains("hint")
                    else { continue }
                    let target = address.target([
                        "run": others.run, "project": others.project, "user": others.user, "hint": others.hint,
                        "session": address.route.access.ownership == .session ? others.run : others.session,
                        "key": address.pattern.parameters.contains("run") ? "send" : others.key, "name": "theirs",
                        "approval": "publish", "version": "1",
                    ])
                    // A secret that is written belongs to the writer.
                    if address.operation == "putSecret" { continue }
                    let answer = try await desk.ask(
                        address.route.method, target, address.body, headers: person.token)
                    let isForbidden = answer.status == 403 && answer.code == "not_permitted" && person.id != owner.id
                    #expect(
                        answer.status == 404 || isForbidden,
                        "\(person.username) \(address.route.method.rawValue) \(target): \(answer.status) \(answer.text)")
                    #expect(!answer.text.contains("of others"))
                }
            }
            // All is as it was.
            let session = try await desk.accessStore.session(
                SessionID(trusted: others.session), at: desk.access.accounts.now)
            #expect(session != nil)
            #expect(try await desk.accessStore.keys(of: nil, tenant: Others.tenant, limit: 10).count == 1)
            #expect(
                try await desk.accessStore.invitations(tenant: Others.tenant, at: desk.access.accounts.now).count == 1)
            let left = try await SQLiteServerStore(home: desk.home).projects(
                behind: nil, status: nil, of: RunAccount(), tenant: Others.tenant, limit: 10)
            #expect(left.map(\.name) == ["of others"])
        }
    }

    @Test func isInNoListing() async throws {
        try await ServerDesk.withOthers { desk, owner, others in
            _ = try await desk.start("listening", 1, as: owner)
            for path in [
                "/api/v1/runs", "/api/v1/runs?kin=all", "/api/v1/approvals", "/projects", "/api/v1/events?limit=1000",
                "/api/sessions", "/api/execution/runs", "/api/v1/keys?all=true", "/auth/sessions?all=true",
                "/api/v1/users", "/api/v1/invitations", "/api/v1/secrets?scope=tenant", "/api/v1/topics",
                "/api/v1/topics/theirs/events", "/api/v1/audit?limit=200", "/api/v1/audit?actor=usr_planted",
                "/v1/settings/keys", "/api/v1/settings", "/api/v1/limits", "/api/v1/system",
            ] {
                let answer = try await desk.get(path, headers: owner.token)
                #expect(answer.status == 200, "\(path): \(answer.text)")
                for name in others.names + ["of others", "oskar", "entry of others"] {
                    #expect(!answer.text.contains(name), "\(path) tells \(name)")
                }
            }
        }
    }

    @Test func itsKeysAndTokensAreNotTaken() async throws {
        try await ServerDesk.withOthers { desk, owner, others in
            #expect(try await desk.status(["X-API-Key": others.keyText]) == 401)
            let refreshed = try await desk.post("/auth/refresh", ["refresh_token": .string(others.refresh)])
            #expect(refreshed.status == 401)
            // It was not used up either: nothing of theirs is ever written here.
            let again = try await desk.post("/auth/refresh", ["refresh_token": .string(others.refresh)])
            #expect(again.status == 401 && again.code == "refresh_refused")
            #expect(try await desk.audit("token.reused").isEmpty)
            let stays = try await desk.accessStore.session(
                SessionID(trusted: others.session), at: desk.access.accounts.now)
            #expect(stays != nil)
            let login = try await desk.post(
                "/auth/login", ["username": "oskar", "password": .string(ServerDesk.password)])
            #expect(login.status == 401)
            // The same name is free here.
            _ = try await desk.person("oskar", by: owner)
        }
    }

    @Test func theExportOfTheLogIsOfOneOrganisation() async throws {
        try await ServerDesk.withOthers { desk, owner, _ in
            let answer = try await desk.get("/api/v1/audit/export", headers: owner.token)
            #expect(answer.status == 409 && answer.code == "several_organisations")
            #expect(try await desk.get("/api/v1/audit/verification", headers: owner.token).json["whole"] == true)
        }
        try await ServerDesk.withOwner { desk, owner in
            let answer = try await desk.get("/api/v1/audit/export", headers: owner.token)
            #expect(answer.status == 200)
        }
    }
}
