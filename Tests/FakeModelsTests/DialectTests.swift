import FakeModels
import Testing
import TuttiCore

@Suite struct AnthropicTests {
    private let answer = Answer([.thought("hm"), .text("yes"), .tool(name: "f", arguments: #"{"a":1}"#)])
        .using(TokenUsage(uncached: 10, cacheRead: 5, cacheWrite: 2, output: 8, reasoning: 3))

    @Test func answersInOnePiece() throws {
        let json = try FakeModels(.always(answer)).ask(Question(dialect: .anthropic)).json
        #expect(json.at("type") == "message")
        #expect(json.at("content", 0, "thinking") == "hm")
        #expect(json.at("content", 1) == ["type": "text", "text": "yes"])
        #expect(json.at("content", 2, "input") == ["a": 1])
        #expect(json.at("stop_reason") == "tool_use")
        #expect(json.at("usage", "input_tokens") == 10)
        #expect(json.at("usage", "cache_read_input_tokens") == 5)
        #expect(json.at("usage", "cache_creation_input_tokens") == 2)
    }

    @Test func answersInNamedEvents() throws {
        let answer = try FakeModels(.always(answer.inPieces(of: 4))).ask(.streamed(.anthropic))
        let names = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
        #expect(names.map { .string(String($0)) } == answer.events.map { $0.at("type") })
        #expect(
            names == [
                "message_start", "ping", "content_block_start", "content_block_delta", "content_block_delta",
                "content_block_stop", "content_block_start", "content_block_delta", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ])
        let input = answer.events.compactMap { $0.at("delta", "partial_json").stringValue }.joined()
        #expect(input == #"{"a":1}"#)
        #expect(answer.events[0].at("message", "usage", "output_tokens") == 1)
        #expect(answer.events[13].at("usage") == ["output_tokens": 8])
    }

    @Test func wantsAVersionAndAMostOfTokens() throws {
        let models = try FakeModels(.always(.text("a")))
        let question = Question(dialect: .anthropic, more: ["max_tokens": .null])
        #expect(try models.ask(question).status == 400)
        let socket = try models.connect()
        socket.send(
            Question(dialect: .anthropic).bytes.replacing("anthropic-version: 2026-10-21\r\n", with: ""))
        let answer = RawResponse(socket)
        #expect(answer.status == 400)
        #expect(answer.json.at("error", "type") == "invalid_request_error")
    }

    @Test func listsItsModels() throws {
        let list = try FakeModels(.always(.empty)).get("/v1/models", headers: "anthropic-version: 2026-10-21\r\n").json
        #expect(list.at("data", 0, "type") == "model")
        #expect(list.at("last_id") == "mock-model")
    }
}

@Suite struct GeminiTests {
    private let answer = Answer([.thought("hm"), .text("yes no"), .tool(name: "f", arguments: #"{"a":1}"#)])
        .using(TokenUsage(uncached: 10, cacheRead: 5, output: 8, reasoning: 3))

    @Test func answersInOnePiece() throws {
        let models = try FakeModels(.always(answer))
        let json = try models.ask(Question(dialect: .gemini, model: "vendor-x")).json
        let parts = json.at("candidates", 0, "content", "parts")
        #expect(parts.at(0) == ["text": "hm", "thought": true])
        #expect(parts.at(1) == ["text": "yes no"])
        #expect(parts.at(2, "functionCall") == ["name": "f", "args": ["a": 1]])
        #expect(json.at("candidates", 0, "finishReason") == "STOP")
        #expect(json.at("usageMetadata", "promptTokenCount") == 15)
        #expect(json.at("usageMetadata", "candidatesTokenCount") == 5)
        #expect(json.at("usageMetadata", "thoughtsTokenCount") == 3)
        #expect(json.at("modelVersion") == "vendor-x")
        #expect(models.counters.models == ["vendor-x": 1])
    }

    @Test func answersInWholeObjects() throws {
        let answer = try FakeModels(.always(answer.inPieces(of: 3))).ask(.streamed(.gemini))
        #expect(answer.headers["content-type"] == "text/event-stream")
        let parts = answer.events.map { $0.at("candidates", 0, "content", "parts", 0) }
        #expect(parts.map { $0.at("text") } == ["hm", "yes", " no", .null, ""])
        #expect(parts[3].at("functionCall", "args") == ["a": 1])
        let counted = answer.events.map { $0.at("usageMetadata", "totalTokenCount") }
        #expect(counted == [17, 19, 21, 23, 23])
    }

    @Test func takesBothVersionsAndOnlyEventStreams() throws {
        let models = try FakeModels(.always(.text("a")))
        let bytes = Question(dialect: .gemini, isStreamed: true).bytes
        func status(_ bytes: String) throws -> Int {
            let socket = try models.connect()
            socket.send(bytes)
            return RawResponse(socket).status
        }
        #expect(try status(bytes.replacing("/v1beta/", with: "/v1/")) == 200)
        #expect(try status(bytes.replacing("?alt=sse", with: "")) == 404)
        #expect(try models.get("/v1beta/models").json.at("models", 0, "name") == "models/mock-model")
    }
}
