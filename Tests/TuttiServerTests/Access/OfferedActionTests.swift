import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

@Suite("What is offered of a run", .timeLimit(.minutes(1)))
struct OfferedActionTests {
    private func actions(_ run: String, _ person: Person, _ desk: ServerDesk) async throws -> [String] {
        try await desk.get("/api/v1/runs/\(run)", headers: person.token).list("actions").compactMap(\.stringValue)
    }

    @Test func isWhatTheCallerMay() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let bob = try await desk.person("bob", by: owner)
            let manager = try await desk.person("mia", roles: ["manager"], by: owner)
            let run = try await desk.start("publishing", ["title": "x"], as: bob)
            try await desk.event("approval.requested", of: run)
            #expect(try await actions(run, bob, desk) == ["approve", "cancel"])
            #expect(try await actions(run, owner, desk) == ["approve", "cancel"])
            // A manager reads everybody's runs and answers their approvals, and controls only those of the own.
            #expect(try await actions(run, manager, desk) == ["approve"])
            let key = try await desk.key(of: bob, scopes: ["runs.read"])
            let seen = try await desk.get("/api/v1/runs/\(run)", headers: ["X-API-Key": key.text])
            #expect(seen.list("actions").isEmpty && seen.json["comments_open"] == false)
            // Looking refuses nobody anything.
            #expect(try await desk.audit("policy.denied").isEmpty)
        }
    }

    @Test func whatMayBeSeenAndNotBeChangedIsNotPermitted() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let bob = try await desk.person("bob", by: owner)
            let manager = try await desk.person("mia", roles: ["manager"], by: owner)
            let user = try await desk.person("ula", by: owner)
            let run = try await desk.start("listening", 1, as: bob)
            for (method, path) in [
                (HTTPMethod.post, "/api/v1/runs/\(run)/fork"), (.post, "/api/v1/runs/\(run)/cancel"),
                (.delete, "/api/v1/runs/\(run)"),
            ] {
                let refused = try await desk.ask(method, path, headers: manager.token)
                #expect(refused.status == 403 && refused.code == "not_permitted", "\(path): \(refused.text)")
                // Who may not see it learns nothing of it.
                #expect(try await desk.ask(method, path, headers: user.token).status == 404)
            }
        }
    }

    @Test func whatTakesAnApprovalIsOffered() async throws {
        let rules = try PolicyRules(
            yaml: "extends: built-in\nrules: [{id: two, effect: needs_approval, permissions: [runs.control]}]")
        try await ServerDesk.withOwner(admit: { ($0.decider, $0.rules) = (rules, rules) }) { desk, owner in
            let run = try await desk.start("listening", 1, as: owner)
            #expect(try await actions(run, owner, desk) == ["cancel"])
            let refused = try await desk.post("/api/v1/runs/\(run)/cancel", headers: owner.token)
            #expect(refused.code == "approval_required")
        }
    }
}
