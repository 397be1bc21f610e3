import FoundationEssentials
import Synchronization
import TestServer
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTPClient
import TuttiTesting

@testable import TuttiAccessHTTP

/// Decisions of an OPA server.
struct OpenPolicyAgentTests {
    private static let allowed = PolicyDecision(.allow(.own), rule: "role:user", reason: "the role user has it")

    @Test func aQuestionIsAskedAsOPADocumentsIt() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider {
            $0.url += "/"
            $0.token = SecretText("planted-token")
        }
        var question = PolicyServer.question(owner: "ann", roles: ["user", "developer"])
        question.principal.scopes = ["runs.*", "models.read"]
        question.principal.project = "prj_1"
        question.principal.credential = .foreign(issuer: "https://id.example")
        question.resource.project = "prj_1"
        question.resource.category = "finance"
        question.resource.attributes = ["risk": "high"]
        #expect(await decider.decide(question) == Self.allowed)
        let asked = try #require(server.asked.first)
        #expect(asked.line == "POST /v1/data/tutti/decision HTTP/1.1")
        #expect(asked.headers["content-type"] == "application/json")
        #expect(asked.headers["authorization"] == "Bearer planted-token")
        #expect(
            asked.body == [
                "input": [
                    "principal": [
                        "tenant": "default", "id": "ann", "roles": ["developer", "user"],
                        "scopes": ["models.read", "runs.*"], "project": "prj_1", "credential": "foreign",
                        "issuer": "https://id.example",
                    ],
                    "permission": "runs.read",
                    "resource": [
                        "kind": "run", "id": "run_1", "owner": "ann", "project": "prj_1", "category": "finance",
                        "attributes": ["risk": "high"],
                    ],
                    "environment": "prod", "time_ms": 1_767_614_400_000, "approved": false,
                ]
            ])
    }

    @Test(arguments: [
        (#"{"result":{"effect":"allow","reach":"all","rule":"x","reason":"y"}}"#, "allow:all", "x"),
        (#"{"result":{"effect":"allow","reach":"own"}}"#, "allow:own", "opa"),
        (#"{"result":{"effect":"deny","rule":"x"}}"#, "deny", "x"),
        (#"{"result":{"effect":"needs_approval","rule":"x","more":1}}"#, "needs_approval", "x"),
        (#"{"result":{"effect":"deny","rule":"a\nb\u0007"}}"#, "deny", "a b"),
    ])
    func whatItDecides(_ body: String, _ effect: String, _ rule: String) async throws {
        let server = PolicyServer { _ in (200, body) }
        let decision = await (try server.decider()).decide(PolicyServer.question())
        #expect(decision.effect.description == effect)
        #expect(decision.rule == rule)
        #expect(!decision.reason.isEmpty)
    }

    // MARK: Failing closed

    @Test(arguments: [
        (200, #"{"decision_id":"4ca636c1"}"#, "opa_undefined"), (200, "{}", "opa_undefined"),
        (200, #"{"result":null}"#, "opa_bad_answer"), (200, #"{"result":true}"#, "opa_bad_answer"),
        (200, #"{"result":[]}"#, "opa_bad_answer"), (200, #"{"result":{}}"#, "opa_bad_answer"),
        (200, #"{"result":{"allow":true}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":"ALLOW","reach":"all"}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":true,"reach":"all"}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":"allow"}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":"allow","reach":"tenant"}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":"allow","reach":"all","rule":7}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":"allow","reach":"all","reason":[]}}"#, "opa_bad_answer"),
        (200, #"{"result":{"effect":"allow","reach":"all"}"#, "opa_bad_answer"),
        (200, "", "opa_bad_answer"), (200, "allow", "opa_bad_answer"), (200, "[]", "opa_bad_answer"),
        (201, PolicyServer.allowed, "opa_unavailable"), (302, PolicyServer.allowed, "opa_unavailable"),
        (400, #"{"code":"invalid_parameter","message":"planted"}"#, "opa_unavailable"),
        (401, #"{"code":"unauthorized","message":"planted"}"#, "opa_unavailable"),
        (404, PolicyServer.allowed, "opa_unavailable"),
        (
            500, #"{"code":"internal_error","message":"planted","errors":[{"code":"eval_conflict_error"}]}"#,
            "opa_unavailable"
        ),
        (500, PolicyServer.allowed, "opa_unavailable"),
    ])
    func whatIsOddIsDenied(_ status: Int, _ body: String, _ rule: String) async throws {
        let server = PolicyServer { _ in (status, body) }
        let decider = try server.decider()
        let decision = await decider.decide(PolicyServer.question())
        #expect(decision.effect == .deny)
        #expect(decision.rule == rule)
        #expect(!decision.reason.contains("planted"))
        _ = await decider.decide(PolicyServer.question())
        #expect(server.asked.count == 2, "nothing of it is kept")
    }

    @Test func theErrorsCodeIsTold() async throws {
        let server = PolicyServer { _ in (500, #"{"code":"internal_error","message":"m"}"#) }
        let decision = await (try server.decider()).decide(PolicyServer.question())
        #expect(decision.reason == "the OPA server answered 500 (internal_error)")
    }

    @Test func aServerThatLeavesIsUnavailable() async throws {
        let server = PolicyServer { _ in nil }
        let decision = await (try server.decider()).decide(PolicyServer.question())
        #expect(decision.effect == .deny && decision.rule == "opa_unavailable")
    }

    @Test func aServerThatIsNotThereIsUnavailable() async throws {
        let server = RawServer { _ in }
        let url = server.url("")
        server.stop()
        let decider = try OpenPolicyAgent(OpenPolicyAgentConfiguration(url: url), client: HTTPClient())
        #expect(await decider.decide(PolicyServer.question()).rule == "opa_unavailable")
    }

    @Test func aServerThatTakesTooLongIsUnavailable() async throws {
        let end = Signal()
        let server = PolicyServer { _ in
            end.waitOnThread()
            return nil
        }
        let decider = try server.decider { $0.timeout = .milliseconds(10) }
        #expect(await decider.decide(PolicyServer.question()).rule == "opa_unavailable")
        end.give()
    }

    @Test func anAnswerHasItsSize() async throws {
        let server = PolicyServer { _ in (200, String(repeating: " ", count: 65 << 10) + PolicyServer.allowed) }
        let decision = await (try server.decider()).decide(PolicyServer.question())
        #expect(decision.effect == .deny && decision.rule == "opa_bad_answer")
    }

    @Test func aQuestionHasItsSize() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider()
        var question = PolicyServer.question()
        question.resource.attributes = ["a": .string(String(repeating: "a", count: 64 << 10))]
        #expect(await decider.decide(question).rule == "opa_unavailable")
        question.resource.attributes = ["a": .double(.nan)]
        #expect(await decider.decide(question).rule == "opa_unavailable")
        #expect(server.asked.isEmpty)
        question.resource.attributes = ["a": .string(String(repeating: "a", count: 5 << 10))]
        for _ in 0..<2 { #expect(await decider.decide(question) == Self.allowed) }
        #expect(server.asked.count == 2, "long ones are asked, but not kept")
    }

    // MARK: What holds whatever the server says

    @Test func boundsOfKeysAreHeldWithoutAsking() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider()
        var question = PolicyServer.question()
        question.principal.scopes = ["models.read"]
        #expect(await decider.decide(question).rule == "scope")
        question.principal.scopes = nil
        question.principal.project = "prj_1"
        #expect(await decider.decide(question).rule == "key_project")
        #expect(await decider.decide(PolicyServer.question("runs.reed")).rule == "default")
        #expect(server.asked.isEmpty)
    }

    @Test func whatIsSomebodyElsesIsBeyondOwn() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider()
        #expect(await decider.decide(PolicyServer.question(owner: "bob")).rule == "owner")
        #expect(await decider.decide(PolicyServer.question(owner: "ann")) == Self.allowed)
    }

    @Test func nothingPrivateIsSentOrShown() async throws {
        let server = PolicyServer { _ in (500, "") }
        let decider = try server.decider { $0.token = SecretText("planted-token") }
        let decision = await decider.decide(PolicyServer.question())
        #expect(!"\(decision)".contains("planted"))
        let body = try CanonicalJSON.encode(server.asked.map(\.body))
        #expect(!String(decoding: body, as: UTF8.self).contains("planted"))
    }

    // MARK: Keeping

    @Test func aDecisionIsKeptForAWhile() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider()
        for _ in 0..<3 { #expect(await decider.decide(PolicyServer.question()) == Self.allowed) }
        #expect(server.asked.count == 1)
        server.clock.advance(by: .milliseconds(4_999))
        _ = await decider.decide(PolicyServer.question())
        #expect(server.asked.count == 1)
        server.clock.advance(by: .milliseconds(1))
        _ = await decider.decide(PolicyServer.question())
        #expect(server.asked.count == 2)
        decider.forgetDecisions()
        _ = await decider.decide(PolicyServer.question())
        #expect(server.asked.count == 3)
    }

    /// Rules with hours are about whole minutes.
    @Test func noDecisionIsKeptIntoTheNextMinute() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider()
        let minute: Int64 = 1_767_614_400_000
        for time in [minute, minute + 59_999, minute + 60_000, minute - 1] {
            _ = await decider.decide(PolicyServer.question(time: time))
        }
        #expect(server.asked.count == 3)
    }

    @Test func anotherQuestionIsAsked() async throws {
        let server = PolicyServer { _ in (200, PolicyServer.allowed) }
        let decider = try server.decider()
        var questions = [PolicyServer.question(), PolicyServer.question("runs.start")]
        questions.append(PolicyServer.question(roles: []))
        questions.append(PolicyServer.question(owner: "ann"))
        for change: (inout PolicyQuestion) -> Void in [
            { $0.principal.id = nil }, { $0.principal.tenant = "other" }, { $0.principal.scopes = ["*"] },
            { $0.resource.id = "run_2" }, { $0.resource.attributes = ["a": 1] }, { $0.environment = "dev" },
            { $0.approved = true }, { $0.principal.credential = .foreign(issuer: "i") },
        ] {
            var question = PolicyServer.question()
            change(&question)
            questions.append(question)
        }
        for question in questions + questions { _ = await decider.decide(question) }
        #expect(server.asked.count == questions.count)
    }

    @Test func equalQuestionsAtOneTimeAreOneRequest() async throws {
        let (asked, go) = (Signal(), Signal())
        let server = PolicyServer { _ in
            asked.give()
            go.waitOnThread()
            return (200, PolicyServer.allowed)
        }
        let decider = try server.decider { $0.keepsDecisions = .zero }
        let decisions = await withTaskGroup(of: PolicyDecision.self) { group in
            for _ in 0..<20 { group.addTask { await decider.decide(PolicyServer.question()) } }
            await asked.wait()
            while decider.waitingCount < 20 { await Task.yield() }
            go.give()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(decisions == Array(repeating: Self.allowed, count: 20))
        #expect(server.asked.count == 1)
    }

    @Test func tooManyQuestionsAreDenied() async throws {
        let (asked, go) = (Signal(), Signal())
        let server = PolicyServer { _ in
            asked.give()
            go.waitOnThread()
            return (200, PolicyServer.allowed)
        }
        let decider = try server.decider { $0.requestsMax = 1 }
        async let first = decider.decide(PolicyServer.question())
        await asked.wait()
        let second = await decider.decide(PolicyServer.question("runs.start"))
        #expect(second.effect == .deny && second.rule == "opa_unavailable")
        go.give()
        #expect(await first == Self.allowed)
    }

    // MARK: Configuration

    @Test(arguments: [
        "", "opa:8181", "ftp://opa", "http://", "http:///v1", "http://ann:pw@opa", "http://opa?x", "http://opa#x",
        "http://o pa", "http://öpa",
    ])
    func aURLThatCannotWorkIsRefused(_ url: String) {
        let error = #expect(throws: OpenPolicyAgentError.self) {
            try OpenPolicyAgent(OpenPolicyAgentConfiguration(url: url), client: HTTPClient())
        }
        #expect(error?.message.contains("pw") == false)
    }

    @Test func limitsThatCannotWorkAreRefused() {
        for change: (inout OpenPolicyAgentConfiguration) -> Void in [
            { $0.timeout = .milliseconds(9) }, { $0.timeout = .seconds(31) }, { $0.keepsDecisions = .seconds(61) },
            { $0.keepsDecisions = .seconds(-1) }, { $0.decisionsMax = 0 }, { $0.requestsMax = 0 },
        ] {
            var configuration = OpenPolicyAgentConfiguration(url: "http://opa")
            change(&configuration)
            #expect(throws: OpenPolicyAgentError.self) {
                try OpenPolicyAgent(configuration, client: HTTPClient())
            }
        }
    }
}
