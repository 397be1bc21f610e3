import FoundationEssentials
import TestServer
import Testing
import TuttiCore
import TuttiProviders

@testable import TuttiTerminal

/// `tutti models ls` and `tutti models test`
@Suite struct ModelsCommandTests {
    private static let key = "sk-planted-0123456789"
    private static let list = #"{"object":"list","data":[{"id":"small","context_length":8192},{"id":"large"}]}"#
    private static let stream = [
        #"{"choices":[{"index":0,"delta":{"content":"ready\u001b[31m"},"finish_reason":null}]}"#,
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#, "[DONE]",
    ].map { "data: \($0)\n\n" }.joined()

    /// Answers with its list of models, and calls with a stream or a status.
    private static func server(owner: String = "", status: Int = 200) -> RawServer {
        RawServer { connection in
            while let head = connection.readHead() {
                if head.hasPrefix("GET") {
                    let body = list.replacing(#""id":"small","#, with: #""id":"small","owned_by":"\#(owner)","#)
                    answer(connection, head.hasPrefix("GET /v1/models") ? 200 : 404, body)
                } else {
                    let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    _ = connection.readBytes(Int(field?.split(separator: " ").last ?? "") ?? 0)
                    answer(connection, status, status == 200 ? stream : #"{"error":{"code":"invalid_api_key"}}"#)
                }
            }
        }
    }

    private static func answer(_ connection: RawConnection, _ status: Int, _ body: String) {
        connection.send("HTTP/1.1 \(status) Said\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func json(_ text: String) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }

    private func variables(_ server: RawServer) -> [String: String] {
        ["TUTTI_PROVIDERS_MINE_URL": server.url(""), "TUTTI_PROVIDERS_MINE_KEY": Self.key]
    }

    // MARK: ls

    @Test func nothingIsSetUp() async throws {
        let answer = try await Desk().run("models", "ls")
        #expect(answer.code == .reached)
        #expect(answer.output == "")
        #expect(answer.progress.contains("Set OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY or OPENROUTER_API_KEY"))
        let json = try json(try await Desk().run("models", "ls", "--json").output)
        #expect(json == ["default": .null, "providers": []])
    }

    @Test func whatIsSetUpIsListed() async throws {
        let server = Self.server()
        defer { server.stop() }
        var set = variables(server)
        set["TUTTI_MODEL"] = "mine/small"
        let answer = try await Desk().run("models", "ls", setting: set)
        #expect(answer.code == .reached)
        let url = server.url("/v1")
        #expect(
            answer.output == """
                MODEL       CONTEXT  FROM
                mine/small     8192  \(url)
                mine/large           \(url)

                """)
        #expect(answer.progress == "Asked where no model is named: mine/small\n")
        let json = try json(try await Desk().run("models", "ls", "--json", setting: set).output)
        #expect(json["default"] == "mine/small")
        let models: JSONValue = [
            ["name": "mine/small", "context_tokens": 8192, "output_tokens_max": .null],
            ["name": "mine/large", "context_tokens": .null, "output_tokens_max": .null],
        ]
        #expect(
            json["providers"] == [
                [
                    "provider": "mine", "url": .string(url), "found": false, "models": models, "error": .null,
                    "advice": .null,
                ]
            ])
    }

    @Test func whoCannotBeReachedSaysWhy() async throws {
        let set = ["TUTTI_PROVIDERS_MINE_URL": "http://127.0.0.1:1", "OPENAI_BASE_URL": "https://127.0.0.1:1"]
        let answer = try await Desk().run("models", "ls", setting: set)
        #expect(answer.code == .reached)
        #expect(answer.output == "")
        #expect(answer.progress.contains("mine at http://127.0.0.1:1/v1: mine: no connection to 127.0.0.1:1"))
        let json = try json(try await Desk().run("models", "ls", "--json", setting: set).output)
        guard case .array(let providers)? = json["providers"] else { throw CancellationError() }
        #expect(providers.map { $0["error"]?["code"] } == ["unreachable", "unreachable"])
    }

    @Test func serversOfThisMachineAreFound() async throws {
        let server = Self.server(owner: "vllm")
        defer { server.stop() }
        let desk = try Desk()
        let answer = await desk.run("models", "ls", finding: [.init(port: Int(server.port)), .init(port: 1)])
        #expect(answer.output.contains("vllm/small"))
        #expect(
            answer.progress
                == "vllm at \(server.url("/v1")): to ask it, set providers.vllm.url to \(server.url("/v1"))\n")
        // Set up so, it is asked by its name, and told of once.
        let set = ["TUTTI_PROVIDERS_VLLM_URL": server.url("")]
        let again = await desk.run("models", "ls", setting: set, finding: [.init(port: Int(server.port))])
        #expect(again.output.split(separator: "\n").count == 3)
        #expect(again.progress == "")
    }

    @Test func configurationsThatAreWrong() async throws {
        let desk = try Desk()
        let answer = await desk.run("models", "ls", setting: ["TUTTI_MODELS_TIMEOUT_IDLE": "soon"])
        #expect(answer.code == .usage)
        let url = await desk.run("models", "ls", setting: ["TUTTI_PROVIDERS_MINE_URL": "host"])
        #expect(url.progress.contains("the URL of the provider 'mine' must begin with http:// or https://"))
    }

    // MARK: test

    @Test(arguments: [
        ([], "no model is named: give one as PROVIDER/NAME, or set models.default or TUTTI_MODEL"),
        (["gpt-9"], "'gpt-9' names no provider"), (["openai/gpt-9"], "OpenAI needs a key: set OPENAI_API_KEY"),
        (["script/none"], "the cassette 'none' is not there"),
    ])
    func namesThatLeadNowhere(_ words: [String], _ message: String) async throws {
        let desk = try Desk()
        let answer =
            words.isEmpty ? await desk.run("models", "test") : await desk.run("models", "test", words[0])
        #expect(answer.code == .usage)
        #expect(answer.output == "")
        #expect(answer.progress.contains(message), "\(answer.progress)")
    }

    @Test func aModelAnswers() async throws {
        let server = Self.server()
        defer { server.stop() }
        let desk = try Desk()
        let prices = try desk.write(
            #"[{"model": "mine/*", "from": "2026-10-01", "input": "1", "output": "2"}]"#, to: "prices.json")
        var set = variables(server)
        let free = await desk.run("models", "test", "mine/small", setting: set)
        #expect(free.code == .reached, "\(free.progress)")
        #expect(free.output.hasPrefix("mine/small answers\n  answer       ready"))
        #expect(free.output.contains("  tokens       9 sent, 2 received\n"))
        #expect(free.output.hasSuffix("  cost         no price known (models.prices names a list)\n"))
        // It answers in words to whatever it is asked.
        #expect(free.output.contains("  stream       in 1 piece\n"))
        #expect(free.output.contains("  tool call    not made: the model answered in words\n"))
        #expect(!free.output.contains("\u{1b}"))
        set["TUTTI_MODELS_PRICES"] = prices
        set["TUTTI_MODEL"] = "mine/small"
        let priced = await desk.run("models", "test", "--json", setting: set)
        let json = try json(priced.output)
        #expect(json["ok"] == true)
        #expect(json["cost_microdollars"] == 13)
        #expect(json["usage"]?["uncached_input"] == 9)
        #expect(json["error"] == .null)
        #expect(!(free.output + free.progress + priced.output + priced.progress).contains(Self.key))
    }

    @Test func manyCallsAtOneTime() async throws {
        let server = Self.server()
        defer { server.stop() }
        let desk = try Desk()
        let answer = await desk.run("bench", "fanout", "--calls", "50", "--url", server.url(""))
        #expect(answer.code == .reached, "\(answer.progress)")
        let json = try json(answer.output)
        #expect(json["calls"] == 50)
        #expect(json["errors"] == 0)
        for member in ["wall_s", "rss_base_mb", "rss_peak_mb", "cpu_s"] { #expect(json[member] != nil) }
        let refused = await desk.run("bench", "fanout", "--calls", "3", "--url", "http://127.0.0.1:1")
        #expect(refused.code == .failed)
        #expect(refused.progress.hasPrefix("3 times: unreachable: bench: no connection to 127.0.0.1:1"))
        let wrong = await desk.run("bench", "fanout", "--url", "127.0.0.1")
        #expect(wrong.code == .usage)
    }

    @Test func aModelThatFailsSaysWhy() async throws {
        let server = Self.server(status: 401)
        defer { server.stop() }
        let answer = try await Desk().run("models", "test", "mine/small", setting: variables(server))
        #expect(answer.code == .failed)
        #expect(
            answer.progress
                == "tutti: mine/small: mine answered with status 401 (invalid_api_key): the key is missing, "
                + "wrong or has run out; set another one\n")
        let json = try json(
            try await Desk().run("models", "test", "mine/small", "--json", setting: variables(server)).output)
        #expect(json["ok"] == false)
        #expect(json["error"]?["code"] == "unauthenticated")
    }

    @Test func aCallThatIsRecordedIsPlayedWithoutItsServer() async throws {
        let server = Self.server()
        let desk = try Desk()
        let cassette = desk.folder + "/call.jsonl"
        let recorded = await desk.run(
            "models", "test", "mine/small", "--record", cassette, setting: variables(server))
        server.stop()
        #expect(recorded.code == .reached, "\(recorded.progress)")
        let played = await desk.run("models", "test", "script/\(cassette)")
        #expect(played.code == .reached, "\(played.progress)")
        #expect(played.output.contains("  answer       ready"))
    }
}
