import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP

@testable import TuttiServer

@Suite("From local mode to accounts", .timeLimit(.minutes(1)))
struct HandoverTests {
    @Test func whatWasThereIsTheOwnersAndNobodyElses() async throws {
        try await ServerDesk.with { desk in
            let run = try await desk.start("listening", ["title": "made locally"])
            let asking = try await desk.start("publishing", ["title": "made locally"])
            try await desk.event("approval.requested", of: asking)
            let project = try await desk.post("/projects", ["name": "made locally"]).json["id"]?.stringValue ?? ""
            for (method, path, body): (HTTPMethod, String, JSONValue) in [
                (.put, "/api/v1/secrets/local", ["value": "a value", "label": "made locally"]),
                (
                    .post, "/v1/settings/keys",
                    ["provider": "openai", "api_key": "sk-local", "label": "made locally"]
                ),
                (
                    .post, "/v1/settings/agent-prefs",
                    ["agent_role": "critic", "provider": "openai", "model_name": "made locally"]
                ),
            ] {
                let answer = try await desk.ask(method, path, body)
                #expect((200..<300).contains(answer.status), "\(path): \(answer.text)")
            }
            let owner = try await desk.owner()
            let user = try await desk.person("ula", roles: ["developer"], by: owner)
            for path in [
                "/api/v1/runs", "/api/v1/approvals", "/projects", "/api/v1/secrets?scope=tenant", "/v1/settings/keys",
                "/v1/settings/agent-prefs", "/api/v1/events",
            ] {
                let (hers, others) = (
                    try await desk.get(path, headers: owner.token), try await desk.get(path, headers: user.token)
                )
                #expect(hers.status == 200, "\(path)")
                #expect(hers.text.contains(path.hasSuffix("events") ? run : "made locally"), "\(path): \(hers.text)")
                #expect(!others.text.contains("made locally") && !others.text.contains(run), "\(path)")
                #expect(others.status == (path.contains("tenant") ? 403 : 200), "\(path)")
            }
            // Without a scope there is all that one may see, each with its scope.
            _ = try await desk.ask(.put, "/api/v1/secrets/own", ["value": "another"], headers: user.token)
            let listed = try await desk.get("/api/v1/secrets", headers: owner.token).list("secrets")
            #expect(listed.contains { $0["name"] == "local" && $0["scope"] == "tenant" })
            #expect(!listed.contains { $0["name"] == "own" })
            let own = try await desk.get("/api/v1/secrets", headers: user.token).list("secrets")
            #expect(own.map { $0["name"] } == ["own"] && own.first?["scope"] == "person")
            for path in ["/api/v1/runs/\(run)", "/api/v1/runs/\(run)/events", "/projects/\(project)"] {
                #expect(try await desk.get(path, headers: owner.token).status == 200)
                #expect(try await desk.get(path, headers: user.token).status == 404)
                #expect(try await desk.get(path).status == 401)
            }
            // The owner goes on with it.
            let signal = try await desk.post(
                "/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"], headers: owner.token)
            #expect(signal.status == 202)
            let renamed = try await desk.ask(
                .patch, "/projects/\(project)", ["name": "mine"], headers: owner.token)
            #expect(renamed.status == 200)
            let keys = try await desk.get("/v1/settings/keys", headers: owner.token).json
            guard case .array(let list) = keys else { return #expect(Bool(false)) }
            let key = list.first { $0["label"] == "made locally" }?["id"]?.stringValue ?? ""
            #expect(try await desk.ask(.delete, "/v1/settings/keys/\(key)", headers: user.token).status == 404)
            #expect(try await desk.ask(.delete, "/v1/settings/keys/\(key)", headers: owner.token).status == 204)
        }
    }

    @Test func aKeyOfARequestFromBeforeAnswersTheUserOfTheMachineOnly() async throws {
        try await ServerDesk.with { desk in
            let headers: HTTPHeaders = ["Idempotency-Key": "k"]
            let first = try await desk.post("/api/v1/runs", ["workflow": "listening", "input": 1], headers: headers)
            let owner = try await desk.owner()
            let user = try await desk.person("ula", by: owner)
            for person in [owner, user] {
                var headers = person.token
                headers.add("Idempotency-Key", "k")
                let again = try await desk.post(
                    "/api/v1/runs", ["workflow": "listening", "input": 1], headers: headers)
                #expect(again.status == 202 && again.json["id"] != first.json["id"])
            }
        }
    }
}
