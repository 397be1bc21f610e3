import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiStore

@testable import TuttiServer

@Suite("What is written down of requests", .timeLimit(.minutes(1)))
struct AuditHTTPTests {
    /// Requests that change something, with the action that tells of each.
    private func changes(_ desk: ServerDesk, _ owner: Person) async throws -> [(HTTPMethod, String, JSONValue?, String)]
    {
        let run = try await desk.start("listening", 1, as: owner)
        let asking = try await desk.start("publishing", ["title": "x"], as: owner)
        try await desk.event("approval.requested", of: asking)
        let refused = try await desk.start("publishing", ["title": "y"], as: owner)
        try await desk.event("approval.requested", of: refused)
        let project = try await desk.project("p", as: owner)
        return [
            (.post, "/api/v1/runs", ["workflow": "listening", "input": 2], "run.started"),
            (.post, "/api/v1/runs/\(run)/signal", ["name": "other", "value": 1], "run.signalled"),
            (.post, "/api/v1/runs/\(asking)/approve", [:], "approval.given"),
            (.post, "/api/v1/runs/\(refused)/reject", [:], "approval.refused"),
            (.post, "/api/v1/runs/\(run)/cancel", nil, "run.cancelled"),
            (.post, "/projects", ["name": "q"], "project.created"),
            (.patch, "/projects/\(project)", ["name": "r"], "project.changed"),
            (.delete, "/projects/\(project)", nil, "project.deleted"),
            (.post, "/api/v1/topics/news/events", ["type": "note"], "topic.published"),
            (.put, "/api/v1/secrets/s", ["value": "v"], "secret.written"),
            (.delete, "/api/v1/secrets/s", nil, "secret.deleted"),
            (.post, "/v1/settings/keys", ["provider": "openai", "api_key": "sk-x"], "secret.written"),
            (
                .post, "/v1/settings/agent-prefs", ["agent_role": "a", "provider": "p", "model_name": "m"],
                "settings.changed"
            ),
            (.delete, "/v1/settings/agent-prefs/a", nil, "settings.changed"),
            (.get, "/api/v1/audit/export", nil, "audit.exported"),
        ]
    }

    @Test func everyChangeHasAnEntryWithWhoAndWhat() async throws {
        let log = MemoryAuditLog()
        try await ServerDesk.withOwner(admit: { $0.log = log }) { desk, owner in
            for (method, path, body, action) in try await changes(desk, owner) {
                let before = await log.all.count
                let answer = try await desk.ask(method, path, body, headers: owner.token)
                #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer.text)")
                let told = await log.all.dropFirst(before).map(\.draft)
                #expect(told.map(\.action.text) == [action, action], "\(path)")
                #expect(told.map(\.outcome) == [.begun, .done] && told.allSatisfy { $0.actor.id == owner.id })
                // What was made is named by what is answered.
                #expect(told.last?.target != nil || action == "audit.exported" || method == .post, "\(path)")
                if ["run.started", "project.created"].contains(action) {
                    #expect(told.first?.target == nil && told.last?.target?.id == answer.json["id"]?.stringValue)
                }
                #expect(told.first?.request == answer.headers["X-Request-Id"])
                #expect(told.first?.actor.address == "127.0.0.1" && told.first?.tenant == "default")
            }
        }
    }

    @Test func whatCannotBeWrittenDownIsNotDone() async throws {
        let log = MemoryAuditLog()
        try await ServerDesk.withOwner(admit: { $0.log = log }) { desk, owner in
            let requests = try await changes(desk, owner)
            func state() async throws -> [String] {
                try await [
                    "/api/v1/runs", "/projects", "/api/v1/topics", "/api/v1/secrets", "/v1/settings/keys",
                    "/v1/settings/agent-prefs", "/api/v1/approvals",
                ].asyncMap { try await desk.get($0, headers: owner.token).text }
            }
            let before = try await state()
            await log.fail(with: AuditError(.unusable, "the disk is full"))
            for (method, path, body, _) in requests {
                let answer = try await desk.ask(method, path, body, headers: owner.token)
                #expect(answer.status == 503 && answer.code == "audit_unusable", "\(method) \(path)")
                #expect(answer.headers["Retry-After"] != nil && !answer.text.contains("disk"))
            }
            // Everything else that would change something, whatever it is about.
            for address in EveryRoute.addresses(of: desk) where address.route.access.change != nil {
                let answer = try await desk.ask(
                    address.route.method, address.target([:]), address.body, headers: owner.token)
                #expect(answer.status == 503, "\(address.operation)")
            }
            #expect(try await state() == before)
            // Refusing needs the log, too, and reading does not.
            let ada = try await desk.person("ada", by: owner)
            #expect(try await desk.get("/api/v1/users", headers: ada.token).status == 503)
            #expect(try await desk.get("/api/v1/runs", headers: ada.token).status == 200)
            await log.fail(with: nil)
            #expect(try await desk.get("/api/v1/users", headers: ada.token).status == 403)
            let again = try await desk.post("/projects", ["name": "now"], headers: owner.token)
            #expect(again.status == 201)
        }
    }

    /// Whatever makes something names it, by the member of its answer that does.
    @Test func whatIsMadeIsNamed() async throws {
        let makers = RouteAccessTable.rules.filter { $0.value.ownership == .maker }
        #expect(makers.allSatisfy { $0.value.made != nil })
        try await ServerDesk.withOwner { desk, owner in
            let document = JSONValue.string(RoundtableInputSample.document)
            for (path, body, member): (String, JSONValue, String) in [
                ("/api/v1/roundtables", ["document": document], "id"),
                ("/api/refinement/start", ["title": "x", "content": document], "session_id"),
                ("/api/execution/start", ["title": "x", "content": document], "run_id"),
            ] {
                let answer = try await desk.post(path, body, headers: owner.token)
                let told = try await desk.audit("run.started").first?.draft
                #expect(told?.outcome == .done && told?.target?.kind == "run", "\(path): \(answer.text)")
                #expect(told?.target?.id == answer.json[member]?.stringValue, "\(path): \(answer.text)")
            }
            let kept = try await desk.post(
                "/v1/settings/keys", ["provider": "openai", "api_key": "sk-x"], headers: owner.token)
            let told = try await desk.audit("secret.written").first?.draft
            #expect(told?.target?.id == kept.json["id"]?.stringValue && told?.outcome == .done)
        }
    }

    @Test func whatIsMadeOfARunIsNamedBesideIt() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let run = try await desk.start("listening", 1, as: owner)
            _ = try await desk.post("/api/v1/runs/\(run)/cancel", headers: owner.token)
            try await desk.event("run.cancelled", of: run)
            let fork = try await desk.post("/api/v1/runs/\(run)/fork", headers: owner.token)
            #expect(fork.status == 202, "\(fork.text)")
            let told = try await desk.audit("run.changed").first?.draft
            #expect(told?.outcome == .done && told?.target?.id == run)
            #expect(told?.details["made"] == fork.json["id"]?.stringValue)
        }
    }

    @Test func whatIsRefusedNamesWhatItWasAbout() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", roles: ["operator"], by: owner)
            #expect(try await desk.ask(.delete, "/api/v1/runs/run_1", headers: ada.token).status == 403)
            let told = try #require(try await desk.audit("policy.denied").first?.draft)
            #expect(told.target == AuditTarget(kind: "run", id: "run_1") && told.details["operation"] == "deleteRun")
        }
    }

    @Test func whatFailsHasASecondEntry() async throws {
        let log = MemoryAuditLog()
        try await ServerDesk.withOwner(admit: { $0.log = log }) { desk, owner in
            let run = try await desk.start("listening", 1, as: owner)
            let tries: [(HTTPMethod, String, JSONValue?, Int, String)] = [
                (.post, "/api/v1/runs", ["workflow": "nothing"], 404, "workflow_unknown"),
                (.post, "/projects", ["name": ""], 422, "bad_input"),
                (.delete, "/projects/prj_x", nil, 404, "project_not_found"),
                (.delete, "/api/v1/runs/\(run)", nil, 409, "run_not_ended"),
                (.delete, "/api/v1/secrets/none", nil, 404, "secret_not_found"),
            ]
            for (method, path, body, status, code) in tries {
                let before = await log.all.count
                let answer = try await desk.ask(method, path, body, headers: owner.token)
                #expect(answer.status == status && answer.code == code, "\(path): \(answer.text)")
                let told = await log.all.dropFirst(before).map(\.draft)
                #expect(told.map(\.outcome) == [.begun, .failed], "\(path)")
                #expect(told.last?.details["code"] == code && told.last?.details["status"] == String(status))
            }
        }
    }

    /// A slip of the finger must not look like an empty log.
    @Test func whatIsLookedForHasToBeThere() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let slip = try await desk.get("/api/v1/audit?action=lgin.failed", headers: owner.token)
            #expect(slip.status == 400 && slip.text.contains("did you mean 'login.failed'?"), "\(slip.text)")
            let nobody = try await desk.get("/api/v1/audit?actor=bob", headers: owner.token)
            #expect(nobody.status == 400 && nobody.text.contains("there is no account 'bob'"), "\(nobody.text)")
            for actor in ["olga", "Olga@example.org", owner.id] {
                let found = try await desk.get("/api/v1/audit?action=login&actor=\(actor)", headers: owner.token)
                #expect(found.status == 200 && found.list("entries").count == 1, "\(found.text)")
                let all = try await desk.get("/api/v1/audit?actor=\(actor)", headers: owner.token)
                #expect(!all.list("entries").isEmpty)
            }
        }
    }

    @Test func everythingDoneToAccountsIsTold() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            let key = try await desk.key(of: ada)
            let steps: [(HTTPMethod, String, JSONValue?, Person, String)] = [
                (.patch, "/api/v1/users/\(ada.id)", ["name": "Ada"], owner, "user.changed"),
                (.patch, "/api/v1/users/\(ada.id)", ["roles": ["manager"]], owner, "user.roles_changed"),
                (.post, "/api/v1/users/\(ada.id)/reset-code", nil, owner, "password.reset_made"),
                (.delete, "/api/v1/keys/\(key.id)", nil, ada, "key.revoked"),
                (.post, "/api/v1/keys", ["name": "k"], ada, "key.created"),
                (.post, "/auth/logout", nil, ada, "session.ended"),
                (.patch, "/api/v1/users/\(ada.id)", ["active": false], owner, "user.disabled"),
                (.patch, "/api/v1/users/\(ada.id)", ["active": true], owner, "user.enabled"),
                (.delete, "/api/v1/users/\(ada.id)", nil, owner, "user.deleted"),
            ]
            for (method, path, body, person, action) in steps {
                let answer = try await desk.ask(method, path, body, headers: person.token)
                #expect((200..<300).contains(answer.status), "\(method) \(path): \(answer.text)")
                let told = try await desk.audit().first?.draft
                #expect(told?.action.text == action && told?.actor.id == person.id, "\(path)")
                #expect(told?.outcome == .done && told?.request == answer.headers["X-Request-Id"], "\(path)")
            }
            // What was not there is told of by nobody.
            let count = try await desk.audit().count
            #expect(try await desk.ask(.delete, "/api/v1/keys/\(key.id)", headers: owner.token).status == 404)
            #expect(try await desk.ask(.delete, "/auth/sessions/ses_x", headers: owner.token).status == 404)
            #expect(try await desk.audit().count == count)
            let shown = try await desk.get("/api/v1/audit?limit=200", headers: owner.token).list("entries")
            #expect(shown.count == count)
            let verified = try await desk.get("/api/v1/audit/verification", headers: owner.token)
            #expect(verified.json["whole"] == true && verified.json["entries"]?.intValue == Int64(count))
        }
    }
}
