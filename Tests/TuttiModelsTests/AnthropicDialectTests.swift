import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiModels

struct AnthropicDialectTests {
    private let dialect = AnthropicDialect(key: Conversation.key)

    @Test func writesAPlainRequest() throws {
        let wire = try dialect.encode(Conversation.plain, isStreaming: true)
        #expect(wire.path == "/v1/messages")
        #expect(wire.header("anthropic-version") == .plain("2026-10-21"))
        #expect(wire.header("authorization")?.revealed == "Bearer sk-planted-0123456789abcdef")
        #expect(
            Conversation.body(wire) == #"{"model":"m-1","max_tokens":4096,"system":"Be brief.","messages":["#
                + #"{"role":"user","content":[{"type":"text","text":"hi"}]}],"stream":true}"#)
    }

    @Test func writesEverythingThatARequestCanHold() throws {
        let body = Conversation.body(try dialect.encode(Conversation.full, isStreaming: false))
        #expect(
            body == #"{"model":"m-1","max_tokens":100,"system":"Be brief.","messages":[{"role":"user","content":["#
                + #"{"type":"text","text":"look"},"#
                + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"I ask."},"#
                + #"{"type":"tool_use","id":"c1","name":"weather","input":{"z": 1.50, "city":"Köln"}},"#
                + #"{"type":"tool_use","id":"c2","name":"weather","input":{}}]},"#
                + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"rain"},"#
                + #"{"type":"tool_result","tool_use_id":"c2","content":"no city","is_error":true},"#
                + #"{"type":"text","text":"and?"}]}],"#
                + #""tools":[{"name":"weather","description":"Tells the weather.","#
                + #""input_schema":{"properties":{"city":{"type":"string"}},"type":"object"}}],"#
                + #""tool_choice":{"type":"tool","name":"weather"},"#
                + #""output_config":{"effort":"low","format":{"type":"json_schema","#
                + #""schema":{"additionalProperties":false,"properties":{"text":{"type":"string"}},"#
                + #""required":["text"],"type":"object"}}},"#
                + #""stop_sequences":["END"],"metadata":{"user_id":"u-7"}}"#)
    }

    @Test(
        "asks for answers in the form of schemas that the API takes",
        arguments: [
            (
                JSONSchema.object([
                    .required("line", .integer(minimum: 1)),
                    .optional("parts", .array(of: .object([.required("x", .string())]))),
                    .optional("kind", .values(["a", "b"]).orNull),
                ]),
                #"{"additionalProperties":false,"properties":{"kind":{"anyOf":[{"enum":["a","b"]},{"type":"null"}]},"#
                    + #""line":{"type":"integer"},"parts":{"items":{"additionalProperties":false,"#
                    + #""properties":{"x":{"type":"string"}},"required":["x"],"type":"object"},"type":"array"}},"#
                    + #""required":["line"],"type":"object"}"#
            ),
            (.object([.required("names", .dictionary(of: .string()))]), nil), (.object([.required("any", .any)]), nil),
        ] as [(JSONSchema, String?)])
    func schemas(schema: JSONSchema, form: String?) throws {
        let written = try AnthropicSchema.form(of: schema.json)
            .map { String(decoding: try CanonicalJSON.encode($0), as: UTF8.self) }
        #expect(written == form)
    }

    @Test func aTemperatureNeedsTheFormerVersion() throws {
        var request = Conversation.plain
        request.temperature = 0.5
        let wire = try dialect.encode(request, isStreaming: false)
        #expect(wire.header("anthropic-version") == .plain("2023-06-01"))
        #expect(wire.header("x-api-key")?.revealed == Conversation.key.revealed)
        #expect(wire.header("authorization") == nil)
        #expect(Conversation.body(wire).contains(#""temperature":0.5"#))
        let refused = #expect(throws: ModelError.self) {
            try AnthropicDialect(version: .v2026_10_21).encode(request, isStreaming: false)
        }
        #expect(refused?.parameter == "temperature" && refused?.message.contains("2023-06-01") == true)
        request.temperature = 1.5
        #expect(throws: ModelError.self) { try dialect.encode(request, isStreaming: false) }
        let former = try AnthropicDialect(key: Conversation.key, version: .v2023_06_01)
            .encode(Conversation.plain, isStreaming: false)
        #expect(former.header("x-api-key")?.revealed == Conversation.key.revealed)
    }

    @Test(arguments: [
        (ReasoningEffort.none, #""thinking":{"type":"disabled"}"#), (.minimal, #""output_config":{"effort":"low"}"#),
        (.max, #""output_config":{"effort":"max"}"#),
    ])
    func tellsTheEffort(effort: ReasoningEffort, part: String) throws {
        var request = Conversation.plain
        request.effort = effort
        #expect(Conversation.body(try dialect.encode(request, isStreaming: false)).contains(part))
    }

    @Test func readsAWholeAnswerAndSendsThoughtsBackUnchanged() throws {
        let body = #"""
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[
            {"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"redacted_thinking","data":"RED"},
            {"type":"text","text":"ok"},{"type":"server_tool_use","id":"s"},
            {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Köln"}}],
            "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":20,
            "cache_creation_input_tokens":30,"cache_read_input_tokens":40,
            "output_tokens_details":{"thinking_tokens":7}}}
            """#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(
            response.usage == ModelUsage(uncachedInput: 10, cacheRead: 40, cacheWrite: 30, output: 20, reasoning: 7))
        #expect(response.usage?.input == 80 && response.usage?.total == 100)
        #expect(response.finish == .toolCalls && response.text == "ok")
        let result = ModelToolResult(callID: "toolu_1", text: "rain")
        let next = ModelRequest(
            model: "m",
            messages: [.user("a"), response.message, ModelMessage(role: .user, content: [.toolResult(result)])])
        #expect(
            Conversation.body(try dialect.encode(next, isStreaming: false)).contains(
                #""content":[{"type":"thinking","thinking":"hm","signature":"SIG"},"#
                    + #"{"type":"redacted_thinking","data":"RED"},{"type":"text","text":"ok"},"#
                    + #"{"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Köln"}}]"#))
        // Another provider gets to see neither.
        #expect(!Conversation.body(try GeminiDialect().encode(next, isStreaming: false)).contains("SIG"))
    }

    @Test func usageThatComesLateReplacesWhatCameBefore() throws {
        let played = Played(dialect, GoldenStreams.anthropic)
        #expect(played.response?.usage == ModelUsage(uncachedInput: 12, cacheRead: 40, cacheWrite: 30, output: 15))
    }

    @Test(arguments: [
        ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("max_tokens", .length),
        ("model_context_window_exceeded", .length), ("tool_use", .toolCalls), ("refusal", .filtered),
        ("pause_turn", .pause), ("brand_new", .other),
    ])
    func knowsWhyAnAnswerEnded(native: String, finish: FinishReason) throws {
        let body = #"{"type":"message","content":[],"stop_reason":"\#(native)"}"#
        let response = try dialect.decode(Data(body.utf8), for: Conversation.plain)
        #expect(response.finish == finish && response.nativeFinish == native && response.usage == nil)
    }

    @Test(arguments: [
        [#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}"#],
        [#"{"type":"content_block_start","index":0}"#], [#"{"type":"content_block_start","content_block":{}}"#],
        [#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a"}}"#],
        [
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        ],
        [
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}}"#,
        ],
        [#"{"type":"message_start","message":{}}"#, #"{"type":"message_start","message":{}}"#], ["no json"],
    ])
    func refusesABrokenOrder(pieces: [String]) {
        #expect(Played(dialect, pieces.map { StreamEvent(data: $0) }).error?.kind == .malformed)
    }

    @Test(arguments: [nil, "message"])
    func eventsWithoutNamesAreKnownByTheirType(name: String?) {
        let pieces = GoldenStreams.anthropic.map { StreamEvent(name: name, data: $0.data) }
        #expect(Played(dialect, pieces).response == Played(dialect, GoldenStreams.anthropic).response)
        let failure = StreamEvent(name: name, data: #"{"type":"error","error":{"type":"api_error","message":"x"}}"#)
        #expect(Played(dialect, pieces.prefix(3) + [failure]).error?.status == 500)
    }

    @Test func anOpenBlockAtTheEndIsACut() {
        let pieces = GoldenStreams.anthropic.filter { $0.name != "content_block_stop" }
        #expect(Played(dialect, pieces).error?.kind == .cutOff)
    }

    @Test func anErrorAfterASuccessCountsAsItsStatus() {
        let pieces =
            GoldenStreams.anthropic.prefix(4) + [
                StreamEvent(name: "error", data: #"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#)
            ]
        let error = Played(dialect, Array(pieces)).error
        #expect(error?.kind == .overloaded && error?.status == 529 && error?.classification == .retry)
        #expect(error?.hasContent == true && error?.usage?.cacheRead == 40)
    }

    @Test func knowsWhatTheSpendLimitMeans() {
        let body =
            #"{"type":"error","error":{"type":"rate_limit_error","message":"x","#
            + #""details":{"error_code":"enforced_spend_limit_reached"}}}"#
        #expect(dialect.error(429, body).kind == .quotaExhausted)
        let plain = dialect.error(429, #"{"type":"error","error":{"type":"rate_limit_error","message":"x"}}"#)
        #expect(plain.kind == .rateLimited && plain.providerCode == "rate_limit_error")
        let named =
            #"{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` is not supported"}}"#
        #expect(dialect.error(400, named).parameter == "temperature")
        #expect(dialect.error(400, named, headers: [("request-id", "req_1")]).requestID == "req_1")
    }
}
