import FakeModels
import Testing
import TuttiCore

@Suite struct ChatTests {
    @Test func answersInOnePiece() throws {
        let models = try FakeModels(.always(.text("hello there")))
        let answer = try models.ask()
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.json.at("object") == "chat.completion")
        #expect(answer.json.at("choices", 0, "message", "content") == "hello there")
        #expect(answer.json.at("choices", 0, "finish_reason") == "stop")
        #expect(answer.json.at("usage", "prompt_tokens") == 1)
        #expect(answer.json.at("usage", "completion_tokens") == 3)
    }

    @Test func answersInPieces() throws {
        let models = try FakeModels(.always(.text("hello there").inPieces(of: 6)))
        let answer = try models.ask(.streamed())
        #expect(answer.headers["content-type"] == "text/event-stream")
        #expect(answer.data.last == "[DONE]")
        #expect(answer.events.map { $0.at("choices", 0, "delta", "content") } == ["", "hello ", "there", .null, .null])
        #expect(answer.events[3].at("choices", 0, "finish_reason") == "stop")
        #expect(answer.events[4].at("choices") == [])
        #expect(answer.events[4].at("usage", "total_tokens") == 4)
        #expect(answer.events[1].at("usage") == .null)
    }

    @Test func tellsUsageInAStreamOnlyWhenAsked() throws {
        let models = try FakeModels(.always(.text("a")))
        var question = Question.streamed()
        question.wantsUsage = false
        #expect(try models.ask(question).events.allSatisfy { $0["usage"] == nil })
    }

    @Test func callsTools() throws {
        let models = try FakeModels(.always(.tool("find", ["name": "größer"]).inPieces(of: 8)))
        let whole = try models.ask().json
        #expect(whole.at("choices", 0, "message", "content") == .null)
        #expect(whole.at("choices", 0, "message", "tool_calls", 0, "function", "arguments") == #"{"name":"größer"}"#)
        #expect(whole.at("choices", 0, "finish_reason") == "tool_calls")
        let pieces = try models.ask(.streamed()).events.map { $0.at("choices", 0, "delta", "tool_calls", 0) }
        #expect(pieces[1].at("function", "name") == "find")
        let arguments = pieces.compactMap { $0.at("function", "arguments").stringValue }.joined()
        #expect(arguments == #"{"name":"größer"}"#)
    }

    @Test func tellsTokensApart() throws {
        let usage = TokenUsage(uncached: 10, cacheRead: 5, cacheWrite: 2, output: 8, reasoning: 3, microdollars: 1500)
        let answer = Answer([.thought("hm"), .text("yes")]).using(usage)
        let json = try FakeModels(.always(answer)).ask().json
        #expect(json.at("choices", 0, "message", "reasoning_content") == "hm")
        #expect(json.at("usage", "prompt_tokens") == 17)
        #expect(json.at("usage", "prompt_tokens_details", "cached_tokens") == 5)
        #expect(json.at("usage", "completion_tokens_details", "reasoning_tokens") == 3)
        #expect(json.at("usage", "cost") == .double(0.0015))
    }

    @Test func listsItsModels() throws {
        var options = FakeModels.Options()
        options.models = ["a", "b/c"]
        let list = try FakeModels(.always(.empty), options).get("/v1/models").json
        #expect(list.at("data", 0, "id") == "a")
        #expect(list.at("data", 1, "id") == "b/c")
    }

    @Test func answersEachModelByItself() throws {
        let models = try FakeModels(
            .byModel(["a": .always(.text("from a")), "b": .inTurn([.text("first"), .text("then")])]))
        func content(_ model: String) throws -> JSONValue {
            try models.ask(Question(model: model)).json.at("choices", 0, "message", "content")
        }
        #expect(try [content("a"), content("b"), content("b"), content("b")] == ["from a", "first", "then", "then"])
        #expect(try models.ask(Question(model: "c")).status == 404)
        #expect(models.counters.models == ["a": 1, "b": 3, "c": 1])
    }

    @Test func hasTextsOfAnyNumberOfTokens() throws {
        let events = try FakeModels(.always(.tokens(12, perPiece: 5))).ask(.streamed()).events
        let pieces = events.compactMap { $0.at("choices", 0, "delta", "content").stringValue }
        #expect(pieces == ["", " 000 001 002 003 004", " 005 006 007 008 009", " 010 011"])
        #expect(events.last?.at("usage", "completion_tokens") == 12)
    }
}
