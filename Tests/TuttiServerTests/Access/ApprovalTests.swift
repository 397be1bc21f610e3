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
        roles:
          starter: {summary: Starts runs with an approval., permissions: [runs.read, runs.start, runs.delete]}
        rules:
          - {id: two-of-us, effect: needs_approval, permissions: [runs.start, runs.delete], roles: [starter]}
          - {id: owners-too, effect: needs_approval, permissions: [users.manage], roles: [admin]}
          - {id: roles-too, effect: needs_approval, permissions: [roles.manage], roles: [admin]}
          - {id: never, effect: deny, permissions: [runs.start], roles: [operator]}
        """

    private func withPolicy(
        _ body: @Sendable (ServerDesk, Person) async throws -> Void
    ) async throws {
        let rules = try PolicyRules(yaml: Self.policy)
        try await ServerDesk.withOwner(admit: { ($0.decider, $0.rules) = (rules, rules) }, body)
    }

    private func approve(
        _ permission: String, of user: Person, on target: String? = nil, by approver: HTTPHeaders, _ desk: ServerDesk
    ) async throws -> ServerDesk.Answer {
        var body: [String: JSONValue] = ["permission": .string(permission)]
        body["target"] = target.map { .string($0) }
        return try await desk.post("/api/v1/users/\(user.id)/approvals", .object(body), headers: approver)
    }

    private func code(
        _ permission: String, of user: Person, on target: String? = nil, by approver: Person, _ desk: ServerDesk
    ) async throws -> String {
        let answer = try await approve(permission, of: user, on: target, by: approver.token, desk)
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
            #expect(used.map(\.outcome) == [.done, .begun])
            #expect(used.allSatisfy { $0.actor.id == ada.id && $0.details["approver"] == owner.id })
            #expect(used.allSatisfy { $0.target?.id == "startRun" && $0.details["rule"] == "two-of-us" })
        }
    }

    private func delete(_ run: String, _ person: Person, _ code: String, _ desk: ServerDesk) async throws
        -> ServerDesk.Answer
    {
        var headers = person.token
        headers.add("X-Approval", code)
        return try await desk.ask(.delete, "/api/v1/runs/\(run)", headers: headers)
    }

    /// Two runs of somebody that have ended.
    private func endedRuns(_ person: Person, _ owner: Person, _ desk: ServerDesk) async throws -> [String] {
        var runs: [String] = []
        for _ in 0..<2 {
            let code = try await code("runs.start", of: person, by: owner, desk)
            let id = try #require(try await start(person, code, desk).json["id"]?.stringValue)
            _ = try await desk.post("/api/v1/runs/\(id)/cancel", headers: owner.token)
            try await desk.event("run.cancelled", of: id)
            runs.append(id)
        }
        return runs
    }

    /// A request that fails has done nothing that could have been approved.
    @Test func comeBackWhenTheRequestFails() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let others = try await desk.start("listening", 1, as: owner)
            let runs = try await endedRuns(ada, owner, desk)
            let code = try await code("runs.delete", of: ada, by: owner, desk)
            #expect(try await delete(others, ada, code, desk).status == 404)
            let told = try await desk.audit("approval.used").prefix(2).map(\.draft)
            #expect(told.map(\.outcome) == [.failed, .begun] && told.allSatisfy { $0.target?.id == others })
            #expect(try await delete(runs[0], ada, code, desk).status == 204)
            #expect(try await delete(runs[1], ada, code, desk).json["code"] == "approval_refused")
        }
    }

    @Test func areForOneTargetWhereTheyNameIt() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let runs = try await endedRuns(ada, owner, desk)
            let code = try await code("runs.delete", of: ada, on: runs[0], by: owner, desk)
            #expect(try await desk.audit("policy.approved").first?.draft.details["target"] == runs[0])
            #expect(try await delete(runs[1], ada, code, desk).json["code"] == "approval_refused")
            #expect(try await desk.audit("policy.denied").first?.draft.target?.id == runs[1])
            #expect(try await delete(runs[0], ada, code, desk).status == 204)
            let empty = try await approve("runs.delete", of: ada, on: "", by: owner.token, desk)
            #expect(empty.status == 422 && empty.text.contains("target"))
        }
    }

    /// The rule grants nothing: who has no permission gets none by an approval.
    @Test func openNothingToWhoMayNot() async throws {
        try await withPolicy { desk, owner in
            let bob = try await desk.person("bob", roles: ["manager"], by: owner)
            let code = try await code("users.manage", of: bob, by: owner, desk)
            var headers = bob.token
            headers.add("X-Approval", code)
            let answer = try await desk.ask(.patch, "/api/v1/users/\(owner.id)", ["name": "x"], headers: headers)
            #expect(answer.status == 403 && answer.json["code"] == "not_permitted")
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

    @Test func areNothingOnceWhoGaveThemMayNotAnyMore() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let bob = try await desk.person("bob", roles: ["admin"], by: owner)
            let code = try await code("runs.start", of: ada, by: bob, desk)
            let demoted = try await desk.ask(
                .patch, "/api/v1/users/\(bob.id)", ["roles": ["user"]], headers: owner.token)
            #expect(demoted.status == 200, "\(demoted.text)")
            #expect(try await start(ada, code, desk).json["code"] == "approval_refused")
        }
    }

    /// Another process that writes makes everything be read again; that is no reason to refuse anybody.
    @Test func outliveThatEverythingIsReadAgain() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            let code = try await code("runs.start", of: ada, by: owner, desk)
            try await desk.access.accounts.load()
            #expect(try await start(ada, code, desk).status == 202)
        }
    }

    /// A change of an owner asks twice for the same permission, and once for another one.
    @Test func reachWhatIsAskedBesideTheRoute() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["admin"], by: owner)
            let bob = try await desk.person("bob", by: owner)
            func give(_ role: String, _ codes: [String]) async throws -> ServerDesk.Answer {
                var headers = ada.token
                if !codes.isEmpty { headers.add("X-Approval", codes.joined(separator: ", ")) }
                return try await desk.ask(
                    .patch, "/api/v1/users/\(bob.id)", ["roles": [.string(role)]], headers: headers)
            }
            #expect(try await give("developer", []).json["code"] == "approval_required")
            let first = try await code("users.manage", of: ada, by: owner, desk)
            #expect(try await give("developer", [first]).json["code"] == "approval_refused")
            let codes = [
                try await code("users.manage", of: ada, by: owner, desk),
                try await code("roles.manage", of: ada, by: owner, desk),
                try await code("roles.manage", of: ada, by: owner, desk),
            ]
            let given = try await give("developer", codes)
            #expect(given.status == 200, "\(given.text)")
        }
    }

    @Test func whatIsRefusedIsTold() async throws {
        try await withPolicy { desk, owner in
            let ada = try await desk.person("ada", roles: ["starter"], by: owner)
            _ = try await start(ada, nil, desk)
            _ = try await start(ada, "tta_forged", desk)
            let denied = try await desk.audit("policy.denied").map { $0.draft.details["code"] }
            #expect(denied == ["approval_refused", "approval_required"])
            // What is asked beside the route is told, too.
            let bob = try await desk.person("bob", roles: ["user"], by: owner)
            #expect(try await desk.get("/api/v1/keys?all=true", headers: bob.token).status == 403)
            let last = try #require(try await desk.audit("policy.denied").first?.draft)
            #expect(last.actor.id == bob.id && last.details["permission"] == "keys.manage_all")
        }
    }

    @Test func aCodeThatWasGivenBackIsAsGoodAsBefore() throws {
        let box = ApprovalBox(random: LockedGenerator(SeededGenerator(seed: 4)))
        let code = box.issue(Self.approval, at: Timestamp(milliseconds: 1)).text.revealed
        func hold() -> ApprovalBox.Held? {
            box.hold(code, for: "usr_b", "runs.start", on: "run_1", at: Timestamp(milliseconds: 2))
        }
        let held = try #require(hold())
        // Nobody else has it while it is in use.
        #expect(hold() == nil)
        box.giveBack(held)
        #expect(hold() != nil && hold() == nil)
    }

    private static var approval: ApprovalBox.Approval {
        let time = Timestamp(milliseconds: 1)
        var random = SeededGenerator(seed: 5)
        return ApprovalBox.Approval(
            approver: UserID(at: time, using: &random), session: SessionID(at: time, using: &random), user: "usr_b",
            permission: "runs.start")
    }

    @Test func lastForAnHour() {
        let box = ApprovalBox(random: LockedGenerator(SeededGenerator(seed: 3)))
        let time = Timestamp(milliseconds: 1)
        func takes(_ user: String?, at moment: Timestamp) -> Bool {
            let code = box.issue(Self.approval, at: time).text.revealed
            return box.hold(code, for: user, "runs.start", on: nil, at: moment) != nil
        }
        let hour = ApprovalBox.lifetime
        #expect(takes("usr_b", at: time + (hour - .milliseconds(1))))
        #expect(!takes("usr_b", at: time + hour))
        #expect(!takes(nil, at: time))
    }
}
