import FoundationEssentials
import TestServer
import Testing
import TuttiCore
import TuttiProviders

@testable import TuttiTerminal

/// `tutti models test` for several at a time, and what is found out of each.
@Suite struct ModelTrialTests {
    private static let end = [
        #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#, "[DONE]",
    ]
    private static let words = [
        #"{"choices":[{"index":0,"delta":{"content":"ready "},"finish_reason":null}]}"#,
        #"{"choices":[{"index":0,"delta":{"content":"when you are"},"finish_reason":"stop"}]}"#,
    ]
    private static let call = [
        #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":"#
            + #"{"name":"report","arguments":"{\"word\":\"ready\"}"}}]},"finish_reason":"tool_calls"}]}"#
    ]

    private static func stream(_ lines: [String]) -> String { lines.map { "data: \($0)\n\n" }.joined() }

    /// Streams words, calls tools, and has two models; `bad` is refused, and a key other than `sk-good` is not taken.
    private static func server() -> RawServer {
        RawServer { connection in
            while let head = connection.readHead() {
                let isGood = head.contains("sk-good")
                if head.hasPrefix("GET") {
                    let list = #"{"object":"list","data":[{"id":"small"},{"id":"large"}]}"#
                    say(connection, isGood ? 200 : 401, isGood ? list : "{}")
                    continue
                }
                let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let size = Int(field?.split(separator: " ").last ?? "") ?? 0
                let body = String(decoding: connection.readBytes(size) ?? [], as: UTF8.self)
                if !isGood {
                    say(connection, 401, #"{"error":{"code":"invalid_api_key"}}"#)
                } else if body.contains(#""model":"bad""#) {
                    say(connection, 404, #"{"error":{"code":"model_not_found","message":"no such model"}}"#)
                } else {
                    say(connection, 200, stream((body.contains(#""tools""#) ? call : words) + end))
                }
            }
        }
    }

    private static func say(_ connection: RawConnection, _ status: Int, _ body: String) {
        connection.send("HTTP/1.1 \(status) Said\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private func variables(_ server: RawServer, key: String = "sk-good") -> [String: String] {
        ["TUTTI_PROVIDERS_MINE_URL": server.url(""), "TUTTI_PROVIDERS_MINE_KEY": key]
    }

    private func json(_ text: String) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }

    private func tests(_ answer: Desk.Answer) throws -> [JSONValue] {
        guard case .array(let tests)? = try json(answer.output)["tests"] else { throw CancellationError() }
        return tests
    }

    @Test func whatWorksIsTold() async throws {
        let server = Self.server()
        defer { server.stop() }
        let desk = try Desk()
        let answer = await desk.run("models", "test", "mine/small", setting: variables(server))
        #expect(answer.code == .reached, "\(answer.progress)")
        #expect(answer.output.contains("  answer       ready when you are\n"))
        #expect(answer.output.contains("  stream       in 2 pieces\n  tool call    made, "))
        let told = try json(await desk.run("models", "test", "mine/small", "--json", setting: variables(server)).output)
        #expect(
            told["checks"] == ["key": true, "name": true, "stream": true, "tool_call": true, "usage": true])
        #expect(told["tool_call"]?["ok"] == true && told["tool_call"]?["message"] == .null)
    }

    @Test func severalAreAskedAndOneThatFailsIsEnough() async throws {
        let server = Self.server()
        defer { server.stop() }
        let desk = try Desk()
        let set = variables(server)
        let answer = await desk.run("models", "test", "mine/small", "mine/bad", "mine", setting: set)
        #expect(answer.code == .failed)
        let lines = answer.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("mine/small  yes"))
        #expect(lines[2].hasPrefix("mine/bad    model_not_found"))
        #expect(lines[3].hasPrefix("mine        its list"))
        #expect(answer.progress.contains("mine: its list has 2 models; none was asked"))
        let told = try tests(
            await desk.run("models", "test", "mine/small", "mine/bad", "--json", setting: set))
        #expect(told.map { $0["checks"]?["name"] } == [true, false])
        #expect(told.map { $0["checks"]?["key"] } == [true, true])
        #expect(told.map { $0["ok"] } == [true, false])
        let refused = await desk.run("models", "test", "mine/small", "gpt-9", setting: set)
        #expect(refused.code == .usage && refused.output == "")
        let both = await desk.run(
            "models", "test", "mine/small", "mine/large", "--record", desk.folder + "/c.jsonl", setting: set)
        #expect(both.code == .usage && both.progress.contains("--record takes the calls of one model"))
    }

    @Test func everyDeploymentIsTriedWithEachOfItsKeys() async throws {
        let server = Self.server()
        defer { server.stop() }
        let desk = try Desk()
        var set = variables(server, key: "sk-other")
        set["TUTTI_MODELS_ROUTES"] = try desk.write(
            """
            deployments:
              first: {model: mine/small, keys: [good, bad, none]}
              plain: {model: mine/large, limits: {tools: false}, price: {input: 1, output: 2}}
            routes:
              smart: {deployments: [first, plain]}
            """, to: "routes.yaml")
        for (name, value) in [("good", "sk-good"), ("bad", "sk-bad")] {
            let kept = await desk.run("secrets", "set", name, "--scope", "tenant", piping: value)
            #expect(kept.code == .reached, "\(kept.progress)")
        }
        let answer = await desk.run("models", "test", "--json", setting: set)
        #expect(answer.code == .failed)
        let told = try tests(answer)
        #expect(told.map { $0["model"] } == ["first (good)", "first (bad)", "first (none)", "plain"])
        #expect(told.map { $0["ok"] } == [true, false, false, false])
        #expect(told.map { $0["checks"]?["key"] } == [true, false, .null, false])
        #expect(told[2]["error"]?["code"] == "missing_key")
        // The other key is now one that is taken.
        set["TUTTI_PROVIDERS_MINE_KEY"] = "sk-good"
        let plain = try json(await desk.run("models", "test", "plain", "--json", setting: set).output)
        #expect(plain["cost_microdollars"] == 13 && plain["tool_call"] == .null)
        let route = try tests(await desk.run("models", "test", "smart", "--json", setting: set))
        #expect(route.count == 4)
        let all = [answer.output, answer.progress].joined()
        for key in ["sk-good", "sk-bad", "sk-other"] { #expect(!all.contains(key)) }
    }
}
