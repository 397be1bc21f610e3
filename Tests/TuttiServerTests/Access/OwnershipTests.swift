import Synchronization
import Testing
import TuttiAccess
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiRuntime
import TuttiServerSQLite
import TuttiStore
import TuttiTesting

@testable import TuttiServer

/// What somebody has, of each kind.
struct Things: Sendable {
    /// Runs: one that waits for a signal, one that asks for an approval, a roundtable that has ended.
    var runs: [String] = []
    var project = ""
    var user = ""
    var session = ""
    var key = ""
    var secret = "token"
}

extension ServerDesk {
    /// Gives somebody one of each kind.
    func things(of person: Person) async throws -> Things {
        var things = Things()
        things.user = person.id
        things.runs.append(try await start("listening", ["note": .string("of \(person.username)")], as: person))
        things.runs.append(try await start("publishing", ["title": .string("of \(person.username)")], as: person))
        let table = try await post(
            "/api/refinement/start",
            ["title": .string("of \(person.username)"), "content": .string(RoundtableInputSample.document)],
            headers: person.token)
        guard let session = table.json["session_id"]?.stringValue else { throw Unexpected(answer: table.text) }
        try await event("run.completed", of: session)
        things.runs.append(session)
        try await event("approval.requested", of: things.runs[1])
        things.project = try await project("of \(person.username)", as: person)
        things.key = try await key(of: person).id
        let sessions = try await get("/auth/sessions", headers: person.token).list("sessions")
        things.session = sessions.first?["id"]?.stringValue ?? ""
        let put = try await ask(.put, "/api/v1/secrets/token", ["value": "a secret value"], headers: person.token)
        guard put.status == 200 else { throw Unexpected(answer: put.text) }
        return things
    }
}

@Suite("What is whose", .timeLimit(.minutes(3)))
struct OwnershipTests {
    private static let unknown: Set<String> = [
        "run_not_found", "project_not_found", "user_not_found", "key_not_found", "session_not_found",
        "secret_not_found",
    ]

    /// Every path that names a thing of somebody, for each operation of the kinds.
    private func attacks(on things: Things, _ desk: ServerDesk) -> [(EveryRoute.Address, target: String)] {
        EveryRoute.addresses(of: desk).flatMap { address -> [(EveryRoute.Address, target: String)] in
            let names = address.pattern.parameters
            switch address.route.access.ownership {
            case .run where names.contains("run"), .session where names.contains("session"):
                return things.runs.map { run in
                    (
                        address,
                        address.target([
                            "run": run, "session": run, "key": "send", "approval": "publish", "version": "1",
                        ])
                    )
                }
            case .project where names.contains("project"):
                return [(address, address.target(["project": things.project]))]
            case .account where names.contains("user"):
                return [(address, address.target(["user": things.user]))]
            case .account where names.contains("session"):
                return [(address, address.target(["session": things.session]))]
            case .account where names.contains("key"): return [(address, address.target(["key": things.key]))]
            default: return []
            }
        }
    }

    /// Every attack is answered as if there was nothing.
    private func expectNothing(
        of things: Things, for person: Person, _ desk: ServerDesk, but allowed: Set<String> = []
    ) async throws {
        let attacks = attacks(on: things, desk)
        #expect(Set(attacks.map(\.0.operation)).count > 30)
        for (address, target) in attacks {
            let answer = try await desk.ask(address.route.method, target, address.body, headers: person.token)
            // Who has no right to such things at all is told that, whosever they are.
            if answer.status == 403, allowed.contains(address.operation) { continue }
            #expect(
                answer.status == 404 && Self.unknown.contains(answer.code ?? ""),
                "\(address.route.method.rawValue) \(target): \(answer.status) \(answer.text.prefix(200))")
            if let id = things.runs.first { #expect(!answer.headers.fields.contains { $0.value.contains(id) }) }
        }
    }

    /// The same requests of who has the things find them: the attacks are refused for the right reason.
    private func expectFound(_ things: Things, for person: Person, _ desk: ServerDesk) async throws {
        for (address, target) in attacks(on: things, desk) where address.route.method == .get {
            if address.operation == "getUser" || address.operation == "exportRun" { continue }
            let answer = try await desk.get(target, headers: person.token)
            #expect(!Self.unknown.contains(answer.code ?? ""), "\(target): \(answer.text.prefix(200))")
        }
    }

    private static let managed: Set<String> = [
        "getUser", "changeUser", "deleteUser", "makeResetCode", "approvePolicy", "exportRun",
    ]

    @Test func nobodySeesOrTouchesWhatIsSomebodyElses() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let (ada, bob) = (try await desk.person("ada", by: owner), try await desk.person("bob", by: owner))
            let (mine, his) = (try await desk.things(of: ada), try await desk.things(of: bob))
            try await expectNothing(of: mine, for: bob, desk, but: Self.managed)
            try await expectNothing(of: his, for: ada, desk, but: Self.managed)
            try await expectFound(mine, for: ada, desk)
            try await expectFound(his, for: bob, desk)
            // Nothing of it has changed.
            for (person, things) in [(ada, mine), (bob, his)] {
                let states = try await things.runs.asyncMap { run in
                    try await desk.get("/api/v1/runs/\(run)", headers: person.token).json["state"]?.stringValue
                }
                #expect(states == ["waiting", "waiting", "completed"])
                #expect(try await desk.status(person.token) == 200)
                let project = try await desk.get("/projects/\(things.project)", headers: person.token)
                #expect(project.json["name"]?.stringValue == "of \(person.username)")
            }
        }
    }

    @Test func everyListingHasOnesOwnOnly() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let (ada, bob) = (try await desk.person("ada", by: owner), try await desk.person("bob", by: owner))
            let (mine, his) = (try await desk.things(of: ada), try await desk.things(of: bob))
            let listings = [
                "/api/v1/runs", "/api/v1/runs?kin=all", "/api/v1/approvals", "/projects", "/api/v1/projects",
                "/api/v1/events?limit=1000", "/api/v1/events?tail=1000", "/api/sessions", "/api/execution/runs",
                "/api/v1/keys", "/auth/sessions", "/api/v1/secrets", "/v1/settings/keys", "/v1/settings/agent-prefs",
            ]
            for path in listings {
                let (hers, others) = (
                    try await desk.get(path, headers: ada.token), try await desk.get(path, headers: bob.token)
                )
                #expect(hers.status == 200 && others.status == 200, "\(path): \(hers.text)")
                for name in his.runs + [his.project, his.key, his.session, bob.id, "of bob"] {
                    #expect(!hers.text.contains(name), "\(path) tells \(name)")
                }
                for name in mine.runs + [mine.project, mine.key, mine.session, ada.id, "of ada"] {
                    #expect(!others.text.contains(name), "\(path) tells \(name)")
                }
            }
            let runs = try await desk.get("/api/v1/runs", headers: ada.token).list("runs")
            #expect(Set(runs.compactMap { $0["id"]?.stringValue }) == Set(mine.runs))
            #expect(try await desk.get("/api/v1/approvals", headers: ada.token).json["total"] == 1)
            // Everybody's is for who may see everybody's.
            for path in ["/api/v1/keys?all=true", "/auth/sessions?all=true"] {
                #expect(try await desk.get(path, headers: ada.token).status == 403)
                #expect(try await desk.get(path, headers: owner.token).text.contains(bob.id))
            }
            for scope in ["tenant", "project:\(his.project)"] {
                let answer = try await desk.get("/api/v1/secrets?scope=\(scope)", headers: ada.token)
                #expect(answer.status == (scope == "tenant" ? 403 : 404))
            }
            // Operators see all runs of their organisation.
            let operation = try await desk.person("oper", roles: ["operator"], by: owner)
            let all = try await desk.get("/api/v1/runs", headers: operation.token).list("runs")
            #expect(Set(all.compactMap { $0["id"]?.stringValue }) == Set(mine.runs + his.runs))
        }
    }

    @Test func theBeginningOfAnIdentifierTellsNothingOfOthers() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let (ada, bob) = (try await desk.person("ada", by: owner), try await desk.person("bob", by: owner))
            var (mine, his, shared) = ("", "", "")
            // Identifiers begin with the time: two that were made at about the same begin alike.
            while shared.utf8.count < "run_".utf8.count + RunReads.digitsMin {
                mine = try await desk.start("listening", 1, as: ada)
                his = try await desk.start("listening", 2, as: bob)
                shared = String(zip(mine, his).prefix { $0 == $1 }.map(\.0))
            }
            let found = try await desk.get("/api/v1/runs/\(String(mine.prefix(shared.count + 1)))", headers: ada.token)
            #expect(found.json["id"]?.stringValue == mine)
            let alike = try await desk.get("/api/v1/runs/\(shared)", headers: ada.token)
            let alone = try await desk.get("/api/v1/runs", headers: ada.token).list("runs")
                .filter { $0["id"]?.stringValue?.hasPrefix(shared) == true }
            // With one of one's own that begins so it is meant, whatever others have.
            #expect(alike.status == (alone.count == 1 ? 200 : 409))
            #expect(try await desk.get("/api/v1/runs/\(shared)", headers: owner.token).status == 409)
            let his404 = try await desk.get("/api/v1/runs/\(String(his.prefix(shared.count + 1)))", headers: ada.token)
            let none404 = try await desk.get("/api/v1/runs/run_zzzzzzzzzzzz", headers: ada.token)
            #expect(his404.status == 404 && none404.status == 404 && his404.code == none404.code)
        }
    }

    @Test func aKeyOfARequestAnswersNobodyElse() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let (ada, bob) = (try await desk.person("ada", by: owner), try await desk.person("bob", by: owner))
            var ids: [String] = []
            for person in [ada, bob, ada] {
                var headers = person.token
                headers.add("Idempotency-Key", "same")
                let run = try await desk.post(
                    "/api/v1/runs", ["workflow": "listening", "input": 1], headers: headers)
                ids.append(run.json["id"]?.stringValue ?? "")
                let project = try await desk.post("/projects", ["name": "x"], headers: headers)
                #expect(project.json["user_id"]?.stringValue == person.id)
            }
            #expect(ids[0] != ids[1] && ids[0] == ids[2])
            // A key for one project sees less than its owner, and is answered for itself.
            let project = try await desk.project("p", as: ada)
            let bound = try await desk.key(of: ada, project: project)
            let run = try await desk.post(
                "/api/v1/runs", ["workflow": "listening", "input": 1],
                headers: ["X-API-Key": bound.text, "Idempotency-Key": "other"])
            let own = try await desk.post(
                "/api/v1/runs", ["workflow": "listening", "input": 1],
                headers: ["Authorization": "Bearer \(ada.access)", "Idempotency-Key": "other"])
            #expect(run.status == 202 && own.headers["Idempotency-Replayed"] == nil)
        }
    }

    @Test func strangersShareNoAnswersEither() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let wrong = try await desk.post(
                "/auth/login", ["username": "olga", "password": "wrong wrong"], headers: ["Idempotency-Key": "k"])
            let right = try await desk.post(
                "/auth/login", ["username": "olga", "password": .string(ServerDesk.password)],
                headers: ["Idempotency-Key": "k"])
            #expect(wrong.status == 401 && right.status == 200)
        }
    }
}

extension Array {
    func asyncMap<Output>(_ body: (Element) async throws -> Output) async throws -> [Output] {
        var all: [Output] = []
        for element in self { all.append(try await body(element)) }
        return all
    }
}
