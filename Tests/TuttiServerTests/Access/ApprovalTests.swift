import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiTesting

@testable import TuttiServer

@Suite("Approvals that rules ask for", .timeLimit(.minutes(1)))
struct ApprovalTests {
    private static let policy = """
        extends: built-in
        roles: {starter: {summary: Starts runs with an approval., permissions: [runs.read]}}
        rules:
          - {id: two-of-us, effect: allow, permissions: [runs.start], roles: [starter], approval: true}
          - {id: never, effect: deny, permissions: [runs.start], roles: [operator]}
        """

    private func withPolicy(
        _ body: @Sendable (ServerDesk, Person) async throws -> Void
    ) async throws {
        let rules = try PolicyRules(yaml: Self.policy)
        try await ServerDesk.withOwner(admit: { ($0.decider, $0.rules) = (rules, rules) }, body)
    }

    private func approve(
        _ permission: String, of user: Person, by approver: HTTPHeaders, _ desk: ServerDesk
    ) async throws -> ServerDesk.Answer {
        try await desk.post(
            "/api/v1/users/\(user.id)/approvals", ["permission": .string(permission)], headers: approver)
    }

    private func code(_ permission: String, of user: Person, by approver: Person, _ desk: ServerDesk) async throws
        -> String
    {
        let answer = try await approve(permission, of: user, by: approver.token, desk)
        return try #require(answer.status == 201 ? answer.json["code"]?.stringValue : nil, "\(answer.text)")
    }

    private func start(_ person: Person, _ code: String?, _ desk: ServerDesk) async throws -> ServerDesk.Answer {
        var headers = person.token
        if let code { headers.add("X-Approval", code) }
        return try await desk.post("/api/v1/runs", ["workflow": "listening", "input": 1], headers: headers)
    }

    @Test func areGoodOnce() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let refused = try await start(ada, nil, desk)
            #expect(refused.status == 403 && refused.json["code"] == "approval_required")
            #expect(refused.text.contains("X-Approval"))
            let code = try await code("runs.start", of: ada, by: owner, desk)
            #expect(try await start(ada, code, desk).status == 202)
            let again = try await start(ada, code, desk)
            #expect(again.status == 403 && again.json["code"] == "approval_refused")
            let given = try #require(try await desk.audit("policy.approved").first?.draft)
            #expect(given.actor.id == owner.id && given.target?.id == ada.id)
            #expect(given.details["permission"] == "runs.start")
            let used = try await desk.audit("approval.used").map(\.draft)
            #expect(used.count == 1 && used[0].actor.id == ada.id && used[0].details["approver"] == owner.id)
            #expect(used[0].target?.id == "startRun")
        }
    }

    @Test func areForOnePersonAndOnePermission() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let bob = try await desk.person("bob", roles: ["starter"], by: owner)
            let code = try await code("runs.start", of: ada, by: owner, desk)
            let other = try await self.code("runs.delete", of: ada, by: owner, desk)
            #expect(try await start(bob, code, desk).json["code"] == "approval_refused")
            #expect(try await start(ada, other, desk).json["code"] == "approval_refused")
            #expect(try await start(ada, "tta_forged", desk).json["code"] == "approval_refused")
            // Whoever has tried it has not used it up.
            #expect(try await start(ada, code, desk).status == 202)
        }
    }

    @Test func areNoneOfOnesOwn() async throws {
        try await withPolicy { desk, owner in
            let own = try await approve("runs.start", of: owner, by: owner.token, desk)
            #expect(own.status == 409 && own.json["code"] == "own_approval")
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            #expect(try await approve("runs.start", of: ada, by: ada.token, desk).json["code"] == "not_permitted")
            let bob = try await desk.person("bob", roles: ["user"], by: owner)
            #expect(try await approve("runs.start", of: ada, by: bob.token, desk).json["code"] == "not_permitted")
            let key = try await desk.key(of: owner)
            let byKey = try await approve("runs.start", of: ada, by: ["X-API-Key": key.text], desk)
            #expect(byKey.status == 403 && byKey.json["code"] == "login_needed")
            let unknown = try await approve("runs.strat", of: ada, by: owner.token, desk)
            #expect(unknown.status == 422 && unknown.text.contains("runs.start"))
            #expect(try await desk.audit("policy.approved").isEmpty)
        }
    }

    @Test func endWithTheLoginOfWhoGaveThem() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let code = try await code("runs.start", of: ada, by: owner, desk)
            #expect(try await desk.post("/auth/logout", [:], headers: owner.token).status < 300)
            #expect(try await start(ada, code, desk).json["code"] == "approval_refused")
        }
    }

    @Test func areNothingAgainstADenial() async throws {
        try await withPolicy { desk, owner in
            let eve = try await desk.person("eve", roles: ["starter", "operator"], by: owner)
            let code = try await code("runs.start", of: eve, by: owner, desk)
            #expect(try await start(eve, code, desk).json["code"] == "not_permitted")
        }
    }

    @Test func lastForAnHour() {
        let box = ApprovalBox(random: LockedGenerator(SeededGenerator(seed: 3)))
        let approver = LiveCredential(
            Principal(tenant: "t", id: "usr_a", name: "a", roles: [], credential: .machine))
        let time = Timestamp(milliseconds: 1)
        func code() -> String {
            box.issue(ApprovalBox.Approval(approver: approver, user: "usr_b", permission: "runs.start"), at: time).text
                .revealed
        }
        let hour = ApprovalBox.lifetime
        #expect(box.take(code(), for: "usr_b", "runs.start", at: time + (hour - .milliseconds(1))) != nil)
        #expect(box.take(code(), for: "usr_b", "runs.start", at: time + hour) == nil)
        #expect(box.take(code(), for: nil, "runs.start", at: time) == nil)
    }
}
