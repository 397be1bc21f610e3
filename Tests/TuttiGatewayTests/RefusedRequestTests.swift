import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiGateway

/// A request that is not understood, or cannot be carried over, names the field.
@Suite("Requests that the gateway refuses")
struct RefusedRequestTests {
    struct Sample: Sendable, CustomStringConvertible {
        let field: String?
        let code: String
        let dialect: any InboundDialect
        let body: String

        var description: String { "\(dialect.name): \(body)" }
    }

    private static func chat(_ field: String?, _ rest: String, _ code: String = "invalid_value") -> Sample {
        let body = rest.contains("\"messages\"") ? rest : #""messages":[{"role":"user","content":"x"}],"# + rest
        return Sample(field: field, code: code, dialect: ChatInbound(), body: #"{"model":"m","# + body + "}")
    }

    private static func messages(_ field: String?, _ rest: String, _ code: String = "invalid_value") -> Sample {
        let body = rest.contains("\"messages\"") ? rest : #""messages":[{"role":"user","content":"x"}],"# + rest
        let head = #"{"model":"m","max_tokens":9,"#
        return Sample(field: field, code: code, dialect: MessagesInbound(), body: head + body + "}")
    }

    private static func responses(_ field: String?, _ rest: String, _ code: String = "invalid_value") -> Sample {
        let body = rest.contains("\"input\"") ? rest : #""input":"x","# + rest
        return Sample(field: field, code: code, dialect: ResponsesInbound(), body: #"{"model":"m","# + body + "}")
    }

    private static let unsupported = "unsupported_parameter"

    static let chats: [Sample] = [
        chat("messages", #""messages":[]"#), chat("messages", #""messages":7"#),
        chat("messages[0]", #""messages":["x"]"#), chat("messages[0].role", #""messages":[{"content":"x"}]"#),
        chat("messages[0].role", #""messages":[{"role":"function","content":"x"}]"#, unsupported),
        chat("messages[0].content", #""messages":[{"role":"user"}]"#),
        chat("messages[0].name", #""messages":[{"role":"user","content":"x","name":"ada"}]"#, unsupported),
        chat(
            "messages[1].role", #""messages":[{"role":"user","content":"x"},{"role":"system","content":"y"}]"#,
            unsupported),
        chat("messages[0].tool_call_id", #""messages":[{"role":"tool","content":"x"}]"#),
        chat(
            "messages[0].content[0].type",
            #""messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]"#, unsupported),
        chat(
            "messages[0].content[0].image_url.url",
            #""messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}]"#),
        chat(
            "messages[0].content[0].image_url.url",
            #""messages":[{"role":"user","content":[{"type":"image_url","#
                + #""image_url":{"url":"data:image/png;base64,?"}}]}]"#
        ),
        chat(
            "messages[0].content[0].image_url.detail",
            #""messages":[{"role":"user","content":[{"type":"image_url","#
                + #""image_url":{"url":"https://x","detail":"low"}}]}]"#, unsupported),
        chat("messages[0].tool_calls[0].function", #""messages":[{"role":"assistant","tool_calls":[{"id":"c"}]}]"#),
        chat("temperature", #""temperature":3"#), chat("temperature", #""temperature":"hot""#),
        chat("max_completion_tokens", #""max_completion_tokens":0"#), chat("max_tokens", #""max_tokens":1.5"#),
        chat("stop[1]", #""stop":["a",1]"#), chat("reasoning_effort", #""reasoning_effort":"huge""#),
        chat("n", #""n":2"#, unsupported), chat("logprobs", #""logprobs":true"#, unsupported),
        chat("logit_bias", #""logit_bias":{"1":2}"#, unsupported), chat("store", #""store":true"#, unsupported),
        chat("audio", #""audio":{"voice":"x"}"#, unsupported), chat("functions", #""functions":[]"#, unsupported),
        chat("web_search_options", #""web_search_options":{}"#, unsupported),
        chat("tools[0].type", #""tools":[{"type":"custom","custom":{"name":"x"}}]"#, unsupported),
        chat("tools[0].function.name", #""tools":[{"type":"function","function":{}}]"#),
        chat("tool_choice", #""tool_choice":"maybe""#),
        chat("response_format.type", #""response_format":{"type":"json_object"}"#, unsupported),
        chat(
            "response_format.json_schema.schema",
            #""response_format":{"type":"json_schema","json_schema":{"name":"x"}}"#),
        chat("stream", #""stream":1"#), chat("metadata.a", #""metadata":{"a":1}"#),
        chat("stream_options.x", #""stream_options":{"x":1}"#, unsupported),
        chat("never_heard_of", #""never_heard_of":1"#, unsupported),
    ]

    static let others: [Sample] = [
        Sample(field: "max_tokens", code: "invalid_value", dialect: MessagesInbound(), body: #"{"model":"m"}"#),
        messages("temperature", #""temperature":1.5"#),
        messages("messages[0].role", #""messages":[{"role":"tool","content":"x"}]"#),
        messages(
            "messages[0].content[0].type",
            #""messages":[{"role":"user","content":[{"type":"document","source":{}}]}]"#, unsupported),
        messages(
            "messages[0].content[0].type",
            #""messages":[{"role":"user","content":[{"type":"tool_use","id":"a","name":"b","input":{}}]}]"#, unsupported
        ),
        messages(
            "messages[0].content[0].source.type",
            #""messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"x"}}]}]"#,
            unsupported),
        messages(
            "messages[0].content[0].source.data",
            #""messages":[{"role":"user","content":[{"type":"image","#
                + #""source":{"type":"base64","media_type":"image/png","data":"?"}}]}]"#),
        messages(
            "messages[0].content[0].citations",
            #""messages":[{"role":"user","content":[{"type":"text","text":"x","citations":[1]}]}]"#, unsupported),
        messages("tools[0].type", #""tools":[{"type":"web_search_20260101","name":"w"}]"#, unsupported),
        messages("tools[0].input_schema", #""tools":[{"name":"w"}]"#),
        messages("tool_choice.type", #""tool_choice":{"type":"all"}"#),
        messages("thinking.budget_tokens", #""thinking":{"type":"enabled","budget_tokens":5}"#),
        messages("container", #""container":"x""#, unsupported), messages("system", #""system":5"#),
        messages("stop_sequences[0]", #""stop_sequences":[5]"#),
        responses("previous_response_id", #""previous_response_id":"resp_1""#, unsupported),
        responses("conversation", #""conversation":"c""#, unsupported),
        responses("background", #""background":true"#, unsupported), responses("prompt", #""prompt":{}"#, unsupported),
        responses("input", #""input":7"#), responses("input", #""input":[]"#),
        responses("input[0].type", #""input":[{"type":"item_reference","id":"x"}]"#, unsupported),
        responses("input[0].call_id", #""input":[{"type":"function_call","name":"f"}]"#),
        responses(
            "input[0].content[0].type", #""input":[{"role":"user","content":[{"type":"input_file"}]}]"#, unsupported),
        responses("tools[0].type", #""tools":[{"type":"web_search"}]"#, unsupported),
        responses("text.format.type", #""text":{"format":{"type":"json_object"}}"#, unsupported),
        responses("reasoning.effort", #""reasoning":{"effort":"some"}"#),
        responses("truncation", #""truncation":"auto""#, unsupported),
        responses("include", #""include":["web_search_call.results"]"#, unsupported),
    ]

    @Test(arguments: chats + others)
    func namesTheField(sample: Sample) throws {
        let body = try WireJSON.read(Data(sample.body.utf8))
        let error = #expect(throws: GatewayError.self) { try sample.dialect.read(body) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.field == sample.field)
        #expect(error?.code == sample.code)
        #expect(error?.message.contains("'\(sample.field ?? "")'") == true)
    }

    /// What asks for what happens anyway, and what steers only caches, is taken.
    @Test func takesWhatIsUsual() throws {
        let chat = #"""
            {"model":"m","messages":[{"role":"developer","content":[{"type":"text","text":"Be brief."}]},
            {"role":"user","content":"x"}],"n":1,"logprobs":false,"store":false,"service_tier":"auto","seed":null,
            "stream_options":{"include_usage":true,"include_obfuscation":false},"prompt_cache_key":"s-1",
            "prompt_cache_retention":"24h","verbosity":"medium","logit_bias":{},"modalities":["text"]}
            """#
        let call = try ChatInbound().read(try WireJSON.read(Data(chat.utf8)))
        #expect(call.request.system == "Be brief.")
        #expect(call.session == "s-1")
        let responses = #"{"model":"m","input":"x","store":true,"background":false,"truncation":"disabled"}"#
        #expect(try ResponsesInbound().read(try WireJSON.read(Data(responses.utf8))).request.messages == [.user("x")])
        let messages = #"""
            {"model":"m","max_tokens":9,"system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}],
            "messages":[{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}],
            "thinking":{"type":"enabled","budget_tokens":20000},"service_tier":"auto"}
            """#
        let read = try MessagesInbound().read(try WireJSON.read(Data(messages.utf8))).request
        #expect(read.system == "A" && read.effortAsked == .high)
    }

    /// A client's library raises the right error: by the status, and by words that the vendor's API has.
    @Test(arguments: GatewayError.Kind.allCases)
    func failuresHaveTheVendorsShape(kind: GatewayError.Kind) throws {
        let error = GatewayError(kind, "Something \"happened\".", field: "messages[0]", code: "x_code")
        for sides in TwoSides.all {
            let refusal = sides.inbound.refusal(error, request: "req_1")
            let body = try WireJSON.read(Data(refusal.body))
            #expect((400...599).contains(refusal.status))
            #expect(body["error"]?["message"] == .string(error.message))
            #expect(body["error"]?["type"]?.stringValue?.isEmpty == false)
            if sides.inbound.name == "messages" {
                #expect(body["type"] == "error" && body["request_id"] == "req_1")
            } else {
                #expect(body["error"]?["param"] == "messages[0]")
                #expect(body["error"]?["code"]?.stringValue?.isEmpty == false)
            }
        }
    }
}
