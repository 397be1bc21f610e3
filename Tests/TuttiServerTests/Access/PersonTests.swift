import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiTesting

@testable import TuttiServer

@Suite("Persons over HTTP", .timeLimit(.minutes(1)))
struct PersonTests {
    @Test func areNamedByIdentifierUsernameOrAddress() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            for name in [ada.id, "ada", "ADA", "ada@example.org"] {
                let shown = try await desk.get("/api/v1/users/\(name)", headers: owner.token)
                #expect(shown.json["id"]?.stringValue == ada.id, "\(name): \(shown.text)")
            }
            let code = try await desk.post(
                "/api/v1/users/ada/approvals", ["permission": "runs.delete"], headers: owner.token)
            #expect(code.status == 201, "\(code.text)")
            #expect(try await desk.get("/api/v1/users/eve", headers: owner.token).status == 404)
        }
    }

    @Test func changeTheirOwnNameAndNothingElse() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("ada", by: owner)
            let changed = try await desk.ask(.patch, "/auth/me", ["name": "Ada L."], headers: ada.token)
            #expect(changed.status == 200 && changed.json["name"] == "Ada L." && changed.json["roles"] == ["user"])
            for body: JSONValue in [["name": "x", "roles": ["owner"]], ["name": ""], ["email": "x@example.org"]] {
                #expect(try await desk.ask(.patch, "/auth/me", body, headers: ada.token).status == 422)
            }
            let key = try await desk.key(of: ada)
            let byKey = try await desk.ask(.patch, "/auth/me", ["name": "Eve"], headers: ["X-API-Key": key.text])
            #expect(byKey.status == 403 && byKey.code == "login_needed")
            #expect(try await desk.audit("user.changed").first?.draft.actor.id == ada.id)
        }
    }

    /// What is told of bounds are numbers.
    @Test func areToldTheBoundsOfWhatTheyGive() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let short = try await desk.post(
                "/auth/register", ["username": "ab", "email": "ab@example.org", "password": "short"])
            #expect(short.text.contains("it takes 8 characters at least"), "\(short.text)")
            #expect(short.text.contains("it takes 3 characters at least"), "\(short.text)")
            let long = try await desk.post(
                "/api/v1/keys", ["name": "x", "expires_in_days": 5000], headers: owner.token)
            #expect(long.status == 422 && long.text.contains("it takes 3650 at most"), "\(long.text)")
        }
    }

    /// Such a code would make the owner, whatever it says.
    @Test func areInvitedOnceThereIsOne() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/api/v1/invitations", ["roles": ["user"]])
            #expect(answer.status == 409 && answer.code == "no_account", "\(answer.text)")
        }
    }

    @Test func areToldHowMuchIsTakenAndWhenThereIsRoom() async throws {
        let clock = ManualClock()
        let few: (inout ServerAccess) -> Void = {
            $0.limits.person = RateLimit(name: "person", quota: 3, window: .seconds(60))
        }
        try await ServerDesk.withOwner(admit: few, clock: clock) { desk, owner in
            for _ in 0..<3 { #expect(try await desk.status(owner.token) == 200) }
            let answer = try await desk.get("/auth/me", headers: owner.token)
            #expect(answer.status == 429 && answer.headers["Retry-After"] == "60")
            #expect(answer.text.contains("3 requests a minute are taken; try again in 60 s (the limit 'person')"))
        }
    }

    @Test func areNotSpokenOfInTheThirdPerson() {
        let refusal = Problem(429, "quota_exceeded", "usr_a has 1 of 1 runs at once")
        #expect(refusal.spoken(to: "usr_a").detail == "you have 1 of 1 runs at once")
        #expect(refusal.spoken(to: "usr_b") == refusal && refusal.spoken(to: nil) == refusal)
    }

    @Test func keepKeysOfProvidersThatThereAre() async throws {
        try await ServerDesk.withOwner(admit: { $0.providers = ["anthropic", "openai"] }) { desk, owner in
            let slip = try await desk.post(
                "/v1/settings/keys", ["provider": "opnai", "api_key": "sk-x"], headers: owner.token)
            #expect(slip.status == 422 && slip.text.contains("did you mean 'openai'?"))
            let secret = try await desk.ask(
                .put, "/api/v1/secrets/s", ["value": "v", "provider": "nope"], headers: owner.token)
            #expect(secret.status == 422 && secret.text.contains("there are anthropic, openai"))
            let kept = try await desk.post(
                "/v1/settings/keys", ["provider": "openai", "api_key": "sk-x"], headers: owner.token)
            #expect(kept.status == 201)
        }
    }
}
