import FoundationEssentials
import Synchronization
import Testing
import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPClient
import TuttiModels
import TuttiRouting
import TuttiRuntime

@testable import TuttiServer

/// What clients of models get, whoever answers, and what is written down of it.
@Suite("The gateway")
struct GatewayTests {
    /// A provider that answers as it is told, and keeps what it was asked.
    final class Provider: ModelProvider, Sendable {
        private let script: @Sendable (ModelRequest, ModelListener) async throws -> ModelResponse
        private let heard = Mutex<[ModelRequest]>([])

        init(_ script: @escaping @Sendable (ModelRequest, ModelListener) async throws -> ModelResponse) {
            self.script = script
        }

        var asked: [ModelRequest] { heard.withLock(\.self) }

        func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
            heard.withLock { $0.append(request) }
            return try await script(request, tell)
        }

        static func says(_ text: String) -> Provider {
            Provider { _, tell in
                let response = ModelResponse(
                    content: [.text(text)], usage: ModelUsage(uncachedInput: 1_000_000, output: 500_000))
                for event in response.events { try await tell(event) }
                return response
            }
        }

        static func fails(_ kind: ModelErrorCode, _ classification: ModelError.Classification) -> Provider {
            Provider { _, _ in throw ModelError(kind, classification, "it does not go") }
        }
    }

    private static let key: HTTPHeaders = ["Authorization": "Bearer any"]
    private static let hello: JSONValue = ["model": "a/m", "messages": [["role": "user", "content": "hi"]]]

    private static func prices(_ name: String) throws -> PriceTable {
        try PriceTable.read(
            Data(#"[{"model":"\#(name)","from":"2020-01-01","input":"2","output":"4"}]"#.utf8))
    }

    private static func models(_ providers: [(name: String, provider: Provider)]) throws -> ListedModels {
        ListedModels(try providers.map { Model($0.name, provider: $0.provider, prices: try prices($0.name)) })
    }

    private static func lines(_ calls: MemoryCallLedger) throws -> [CallLine] {
        try calls.page(CallFilter(tenant: "default"), behind: nil, limit: 100).lines
    }

    @Test func aCallIsAnsweredAndWrittenDown() async throws {
        let provider = Provider.says("Hello")
        let calls = MemoryCallLedger()
        try await ServerDesk.with(models: try Self.models([("a/m", provider)]), calls: calls) { desk in
            let answer = try await desk.post("/v1/chat/completions", Self.hello, headers: Self.key)
            #expect(answer.status == 200)
            #expect(answer.json["choices"]?[0]?["message"]?["content"] == "Hello")
            #expect(answer.headers["request-id"] == answer.headers["X-Request-Id"])
        }
        #expect(provider.asked.map(\.model) == ["m"])
        let line = try #require(try Self.lines(calls).first)
        #expect(line.route == CallRoute(model: "a/m", providerModel: "a/m", outcome: .completed))
        #expect(line.tokens == CallTokens(uncachedInput: 1_000_000, output: 500_000) && !line.isEstimated)
        #expect(line.cost == USD(microdollars: 4_000_000) && line.isPriced)
        #expect(line.dialect == .chat && line.attempts == 1 && !line.isStreamed && line.error == nil)
    }

    /// Each dialect tells failures in its own form, also those that no model has seen.
    @Test(arguments: [
        ("/v1/chat/completions", "nothing", 400, "invalid_json"), ("/v1/responses", "{\"model\":\"a/m\"}", 400, ""),
        ("/v1/chat/completions", #"{"model":"zzz/m","messages":[]}"#, 404, "model_not_found"),
        ("/v1/messages", #"{"model":"a/m","messages":[{"role":"user","content":"x"}]}"#, 400, ""),
    ])
    func failuresHaveTheDialectsForm(path: String, body: String, status: Int, code: String) async throws {
        let calls = MemoryCallLedger()
        try await ServerDesk.with(models: try Self.models([("a/m", .says("x"))]), calls: calls) { desk in
            let answer = try await desk.ask(
                .post, path, bytes: Array(body.utf8),
                headers: ["Authorization": "Bearer any", "Content-Type": "application/json"])
            #expect(answer.status == status)
            #expect(answer.headers["Content-Type"] == "application/json")
            #expect(answer.headers["x-should-retry"] == "false")
            #expect(answer.json["error"]?["message"]?.stringValue?.isEmpty == false)
            if !code.isEmpty { #expect(answer.json["error"]?["code"] == .string(code)) }
            if path == "/v1/messages" { #expect(answer.json["type"] == "error") }
        }
        #expect(try Self.lines(calls).isEmpty)
    }

    /// Without accounts a program shows any key, and no page gets in but those of this server.
    @Test func theDoorIsForProgramsAndOwnPages() async throws {
        let own = "http://localhost:\(ServerDesk.port)"
        try await ServerDesk.with(models: try Self.models([("a/m", .says("x"))])) { desk in
            let without = try await desk.post("/v1/chat/completions", Self.hello)
            #expect(without.status == 401 && without.json["error"]?["code"] == "invalid_api_key")
            for headers: HTTPHeaders in [
                ["Origin": own], ["Origin": own, "Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "same-origin"],
            ] {
                let page = try await desk.post("/v1/chat/completions", Self.hello, headers: headers)
                #expect(page.status == 200, "\(page.text)")
            }
            let refused: [(HTTPHeaders, Int)] = [
                (["Origin": own, "Sec-Fetch-Site": "same-site"], 401), (["Sec-Fetch-Site": "none"], 401),
                (["Origin": "http://127.0.0.1:\(ServerDesk.port)", "Authorization": "Bearer any"], 403),
                (["Origin": "http://evil.example", "Authorization": "Bearer any"], 403),
                (["Origin": "null"], 403), (["Sec-Fetch-Site": "cross-site"], 403),
            ]
            for (headers, status) in refused {
                let page = try await desk.post("/v1/chat/completions", Self.hello, headers: headers)
                #expect(page.status == status, "\(headers): \(page.text)")
            }
            let form = try await desk.ask(
                .post, "/v1/chat/completions", bytes: Self.hello.bytes,
                headers: ["Origin": own, "Content-Type": "text/plain"])
            #expect(form.status == 400, "\(form.text)")
            let other = try await desk.post(
                "/v1/messages/count_tokens",
                [
                    "model": "a/m", "messages": [["role": "user", "content": "hello there"]],
                ], headers: ["X-API-Key": "any"])
            #expect(other.status == 200 && (other.json["input_tokens"]?.intValue ?? 0) > 0)
            #expect(other.headers["X-Tutti-Estimated"] == "true")
        }
    }

    @Test func providersAreToldWithWhatTheyLack() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.get("/admin/providers")
            #expect(answer.status == 200 && answer.json["current_valid"] == false)
            #expect(answer.json["providers"]?["openai"]?["configured"] == false)
            #expect(answer.json["providers"]?["openai"]?["missing_config"] == ["OPENAI_API_KEY"])
            #expect(answer.json["providers"]?["script"] == nil)
        }
    }

    // MARK: Routes

    private static func route(_ names: [String]) -> RouteTable {
        RouteTable(
            deployments: names.compactMap { name in
                ModelReference("\(name)/m").map { Deployment(name: name, model: $0) }
            },
            routes: [ModelRoute(alias: "smart", deployments: names)])
    }

    @Test func aFailedDeploymentIsFollowedByTheNext() async throws {
        let (broken, good) = (Provider.fails(.overloaded, .retry), Provider.says("Hello"))
        let calls = MemoryCallLedger()
        try await ServerDesk.with(
            models: try Self.models([("one/m", broken), ("two/m", good)]), routes: Self.route(["one", "two"]),
            calls: calls
        ) { desk in
            var body = Self.hello
            body.set("model", "smart")
            let answer = try await desk.post("/v1/chat/completions", body, headers: Self.key)
            #expect(answer.status == 200 && answer.json["model"] == "smart")
            let models = try await desk.get("/v1/models", headers: Self.key)
            #expect(models.list("data").contains { $0["id"] == "smart" })
        }
        #expect(broken.asked.count == 1 && good.asked.count == 1)
        let line = try #require(try Self.lines(calls).first)
        #expect(line.attempts == 2)
        #expect(
            line.route
                == CallRoute(model: "smart", deployment: "two", providerModel: "two/m", outcome: .completed))
    }

    /// What one deployment cannot be told another may be told; when none can, the field is named.
    @Test func whatNoDeploymentCanBeToldIsRefused() async throws {
        let calls = MemoryCallLedger()
        try await ServerDesk.with(
            models: try Self.models([("one/m", .says("x"))]), routes: Self.route(["one"]), calls: calls
        ) { desk in
            var body = Self.hello
            body.set("model", "smart")
            body.set("logit_bias", ["1": 2])
            let answer = try await desk.post("/v1/chat/completions", body, headers: Self.key)
            #expect(answer.status == 400 && answer.json["error"]?["param"] == "logit_bias")
        }
    }

    // MARK: The ledger

    @Test func callsAreToldToWhoMadeThem() async throws {
        try await ServerDesk.withOwner { desk, owner in
            let ada = try await desk.person("adam", roles: ["user"], by: owner)
            for (index, person) in [owner.id, ada.id, ada.id].enumerated() {
                var random = SystemRandomNumberGenerator()
                var line = CallLine(
                    id: CallID(at: Timestamp(milliseconds: 1_790_000_000_000 + Int64(index)), using: &random),
                    tenant: "default", party: CallParty(person: person), dialect: .chat,
                    route: CallRoute(model: "=smart", providerModel: "a/m", outcome: index == 2 ? .cut : .completed))
                line.cost = USD(microdollars: 1_500_000)
                _ = try await desk.calls.append(line)
            }
            func count(_ target: String, _ headers: HTTPHeaders) async throws -> Int {
                try await desk.get(target, headers: headers).list("calls").count
            }
            #expect(try await count("/api/v1/calls", owner.token) == 3)
            #expect(try await count("/api/v1/calls", ada.token) == 2)
            // Asking for somebody else's gives one's own.
            #expect(try await count("/api/v1/calls?person=\(owner.id)", ada.token) == 2)
            #expect(try await count("/api/v1/calls?outcome=cut", ada.token) == 1)
            let range = "from=2026-01-01T00:00:00Z&before=2027-01-01T00:00:00Z"
            let sums = try await desk.get("/api/v1/calls/sums?by=person,day&\(range)", headers: owner.token)
            #expect(sums.list("rows").count == 2)
            #expect(sums.json["total"]?["usd"] == "4.500000" && sums.json["total"]?["failures"] == 1)
            let own = try await desk.get("/api/v1/calls/sums?\(range)", headers: ada.token)
            #expect(own.json["total"]?["calls"] == 2)
            let wrong = try await desk.get("/api/v1/calls/sums?by=persn", headers: ada.token)
            #expect(wrong.status == 400 && wrong.text.contains("did you mean 'person'"))
            let twice = try await desk.get("/api/v1/calls/sums?by=day,hour", headers: ada.token)
            #expect(twice.status == 422)
        }
    }

    // MARK: Streams

    /// A server with a socket, and a client that reads streams.
    private func streaming(
        _ provider: Provider, _ calls: MemoryCallLedger,
        _ body: @escaping @Sendable (HTTPClient, String) async throws -> Void
    ) async throws {
        try await ServerDesk.with(models: try Self.models([("a/m", provider)]), calls: calls) { desk in
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
    }

    private static func ask(_ address: String) -> HTTPRequest {
        var body = hello
        body.set("stream", true)
        return HTTPRequest(
            .post, address + "/v1/chat/completions",
            headers: ["Authorization": "Bearer any", "Content-Type": "application/json"], body: body.bytes)
    }

    @Test func aStreamEndsWithItsMarkerWhenItIsWrittenDown() async throws {
        let calls = MemoryCallLedger()
        try await streaming(.says("Hello"), calls) { client, address in
            let answer = try await client.stream(Self.ask(address))
            #expect(answer.status == 200 && answer.headers["Content-Type"] == "text/event-stream")
            var datas: [String] = []
            for try await event in answer.body.events() {
                datas.append(event.data)
                if event.data == "[DONE]" { #expect(try Self.lines(calls).count == 1) }
            }
            #expect(datas.last == "[DONE]" && datas.contains { $0.contains("\"content\":\"Hello\"") })
        }
        let line = try #require(try Self.lines(calls).first)
        #expect(line.isStreamed && line.firstTokenMilliseconds != nil && line.route.outcome == .completed)
    }

    /// A provider that breaks off: the client sees an error and no end, and what was said is estimated.
    @Test func aCutIsTold() async throws {
        let calls = MemoryCallLedger()
        let provider = Provider { _, tell in
            try await tell(.text("Hel"))
            var error = ModelError(.cutOff, .retry, "the answer broke off")
            error.hasContent = true
            throw error
        }
        try await streaming(provider, calls) { client, address in
            let answer = try await client.stream(Self.ask(address))
            var datas: [String] = []
            for try await event in answer.body.events() { datas.append(event.data) }
            #expect(datas.last?.contains("\"error\"") == true && !datas.contains("[DONE]"))
            #expect(datas.contains { $0.contains("\"content\":\"Hel\"") })
        }
        let line = try #require(try Self.lines(calls).first)
        #expect(line.route.outcome == .cut && line.error == "cut_off" && line.isEstimated && line.tokens.output > 0)
    }

    /// Before the first piece a failure is an answer with a status of its own.
    @Test func aFailureBeforeTheFirstPieceHasAStatus() async throws {
        let calls = MemoryCallLedger()
        try await streaming(.fails(.rateLimited, .retry), calls) { client, address in
            let answer = try await client.stream(Self.ask(address))
            #expect(answer.status == 429)
            answer.body.cancel()
        }
        #expect(try Self.lines(calls).map(\.route.outcome) == [.failed])
    }

    /// A client that leaves ends the call that it would pay for.
    @Test func aClientThatLeavesEndsTheCall() async throws {
        let calls = MemoryCallLedger()
        let ended = Signalled()
        let provider = Provider { _, tell in
            try await tell(.text("Hel"))
            await Nudge().wait()  // nobody calls it: only a cancelled task comes back
            ended.give()
            throw CancellationError()
        }
        try await streaming(provider, calls) { client, address in
            let answer = try await client.stream(Self.ask(address))
            var bytes = answer.body.makeAsyncIterator()
            _ = try await bytes.next()
            answer.body.cancel()
            await ended.wait()
        }
    }
}

/// Something that happens once.
private final class Signalled: Sendable {
    private let nudge = Nudge()

    func give() { nudge.call() }

    func wait() async { await nudge.wait() }
}

extension JSONValue {
    fileprivate mutating func set(_ name: String, _ value: JSONValue) {
        guard case .object(var members) = self else { return }
        members[name] = value
        self = .object(members)
    }

    fileprivate subscript(index: Int) -> JSONValue? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }
}
