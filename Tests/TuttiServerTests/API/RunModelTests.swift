import FoundationEssentials
import Testing
import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRuntime
import TuttiStore
import TuttiTeams

@testable import TuttiServer

/// Roundtables that any client of models can talk to.
@Suite("Models that are runs", .timeLimit(.minutes(2)))
struct RunModelTests {
    private static let key: HTTPHeaders = ["Authorization": "Bearer any"]
    /// There is much to be found in it.
    private static let document: String = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return (try? String(contentsOfFile: "/\(root)/Examples/photo-sharing-prd.md", encoding: .utf8)) ?? ""
    }()

    private static func chat(
        _ model: String = "roundtable/rulebook", _ members: (String, JSONValue)...
    ) -> JSONValue {
        let usual: [String: JSONValue] = [
            "model": .string(model), "messages": [["role": "user", "content": .string(document)]],
        ]
        return .object(usual.merging(members) { $1 })
    }

    private static func lines(_ calls: MemoryCallLedger) throws -> [CallLine] {
        try calls.page(CallFilter(tenant: "default"), behind: nil, limit: 100).lines
    }

    /// A model that finds nothing, at a price.
    private static func reader(_ name: String = "a/m") throws -> ListedModels {
        let prices = try PriceTable.read(
            Data(#"[{"model":"\#(name)","from":"2020-01-01","input":"2","output":"4"}]"#.utf8))
        let provider = GatewayTests.Provider { _, tell in
            let response = ModelResponse(
                content: [.text(#"{"findings": [], "open_findings": [], "assessment": "It is good."}"#)],
                usage: ModelUsage(uncachedInput: 1_000_000, output: 500_000))
            for event in response.events { try await tell(event) }
            return response
        }
        return ListedModels([Model(name, provider: provider, prices: prices)])
    }

    // MARK: Which there are

    @Test func theyAreListedAsFarAsTheyCanBeAsked() async throws {
        @Sendable func names(_ desk: ServerDesk, _ headers: HTTPHeaders) async throws -> [String] {
            try await desk.get("/v1/models", headers: headers).list("data").compactMap { $0["id"]?.stringValue }
        }
        try await ServerDesk.with { desk in
            #expect(try await names(desk, Self.key) == ["roundtable/rulebook"])
            #expect(try await names(desk, ["X-API-Key": "any"]) == ["roundtable/rulebook"])
            let one = try await desk.get("/v1/models/roundtable/rulebook", headers: Self.key)
            #expect(one.json["id"] == "roundtable/rulebook" && one.json["owned_by"] == "tutti")
            let count = try await desk.post("/v1/messages/count_tokens", Self.chat(), headers: Self.key)
            #expect(count.status == 200, "\(count.text)")
        }
        try await ServerDesk.with(models: try Self.reader(), usual: "a/m") { desk in
            let all = try await names(desk, Self.key)
            #expect(all.contains("roundtable/prd") && all.contains("roundtable/code-review"))
        }
    }

    @Test(arguments: ["/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens"])
    func anUnknownOneIsNotFound(path: String) async throws {
        let calls = MemoryCallLedger()
        try await ServerDesk.with(calls: calls) { desk in
            let answer = try await desk.post(
                path, Self.chat("roundtable/rulebok", ("max_tokens", 100)), headers: Self.key)
            #expect(answer.status == 404, "\(answer.text)")
            #expect(answer.text.contains("did you mean 'roundtable/rulebook'?"))
            #expect(answer.json["error"] != nil)
        }
        #expect(try Self.lines(calls).isEmpty)
    }

    // MARK: What does not fit

    @Test(
        arguments: [
            (
                [("tools", [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]]])],
                "tools"
            ),
            ([("stop", ["x"])], "stop"),
            ([("messages", [["role": "user", "content": " "]])], "messages"),
            (
                [
                    (
                        "messages",
                        [
                            [
                                "role": "user",
                                "content": [["type": "image_url", "image_url": ["url": "https://x.test/a.png"]]],
                            ]
                        ]
                    )
                ], "messages[0].content[0]"
            ),
            (
                [("messages", [["role": "user", "content": "a"], ["role": "assistant", "content": "b"]])], "messages"
            ),
        ] as [([(String, JSONValue)], String)])
    func whatMeansNothingToARunIsRefused(members: [(String, JSONValue)], field: String) async throws {
        guard case .object(var body) = Self.chat() else { return }
        for (name, value) in members { body[name] = value }
        try await ServerDesk.with { [body] desk in
            let answer = try await desk.post("/v1/chat/completions", .object(body), headers: Self.key)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.json["error"]?["param"] == .string(field), "\(answer.text)")
            #expect(answer.headers["x-should-retry"] == "false")
            let runs = try await desk.get("/api/v1/runs")
            #expect(runs.list("runs").isEmpty)
        }
    }

    // MARK: Answers

    @Test func theAnswerIsTheRefinedDocumentWithAnAccount() async throws {
        let calls = MemoryCallLedger()
        try await ServerDesk.with(calls: calls) { desk in
            let answer = try await desk.post(
                "/v1/chat/completions", Self.chat("roundtable/rulebook", ("temperature", 1), ("max_tokens", 5)),
                headers: Self.key)
            #expect(answer.status == 200, "\(answer.text)")
            let run = try #require(answer.headers["X-Tutti-Run"])
            let view = try await desk.get("/api/v1/runs/\(run)")
            #expect(view.json["state"] == "completed", "\(view.text)")
            guard case .array(let choices)? = answer.json["choices"], let message = choices.first?["message"] else {
                Issue.record("no message in \(answer.text)")
                return
            }
            let text = try #require(message["content"]?.stringValue)
            let refined = try #require(view.json["output"]?["document"]?.stringValue)
            #expect(text.hasPrefix(refined + "\n\n---\n\nOutcome: **"), "\(text)")
            #expect(text.contains("\n- Round 1: ") && text.contains("\nOpen:\n") && text.contains(run))
            let thoughts = try #require(message["reasoning_content"]?.stringValue)
            #expect(thoughts.hasPrefix("The run \(run) has begun.\nRound 1: "), "\(thoughts)")
            #expect(thoughts.contains("edit"))
            let line = try #require(try Self.lines(calls).first)
            #expect(line.run?.text == run && line.route.model == "roundtable/rulebook")
            #expect(line.cost == USD(microdollars: 0) && line.isPriced && line.tokens == CallTokens())
            let entries = try await desk.audit("run.started")
            #expect(entries.map(\.draft.outcome) == [.done, .begun] && entries.first?.draft.target?.id == run)
        }
    }

    @Test(
        arguments: [
            ("/v1/messages", ["max_tokens": 100, "messages": [["role": "user", "content": .string(document)]]]),
            ("/v1/responses", ["input": .string(document)]),
        ] as [(String, JSONValue)])
    func otherDialectsHaveTheirForms(path: String, body: JSONValue) async throws {
        guard case .object(var body) = body else { return }
        body["model"] = "roundtable/rulebook"
        try await ServerDesk.with { [body] desk in
            let answer = try await desk.post(path, .object(body), headers: Self.key)
            #expect(answer.status == 200, "\(answer.text)")
            let parts = path == "/v1/messages" ? answer.list("content") : answer.list("output")
            #expect(
                parts.map { $0["type"]?.stringValue }
                    == (path == "/v1/messages" ? ["thinking", "text"] : ["reasoning", "message"]))
            #expect(answer.text.contains("Outcome: **"))
        }
    }

    @Test func modelsOfAPanelAreAccountedFor() async throws {
        let calls = MemoryCallLedger()
        try await ServerDesk.with(models: try Self.reader(), calls: calls, usual: "a/m") { desk in
            let answer = try await desk.post(
                "/v1/chat/completions",
                [
                    "model": "roundtable/prd",
                    "messages": [
                        ["role": "system", "content": "Two people build it in a month."],
                        ["role": "user", "content": "Mind the costs."],
                        ["role": "assistant", "content": "I do."],
                        ["role": "user", "content": .string(Self.document)],
                    ],
                ], headers: Self.key)
            #expect(answer.status == 200, "\(answer.text)")
            // Four participants, one round.
            #expect(answer.json["usage"]?["prompt_tokens"] == 4_000_000)
            #expect(answer.json["usage"]?["completion_tokens"] == 2_000_000)
            let run = try #require(answer.headers["X-Tutti-Run"])
            let view = try await desk.get("/api/v1/runs/\(run)")
            #expect(
                view.json["input"]?["panel"]?["goal"] == "Two people build it in a month.\n\nMind the costs.",
                "\(view.text)")
        }
        let line = try #require(try Self.lines(calls).first)
        #expect(line.cost == USD(microdollars: 16_000_000) && line.isPriced)
        #expect(line.tokens == CallTokens(uncachedInput: 4_000_000, output: 2_000_000))
    }

    /// What was said before is a part of the task only while it is short.
    @Test func earlierDocumentsAreNoTask() {
        let long = String(repeating: "word ", count: 300)
        let request = ModelRequest(
            model: "", system: "Be brief.",
            messages: [.user("First."), .user(long), .assistant("Yes."), .user("Second."), .user(Self.document)])
        #expect(RoundtableModels.goal(of: request) == "Be brief.\n\nSecond.\n\nFirst.")
        let large = ModelRequest(model: "", system: String(repeating: "x", count: 9_000), messages: [.user("d")])
        #expect((RoundtableModels.goal(of: large)?.utf8.count ?? 9_000) <= PanelLimits.goalLengthMax)
        #expect(RoundtableModels.goal(of: ModelRequest(model: "", messages: [.user("d")])) == nil)
    }

    @Test func aRunThatFailsIsAFailureOfTheProvider() async throws {
        let calls = MemoryCallLedger()
        let models = ListedModels([Model("a/m", provider: GatewayTests.Provider.fails(.unauthenticated, .never))])
        try await ServerDesk.with(models: models, calls: calls, usual: "a/m") { desk in
            let answer = try await desk.post(
                "/v1/chat/completions", Self.chat("roundtable/prd"), headers: Self.key)
            #expect(answer.status == 502 && answer.headers["x-should-retry"] == "false", "\(answer.text)")
            #expect(answer.text.contains("more than half of the critics failed"))
        }
        let line = try #require(try Self.lines(calls).first)
        #expect(line.route.outcome == .failed && line.error == "provider_failed" && line.run != nil)
    }

    // MARK: Who may

    @Test func theyTakeThePermissionToStartRoundtables() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("adam", by: owner)
            let narrow = try await desk.key(of: ada, scopes: ["models.call"]).text
            let headers: HTTPHeaders = ["Authorization": "Bearer \(narrow)"]
            let refused = try await desk.post("/v1/chat/completions", Self.chat(), headers: headers)
            #expect(refused.status == 403 && refused.text.contains("roundtables.start"), "\(refused.text)")
            #expect(try await desk.get("/v1/models", headers: headers).list("data").isEmpty)
            let answer = try await desk.post("/v1/chat/completions", Self.chat(), headers: ada.token)
            let run = try #require(answer.headers["X-Tutti-Run"])
            #expect(try await desk.get("/api/v1/runs/\(run)", headers: ada.token).status == 200)
            let eve = try await desk.person("evelyn", by: owner)
            #expect(try await desk.get("/api/v1/runs/\(run)", headers: eve.token).status == 404)
        }
    }

    /// A run draws on the quotas of its person; what a key may spend can only be held where that is known beforehand.
    @Test func aKeyIsHeldToItsModelsAndRatesAndABudgetIsInTheWay() async throws {
        try await ServerDesk.withOwner { desk, owner in
            @Sendable func ask(_ limits: JSONValue, times: Int = 1) async throws -> ServerDesk.Answer {
                let made = try await desk.post(
                    "/api/v1/keys", ["name": "bot", "limits": limits], headers: owner.token)
                let key = try #require(made.json["key"]?.stringValue, "\(made.text)")
                let headers: HTTPHeaders = ["Authorization": "Bearer \(key)"]
                for _ in 1..<times { _ = try await desk.post("/v1/chat/completions", Self.chat(), headers: headers) }
                return try await desk.post("/v1/chat/completions", Self.chat(), headers: headers)
            }
            let budget = try await ask(["usd_a_day": "5"])
            #expect(budget.status == 403 && budget.text.contains("this API key has a budget"), "\(budget.text)")
            #expect(try await ask(["models": ["openai/*"]]).status == 403)
            let paced = try await ask(["requests_a_minute": 2, "models": ["roundtable/*"]])
            #expect(paced.status == 200 && paced.headers["x-ratelimit-remaining-requests"] == "1", "\(paced.text)")
            #expect(paced.headers.values(of: "x-ratelimit-remaining-requests").count == 1)
            #expect(try await ask(["requests_a_minute": 2], times: 3).status == 429)
        }
    }

    // MARK: Streams

    private static func stream(_ address: String, _ model: String) -> HTTPRequest {
        HTTPRequest(
            .post, address + "/v1/chat/completions",
            headers: ["Authorization": "Bearer any", "Content-Type": "application/json"],
            body: chat(model, ("stream", true)).bytes)
    }

    private func serving(
        _ desk: ServerDesk, _ body: @escaping @Sendable (HTTPClient, String) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ready = Nudge()
            group.addTask { try await desk.application.run { _ in ready.call() } }
            await ready.wait()
            let client = HTTPClient()
            defer { group.cancelAll() }
            try await body(client, desk.application.facts.address)
            await client.shutDown()
        }
    }

    @Test func aStreamTellsHowItGoesOnAndThenTheDocument() async throws {
        try await ServerDesk.with { desk in
            try await serving(desk) { client, address in
                let answer = try await client.stream(Self.stream(address, "roundtable/rulebook"))
                #expect(answer.status == 200 && answer.headers["X-Tutti-Run"]?.hasPrefix("run_") == true)
                var kinds: [String] = []
                for try await event in answer.body.events() {
                    let kind =
                        event.data.contains("\"reasoning_content\":\"")
                        ? "thought"
                        : event.data.contains("\"delta\":{\"content\":\"")
                            ? "text" : event.data == "[DONE]" ? "end" : ""
                    if !kind.isEmpty, kinds.last != kind { kinds.append(kind) }
                }
                #expect(kinds == ["thought", "text", "end"])
            }
        }
    }

    @Test func aClientThatLeavesCancelsTheRun() async throws {
        let calls = MemoryCallLedger()
        let provider = GatewayTests.Provider { _, _ in
            await Nudge().wait()  // nobody calls it: only a cancelled task comes back
            throw CancellationError()
        }
        let models = ListedModels([Model("a/m", provider: provider)])
        try await ServerDesk.with(models: models, calls: calls, usual: "a/m") { desk in
            try await serving(desk) { client, address in
                let answer = try await client.stream(Self.stream(address, "roundtable/prd"))
                let run = try #require(answer.headers["X-Tutti-Run"])
                answer.body.cancel()
                let handle = desk.engine.handle(of: RunID(trusted: run), as: JSONValue.self)
                await #expect { _ = try await handle.output } throws: { "\($0)".contains("cancelled") }
            }
        }
    }
}
