import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

struct ChatDialectTests {
    private let dialect = ChatDialect(.openAI, key: Conversation.key)

    @Test func writesAPlainRequest() throws {
        let wire = try dialect.encode(Conversation.plain, isStreaming: true)
        #expect(wire.path == "/chat/completions")
        #expect(wire.header("authorization")?.revealed == "Bearer sk-planted-0123456789abcdef")
        #expect(
            Conversation.body(wire) == #"{"model":"m-1","messages":[{"role":"system","content":"Be brief."},"#
                + #"{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true}}"#)
    }

    @Test func writesEverythingThatARequestCanHold() throws {
        let body = Conversation.body(try dialect.encode(Conversation.full, isStreaming: false))
        #expect(
            body == #"{"model":"m-1","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":["#
                + #"{"type":"text","text":"look"},"#
                + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]},"#
                + #"{"role":"assistant","content":"I ask.","tool_calls":["#
                + #"{"id":"c1","type":"function","function":{"name":"weather","#
                + #""arguments":"{\"z\": 1.50, \"city\":\"Köln\"}"}},"#
                + #"{"id":"c2","type":"function","function":{"name":"weather","arguments":""}}]},"#
                + #"{"role":"tool","tool_call_id":"c1","content":"rain"},"#
                + #"{"role":"tool","tool_call_id":"c2","content":"Error: no city"},"#
                + #"{"role":"user","content":"and?"}],"#
                + #""tools":[{"type":"function","function":{"name":"weather","description":"Tells the weather.","#
                + #""parameters":{"properties":{"city":{"type":"string"}},"type":"object"}}}],"#
                + #""tool_choice":{"type":"function","function":{"name":"weather"}},"#
                + #""response_format":{"type":"json_schema","json_schema":{"name":"report","#
                + #""schema":{"properties":{"text":{"type":"string"}},"required":["text"],"type":"object"}}},"#
                + #""max_completion_tokens":100,"stop":["END"],"reasoning_effort":"low","user":"u-7","#
                + #""metadata":{"team":"red"}}"#)
    }

    @Test func differencesOfServersAreData() throws {
        func body(_ flavor: ChatFlavor) throws -> JSONValue {
            try Conversation.value(
                Conversation.body(try ChatDialect(flavor).encode(Conversation.full, isStreaming: true)))
        }
        #expect(try body(.openRouter)["reasoning"] == ["effort": "low"])
        #expect(try body(.openRouter)["stream_options"] == nil)
        #expect(try body(.ollama)["max_tokens"] == 100)
        #expect(try body(.ollama)["user"] == nil)
        #expect(try body(.vLLM)["reasoning_effort"] == nil)
        #expect(try ChatDialect(.llamaCpp).encode(Conversation.plain, isStreaming: true).header("authorization") == nil)
        #expect(ChatFlavor.openRouter.baseURL == "https://openrouter.ai/api/v1")
    }

    @Test func readsAWholeAnswer() throws {
        let body = #"""
            {"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":
            {"role":"assistant","content":"ok","refusal":null,"reasoning_content":"hm","tool_calls":[
            {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
            {"type":"function","function":{"name":"g","arguments":{"b":2}}}]},"logprobs":null,
            "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
            "prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},
            "completion_tokens_details":{"reasoning_tokens":5}},"new_field":[1]}
            """#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(
            response
                == ModelResponse(
                    content: [
                        .reasoning(ModelReasoning(text: "hm")), .text("ok"),
                        .toolCall(ModelToolCall(id: "c1", name: "f", arguments: #"{"a":1}"#)),
                        .toolCall(ModelToolCall(id: "tutti_call_1_1", name: "g", arguments: #"{"b":2}"#)),
                    ],
                    usage: ModelUsage(uncachedInput: 30, cacheRead: 60, cacheWrite: 10, output: 20, reasoning: 5),
                    finish: .toolCalls, nativeFinish: "tool_calls"))
    }

    @Test(arguments: [
        ("", "no JSON object"), ("[]", "no JSON object"), ("{}", "no 'choices'"),
        (#"{"choices":[{}]}"#, "no 'choices'"),
        (#"{"choices":[{"message":{"content":"x"}}]}"#, "no 'finish_reason'"),
        (#"{"choices":[{"message":{"tool_calls":[{"id":"a"}]},"finish_reason":"stop"}]}"#, "has no name"),
        (String(repeating: "[", count: 5000), "no JSON object"),
    ])
    func namesWhatAWholeAnswerLacks(body: String, problem: String) {
        let error = #expect(throws: ModelError.self) {
            try dialect.decode(Data(body.utf8), for: Conversation.plain)
        }
        #expect(error?.kind == .malformed && error?.message.contains(problem) == true)
    }

    @Test func anErrorInsideOfAWholeAnswerCountsAsItsStatus() {
        let body = #"{"error":{"code":429,"message":"slow"},"choices":[]}"#
        let error = #expect(throws: ModelError.self) {
            try ChatDialect(.openRouter).decode(Data(body.utf8), for: Conversation.plain)
        }
        #expect(error?.kind == .rateLimited && error?.status == 429)
    }

    @Test func putsInterleavedToolCallsTogether() throws {
        let played = Played(
            dialect,
            [
                chunk(#"{"role":"assistant","content":""}"#),
                chunk(
                    #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#),
                chunk(
                    #"{"tool_calls":[{"index":3,"id":"b","type":"function","function":{"name":"g","#
                        + #""arguments":"{"}}]}"#),
                chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]}"#),
                chunk(
                    #"{"tool_calls":[{"index":3,"function":{"arguments":"}"}},{"index":0,"#
                        + #""function":{"arguments":"1}"}}]}"#
                ),
                StreamEvent(data: #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
                StreamEvent(data: "[DONE]"),
            ])
        #expect(
            played.response?.toolCalls == [
                ModelToolCall(id: "a", name: "f", arguments: #"{"x":1}"#),
                ModelToolCall(id: "b", name: "g", arguments: "{}"),
            ])
        #expect(played.response?.finish == .toolCalls)
        #expect(played.response?.usage == nil)
    }

    @Test func takesTheLastUsageAndNeverSums() {
        let usage = { (n: Int) in
            StreamEvent(data: #"{"choices":[],"usage":{"prompt_tokens":\#(n),"completion_tokens":\#(n)}}"#)
        }
        let end = StreamEvent(
            data: #"{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":null}"#)
        let played = Played(dialect, [usage(1), usage(5), end, usage(7), StreamEvent(data: "[DONE]"), usage(9)])
        #expect(played.response?.usage == ModelUsage(uncachedInput: 7, output: 7))
        #expect(played.events.count { if case .usage = $0 { true } else { false } } == 1)
    }

    @Test func openRouterGetsItsReasoningBack() throws {
        let dialect = ChatDialect(.openRouter)
        let played = Played(
            dialect,
            [
                chunk(#"{"reasoning":"let me","reasoning_details":[{"type":"t","data":"AA"}]}"#),
                chunk(#"{"reasoning":" see","reasoning_details":[{"type":"t","data":"BB"}]}"#),
                chunk(#"{"content":"yes"}"#),
                StreamEvent(
                    data:
                        #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"#
                        + #""usage":{"prompt_tokens":1,"cost":0.000123}}"#
                ),
                StreamEvent(data: "[DONE]"),
            ])
        let response = try #require(played.response)
        #expect(response.usage?.reportedCost == USD(microdollars: 123))
        guard case .reasoning(let thoughts) = response.content.first else {
            Issue.record("the thoughts do not come first")
            return
        }
        #expect(thoughts.text == "let me see" && thoughts.seal?.value.stringValue == nil && thoughts.seal != nil)
        #expect(response.content.count == 2)
        let next = ModelRequest(model: "m", messages: [.user("a"), response.message, .user("b")])
        let body = Conversation.body(try dialect.encode(next, isStreaming: false))
        #expect(body.contains(#""reasoning_details":[{"data":"AA","type":"t"},{"data":"BB","type":"t"}]"#))
        let other = Conversation.body(try ChatDialect(.openAI).encode(next, isStreaming: false))
        #expect(!other.contains("AA"))
    }

    @Test(arguments: [("0", 0), ("1", 1_000_000), ("0.0000001", 1), ("0.0000019", 2), ("0.25", 250_000)])
    func aPartOfAMillionthCountsAsAWholeOne(cost: String, microdollars: Int64) throws {
        let body = #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"cost":\#(cost)}}"#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(response.usage?.reportedCost == USD(microdollars: microdollars))
    }

    @Test(arguments: ["-1", "1e300", "null", "true", "\"1\""])
    func whatIsNoCostIsNone(cost: String) throws {
        let body = #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"cost":\#(cost)}}"#
        #expect(try dialect.decode(Data(body.utf8), for: Conversation.plain).usage?.reportedCost == nil)
    }

    @Test func aRefusalIsFiltered() {
        let played = Played(
            dialect,
            [
                chunk(#"{"refusal":"I will not"}"#),
                StreamEvent(data: #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
                StreamEvent(data: "[DONE]"),
            ])
        #expect(played.response?.finish == .filtered && played.response?.text == "I will not")
    }

    @Test func takesWhatOtherServersSend() {
        // No choices at first, a choice without a delta, padding, a reason that is not known, blanks around the end.
        let played = Played(
            ChatDialect(.vLLM),
            [
                StreamEvent(data: #"{"choices":[],"prompt_filter_results":[]}"#),
                StreamEvent(data: #"{"choices":[{"index":0}]}"#),
                StreamEvent(data: ""), chunk(#"{"content":"a","reasoning":"r"}"#),
                StreamEvent(data: #"{"choices":[{"index":1,"delta":{"content":"other"}}],"obfuscation":"xx"}"#),
                StreamEvent(data: #"{"choices":[{"index":0,"delta":{},"finish_reason":"brand_new"}]}"#),
                StreamEvent(data: " [DONE] "),
            ])
        #expect(played.response?.content == [.reasoning(ModelReasoning(text: "r")), .text("a")])
        #expect(played.response?.finish == .other && played.response?.nativeFinish == "brand_new")
    }

    @Test func failuresAreReadInAllTheirShapes() {
        let old = Played(
            ChatDialect(.vLLM),
            [StreamEvent(data: #"{"object":"error","message":"no","type":"BadRequestError","code":400}"#)])
        #expect(old.error?.status == 400 && old.error?.providerCode == "BadRequestError")
        #expect(ChatDialect(.ollama).error(404, #"{"error":"not pulled"}"#).kind == .modelNotFound)
        let loading = #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#
        #expect(ChatDialect(.llamaCpp).error(503, loading).kind == .overloaded)
        let named = dialect.error(
            400,
            #"{"error":{"message":"no","type":"invalid_request_error","param":"temperature","#
                + #""code":"unsupported_parameter"}}"#
        )
        #expect(named.parameter == "temperature" && named.providerCode == "unsupported_parameter")
        #expect(named.classification == .never)
        #expect(
            Played(dialect, [StreamEvent(data: #"{"error":{"message":"x","type":"server_error"}}"#)]).error?.status
                == 500)
        let ended = Played(
            ChatDialect(.openRouter),
            [
                StreamEvent(data: #"{"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}"#),
                StreamEvent(data: "[DONE]"),
            ])
        #expect(ended.error?.status == 502)
    }

    private func chunk(_ delta: String) -> StreamEvent {
        StreamEvent(data: #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":null}],"usage":null}"#)
    }
}
