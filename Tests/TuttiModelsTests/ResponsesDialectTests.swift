import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("OpenAI's responses")
struct ResponsesDialectTests {
    private let dialect = ResponsesDialect(.openAI, key: Conversation.key)

    private static var sayable: ModelRequest {
        var request = Conversation.full
        request.stop = []
        return request
    }

    private func body(_ request: ModelRequest, isStreaming: Bool = false) throws -> String {
        Conversation.body(try dialect.encode(request, isStreaming: isStreaming))
    }

    private func whole(
        _ output: String, status: String = "completed", more: String = ""
    ) throws(ModelError) -> ModelResponse {
        let body = #"{"object":"response","status":"\#(status)","error":null,"output":[\#(output)]\#(more)}"#
        return try dialect.decode(Data(body.utf8), for: Conversation.plain)
    }

    // MARK: Requests

    @Test func whatItCannotSayIsRefused() {
        let error = #expect(throws: ModelError.self) { try dialect.encode(Conversation.full, isStreaming: true) }
        #expect(
            error?.message
                == "'stop' cannot be said to the responses of openai; leave it out, or use its chat completions")
        #expect(error?.kind == .badRequest && error?.parameter == "stop")
    }

    @Test func writesAPlainRequest() throws {
        let wire = try dialect.encode(Conversation.plain, isStreaming: true)
        #expect(wire.path == "/responses")
        #expect(wire.header("authorization")?.revealed == "Bearer sk-planted-0123456789abcdef")
        #expect(
            Conversation.body(wire) == #"{"model":"m-1","instructions":"Be brief.","#
                + #""input":[{"role":"user","content":"hi"}],"store":false,"#
                + #""include":["reasoning.encrypted_content"],"stream":true}"#)
    }

    @Test func writesEverythingThatItCanSay() throws {
        #expect(
            try body(Self.sayable) == #"{"model":"m-1","instructions":"Be brief.","input":["#
                + #"{"role":"user","content":[{"type":"input_text","text":"look"},"#
                + #"{"type":"input_image","image_url":"data:image/png;base64,AQID","detail":"auto"}]},"#
                + #"{"role":"assistant","content":"I ask."},"#
                + #"{"type":"function_call","call_id":"c1","name":"weather","#
                + #""arguments":"{\"z\": 1.50, \"city\":\"Köln\"}"},"#
                + #"{"type":"function_call","call_id":"c2","name":"weather","arguments":""},"#
                + #"{"type":"function_call_output","call_id":"c1","output":"rain"},"#
                + #"{"type":"function_call_output","call_id":"c2","output":"Error: no city"},"#
                + #"{"role":"user","content":"and?"}],"#
                + #""tools":[{"type":"function","name":"weather","description":"Tells the weather.","#
                + #""parameters":{"properties":{"city":{"type":"string"}},"type":"object"},"strict":false}],"#
                + #""tool_choice":{"type":"function","name":"weather"},"#
                + #""text":{"format":{"type":"json_schema","name":"report","#
                + #""schema":{"properties":{"text":{"type":"string"}},"required":["text"],"type":"object"}}},"#
                + #""max_output_tokens":100,"reasoning":{"effort":"low"},"safety_identifier":"u-7","#
                + #""metadata":{"team":"red"},"store":false,"include":["reasoning.encrypted_content"]}"#)
    }

    @Test(arguments: [(ModelToolChoice.auto, nil), (.none, "none"), (.required, "required")])
    func toolChoices(choice: ModelToolChoice, word: JSONValue?) throws {
        var request = Self.sayable
        request.toolChoice = choice
        request.temperature = 0.5
        let written = try Conversation.value(try body(request))
        #expect(written["tool_choice"] == word)
        #expect(written["temperature"] == .double(0.5))
    }

    @Test func aServerThatKeepsNoNamesGetsNone() throws {
        let wire = try ResponsesDialect(.ollama).encode(Self.sayable, isStreaming: true)
        let written = try Conversation.value(Conversation.body(wire))
        #expect(written["safety_identifier"] == nil && written["metadata"] == nil)
        #expect(wire.header("authorization") == nil)
    }

    // MARK: Thoughts

    @Test func thoughtsGoBackSealedAndInTheirPlace() throws {
        let response = try #require(Played(dialect, GoldenStreams.responses).response)
        let results = [ModelContent.toolResult(ModelToolResult(callID: "t1", text: "r"))]
        let next = ModelRequest(
            model: "m", messages: [.user("a"), response.message, ModelMessage(role: .user, content: results)])
        #expect(
            try body(next).contains(
                #"{"role":"user","content":"a"},{"encrypted_content":"SEALED","id":"rs_1","#
                    + #""summary":[{"text":"hm","type":"summary_text"}],"type":"reasoning"},"#
                    + #"{"role":"assistant","content":"Grüße, "#))
        // Nobody else gets to see them, not the same server's other interface either.
        let others: [any ModelDialect] = [
            ChatDialect(.openAI), ChatDialect(.openRouter), AnthropicDialect(), GeminiDialect(),
            ResponsesDialect(.openRouter),
        ]
        for other in others {
            #expect(!Conversation.body(try other.encode(next, isStreaming: true)).contains("SEALED"))
        }
        let read = try CanonicalJSON.decode(ModelResponse.self, from: try CanonicalJSON.encode(response))
        #expect(read == response)
    }

    @Test func thoughtsWithoutASealStayBehind() throws {
        let response = try whole(
            #"{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":null},"#
                + #"{"type":"message","content":[{"type":"output_text","text":"x"}]}"#)
        #expect(response.content == [.reasoning(ModelReasoning(text: "hm")), .text("x")])
        let next = ModelRequest(model: "m", messages: [.user("a"), response.message, .user("b")])
        #expect(try !body(next).contains("reasoning\""))
    }

    @Test func aPhaseGoesBackWithItsText() throws {
        let message = { (phase: String, text: String) in
            #"{"type":"message","id":"m","phase":\#(phase),"content":[{"type":"output_text","text":"\#(text)"}]}"#
        }
        let response = try whole(
            [message(#""commentary""#, "I look."), message("null", ""), message(#""final_answer""#, "Rain.")]
                .joined(separator: ","))
        #expect(response.text == "I look.Rain.")
        let next = ModelRequest(model: "m", messages: [.user("a"), response.message, .user("b")])
        #expect(
            try body(next).contains(
                #"{"role":"assistant","content":"I look.","phase":"commentary"},"#
                    + #"{"role":"assistant","content":"Rain.","phase":"final_answer"},{"role":"user","content":"b"}"#))
        for other in [ChatDialect(.openAI), AnthropicDialect(), GeminiDialect()] as [any ModelDialect] {
            #expect(!Conversation.body(try other.encode(next, isStreaming: true)).contains("phase"))
        }
    }

    @Test func anItemThatIsWholeTwiceIsToldOnce() {
        let item = #"{"type":"reasoning","id":"r","summary":[{"text":"hm"}],"encrypted_content":"SEALED"}"#
        let done = event("response.output_item.done", #""output_index":0,"item":\#(item)"#)
        let once = Played(dialect, [done, completed]).response
        #expect(once?.content.count == 1)
        #expect(Played(dialect, [done, done, completed]).response == once)
    }

    @Test func partsOfThoughtsStayApart() {
        let played = Played(
            dialect,
            [
                event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":0,"delta":"on""#),
                event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":0,"delta":"e""#),
                event("response.reasoning_summary_text.delta", #""output_index":0,"summary_index":1,"delta":"two""#),
                event("response.reasoning_text.delta", #""output_index":0,"content_index":1,"delta":"three""#),
                event("response.output_text.delta", #""output_index":1,"content_index":0,"delta":"x""#),
                event("response.reasoning_text.delta", #""output_index":2,"content_index":0,"delta":"four""#),
                completed,
            ])
        #expect(
            played.response?.content == [
                .reasoning(ModelReasoning(text: "one\n\ntwo\n\nthree")), .text("x"),
                .reasoning(ModelReasoning(text: "four")),
            ])
    }

    @Test func whatIsWantedBackHasALimit() {
        let sealed = String(repeating: "x", count: 1 << 20)
        let pieces = (0..<10).map { index in
            let item = #"{"type":"reasoning","id":"r","summary":[],"encrypted_content":"\#(sealed)"}"#
            return event("response.output_item.done", #""output_index":\#(index),"item":\#(item)"#)
        }
        #expect(Played(dialect, pieces.dropLast()).error?.kind == .cutOff)
        let error = Played(dialect, pieces).error
        #expect(error?.kind == .answerTooLarge && error?.message.contains("bytes to be sent back") == true)
    }

    @Test func itemsHaveALimit() {
        let pieces = (0...10_000).map { index in
            event("response.output_item.added", #""output_index":\#(index),"item":{"type":"message"}"#)
        }
        #expect(Played(dialect, pieces.dropLast()).error?.kind == .cutOff)
        #expect(Played(dialect, pieces).error?.message.contains("10000 items") == true)
    }

    // MARK: Answers

    @Test func aWholeAnswerIsTheSameAsItsStream() throws {
        let response = try whole(
            #"{"id":"rs_1","type":"reasoning","status":"completed","summary":[{"type":"summary_text","text":"hm"}],"#
                + #""encrypted_content":"SEALED"},{"type":"web_search_call","id":"w","status":"completed"},"#
                + #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Grüße, 🌍 é!","#
                + #""annotations":[],"logprobs":[]}]},{"type":"function_call","id":"fc_1","call_id":"t1","name":"f","#
                + #""arguments":"{\"a\":1}","status":"completed"}"#,
            more: #","usage":{"input_tokens":82,"input_tokens_details":{"cached_tokens":40,"cache_write_tokens":30},"#
                + #""output_tokens":15,"output_tokens_details":{"reasoning_tokens":5}},"of_times_to_come":[1]"#)
        #expect(response == Played(dialect, GoldenStreams.responses).response)
        #expect(
            response.usage
                == ModelUsage(uncachedInput: 12, cacheRead: 40, cacheWrite: 30, output: 15, reasoning: 5))
    }

    @Test(arguments: [
        ("completed", "", FinishReason.stop, "completed"),
        ("incomplete", #"{"reason":"max_output_tokens"}"#, .length, "max_output_tokens"),
        ("incomplete", #"{"reason":"content_filter"}"#, .filtered, "content_filter"),
        ("incomplete", #"{"reason":"steered"}"#, .other, "steered"),
        ("incomplete", "null", .other, "incomplete"),
    ])
    func ends(status: String, details: String, finish: FinishReason, native: String) throws {
        let more = details.isEmpty ? "" : #","incomplete_details":\#(details)"#
        let text = #"{"type":"message","content":[{"type":"output_text","text":"x"}]}"#
        let response = try whole(text, status: status, more: more)
        #expect(response == ModelResponse(content: [.text("x")], finish: finish, nativeFinish: native))
        let end = event("response.\(status)", #""response":{"status":"\#(status)"\#(more)}"#)
        let piece = event("response.output_text.delta", #""output_index":0,"content_index":0,"delta":"x""#)
        #expect(Played(dialect, [piece, end]).response == response)
    }

    @Test func aRefusalIsFiltered() throws {
        let refused = try whole(#"{"type":"message","content":[{"type":"refusal","refusal":"I will not"}]}"#)
        #expect(refused.finish == .filtered && refused.text == "I will not")
        let piece = event("response.refusal.delta", #""output_index":0,"content_index":0,"delta":"I will not""#)
        #expect(Played(dialect, [piece, completed]).response == refused)
        let cut = event("response.incomplete", #""response":{"incomplete_details":{"reason":"max_output_tokens"}}"#)
        #expect(Played(dialect, [piece, cut]).response?.finish == .filtered)
    }

    @Test(arguments: ["cancelled", "in_progress", "queued", "brand_new"])
    func whatNobodyGoesOnWithIsCut(status: String) {
        let error = #expect(throws: ModelError.self) { try whole("", status: status) }
        #expect(error?.kind == .cutOff)
    }

    @Test(arguments: [
        "{}", "[]", #"{"status":"completed"}"#, #"{"output":[]}"#, #"{"status":"completed","output":{}}"#,
        #"{"status":"completed","output":[{"type":"function_call","call_id":"c"}]}"#,
    ])
    func whatIsNoAnswerIsMalformed(body: String) {
        let error = #expect(throws: ModelError.self) {
            try dialect.decode(Data(body.utf8), for: Conversation.plain)
        }
        #expect(error?.kind == .malformed)
    }

    @Test func callsThatAlternateStayApart() {
        let call = { (place: Int, id: String) in
            event(
                "response.output_item.added",
                #""output_index":\#(place),"item":{"type":"function_call","id":"fc_\#(id)","call_id":"\#(id)","#
                    + #""name":"f","arguments":""}"#)
        }
        let more = { (place: Int, text: String) in
            event("response.function_call_arguments.delta", #""output_index":\#(place),"delta":"\#(text)""#)
        }
        let played = Played(
            dialect,
            [
                call(4, "a"), call(2, "b"), more(4, "{"), more(2, "["), more(4, "}"), more(2, "]"), call(9, ""),
                event("response.function_call_arguments.done", #""output_index":9,"arguments":"{}""#), completed,
            ])
        #expect(
            played.response?.toolCalls == [
                ModelToolCall(id: "a", name: "f", arguments: "{}"),
                ModelToolCall(id: "b", name: "f", arguments: "[]"),
                ModelToolCall(id: "tutti_call_1_2", name: "f", arguments: "{}"),
            ])
        #expect(played.response?.finish == .toolCalls)
        #expect(Played(dialect, [more(0, "{}")]).error?.kind == .malformed)
        #expect(Played(dialect, [call(0, "a"), call(0, "b")]).error?.kind == .malformed)
    }

    @Test func serversThatTellOnlyWholesAreUnderstood() {
        let message = #"{"type":"message","content":[{"type":"output_text","text":"x"}]}"#
        let call = #"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}"#
        let items = [message, call].enumerated().map {
            event("response.output_item.done", #""output_index":\#($0.offset),"item":\#($0.element)"#)
        }
        let inItems = Played(dialect, items + [completed]).response
        #expect(inItems?.content == [.text("x"), .toolCall(ModelToolCall(id: "c", name: "f", arguments: "{}"))])
        let end = event("response.completed", #""response":{"status":"completed","output":[\#(message),\#(call)]}"#)
        #expect(Played(dialect, [end]).response == inItems)
        // Nothing is told twice.
        #expect(Played(dialect, items + [end]).response == inItems)
    }

    @Test func namesOfEventsMayBeLost() {
        let pieces = GoldenStreams.responses.map { StreamEvent(data: $0.data) }
        #expect(Played(dialect, pieces).response == Played(dialect, GoldenStreams.responses).response)
    }

    // MARK: Failures

    @Test(arguments: [
        ("server_error", ModelErrorCode.providerFailed), ("rate_limit_exceeded", .rateLimited),
        ("invalid_prompt", .badRequest), ("invalid_image_url", .badRequest), ("bio_policy", .badRequest),
        ("insufficient_quota", .quotaExhausted), ("context_length_exceeded", .contextTooLong),
        ("of_times_to_come", .providerFailed),
    ])
    func failuresHaveTheSameMeaningWhereverTheyCome(code: String, kind: ModelErrorCode) {
        let failure = #""error":{"code":"\#(code)","message":"boom"}"#
        let usage = #""usage":{"input_tokens":3,"output_tokens":1}"#
        let failed = Played(
            dialect, [event("response.failed", #""response":{"status":"failed",\#(failure),\#(usage)}"#)])
        let told = Played(dialect, [event("error", #""code":"\#(code)","message":"boom","param":null"#)])
        let nested = Played(dialect, [StreamEvent(name: "error", data: #"{"type":"error",\#(failure)}"#)])
        let bare = Played(dialect, [StreamEvent(data: "{\(failure)}")])
        let body = Data(#"{"object":"response","status":"failed",\#(failure),\#(usage)}"#.utf8)
        let whole = #expect(throws: ModelError.self) { try dialect.decode(body, for: Conversation.plain) }
        for error in [failed.error, told.error, nested.error, bare.error, whole] {
            #expect(error?.kind == kind && error?.providerCode == code)
            #expect(error?.providerMessage?.revealed == "boom" && error?.message.contains("boom") == false)
        }
        #expect(failed.error?.usage == ModelUsage(uncachedInput: 3, output: 1))
        #expect(whole?.usage == failed.error?.usage)
    }

    @Test func aFailureWithoutWordsIsOne() {
        let failed = Played(dialect, [event("response.failed", #""response":{"status":"failed","error":null}"#)])
        #expect(failed.error?.kind == .providerFailed && failed.error?.status == 500)
        #expect(dialect.error(401, "{}").kind == .unauthenticated)
    }

    private let completed = StreamEvent(
        name: "response.completed", data: #"{"type":"response.completed","response":{"status":"completed"}}"#)

    private func event(_ type: String, _ rest: String) -> StreamEvent {
        StreamEvent(name: type, data: #"{"type":"\#(type)",\#(rest)}"#)
    }
}
