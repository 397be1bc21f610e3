import Testing
import TuttiModels

/// A whole stream of each dialect: text with characters of several bytes, thoughts, a tool call and usage.
enum GoldenStreams {
    static let text = "Grüße, 🌍 e\u{301}!"

    static let chat = [
        data(
            #"{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"#
                + #""delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#
        ),
        data(#"{"choices":[{"index":0,"delta":{"reasoning":"hm"},"finish_reason":null}]}"#),
        data(#"{"choices":[{"index":0,"delta":{"content":"Grüße, "},"finish_reason":null}]}"#),
        data(#"{"choices":[{"index":0,"delta":{"content":"\ud83c\udf0d e"},"finish_reason":null}]}"#),
        data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\u{301}!\"},\"finish_reason\":null}]}"),
        data(
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","type":"function","#
                + #""function":{"name":"f","arguments":""}}]},"finish_reason":null}]}"#
        ),
        data(
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"#
                + #""function":{"arguments":"{\"a\":"}}]},"finish_reason":null}]}"#
        ),
        data(
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"#
                + #""function":{"arguments":"1}"}}]},"finish_reason":null}]}"#
        ),
        data(#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#),
        data(
            #"{"choices":[],"usage":{"prompt_tokens":82,"completion_tokens":15,"#
                + #""prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":30}}}"#
        ),
        data("[DONE]"),
    ]

    static let anthropic = [
        named(
            "message_start",
            #"{"type":"message_start","message":{"id":"msg_1","content":[],"stop_reason":null,"#
                + #""usage":{"input_tokens":9,"output_tokens":1,"cache_creation_input_tokens":30,"#
                + #""cache_read_input_tokens":40}}}"#
        ),
        named(
            "content_block_start",
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","#
                + #""thinking":"","signature":""}}"#
        ),
        named("ping", #"{"type":"ping"}"#),
        named(
            "content_block_delta",
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#),
        named(
            "content_block_delta",
            #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"SIG"}}"#),
        named("content_block_stop", #"{"type":"content_block_stop","index":0}"#),
        named(
            "content_block_start",
            #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#),
        named(
            "content_block_delta",
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Grüße, "}}"#),
        named(
            "content_block_delta",
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"\ud83c\udf0d e"}}"#),
        named(
            "content_block_delta",
            "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"\u{301}!\"}}"),
        named("content_block_stop", #"{"type":"content_block_stop","index":1}"#),
        named(
            "content_block_start",
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","#
                + #""name":"f","input":{}}}"#
        ),
        named(
            "content_block_delta",
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}"#),
        named(
            "content_block_delta",
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#),
        named("content_block_stop", #"{"type":"content_block_stop","index":2}"#),
        named(
            "message_delta",
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"#
                + #""usage":{"input_tokens":12,"cache_read_input_tokens":null,"output_tokens":15}}"#
        ),
        named("message_stop", #"{"type":"message_stop"}"#),
    ]

    static let responses = [
        event("response.created", #""sequence_number":0,"response":{"id":"r","status":"in_progress","usage":null}"#),
        event("response.in_progress", #""sequence_number":1,"response":{"id":"r","status":"in_progress"}"#),
        event(
            "response.output_item.added",
            #""output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"half"}"#),
        event(
            "response.reasoning_summary_part.added",
            #""item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}"#),
        event(
            "response.reasoning_summary_text.delta",
            #""item_id":"rs_1","output_index":0,"summary_index":0,"delta":"hm","obfuscation":"xx""#),
        event("response.reasoning_summary_text.done", #""output_index":0,"summary_index":0,"text":"hm""#),
        event(
            "response.output_item.done",
            #""output_index":0,"item":{"id":"rs_1","type":"reasoning","status":"completed","#
                + #""summary":[{"type":"summary_text","text":"hm"}],"content":null,"encrypted_content":"SEALED"}"#),
        event(
            "response.output_item.added",
            #""output_index":1,"item":{"id":"m","type":"message","role":"assistant","content":[]}"#),
        event(
            "response.content_part.added",
            #""output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}"#),
        event(
            "response.output_text.delta",
            #""item_id":"m","output_index":1,"content_index":0,"delta":"Grüße, ","logprobs":[]"#),
        event("response.output_text.delta", #""output_index":1,"content_index":0,"delta":"\ud83c\udf0d e""#),
        event("response.output_text.delta", "\"output_index\":1,\"content_index\":0,\"delta\":\"\u{301}!\""),
        event("response.output_text.done", #""output_index":1,"content_index":0,"text":"Grüße, ...","logprobs":[]"#),
        event(
            "response.output_item.done",
            #""output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":"Grüße, ..."}]}"#),
        event(
            "response.output_item.added",
            #""output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"t1","name":"f","arguments":""}"#),
        event("response.function_call_arguments.delta", #""item_id":"fc_1","output_index":2,"delta":"{\"a\":""#),
        event("response.function_call_arguments.delta", #""item_id":"fc_1","output_index":2,"delta":"1}""#),
        event("response.function_call_arguments.done", #""output_index":2,"arguments":"{\"a\":1}""#),
        event(
            "response.output_item.done",
            #""output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"t1","name":"f","#
                + #""arguments":"{\"a\":1}","status":"completed"}"#),
        event(
            "response.completed",
            #""response":{"id":"r","status":"completed","error":null,"output":[],"usage":{"input_tokens":82,"#
                + #""input_tokens_details":{"cached_tokens":40,"cache_write_tokens":30},"output_tokens":15,"#
                + #""output_tokens_details":{"reasoning_tokens":5},"total_tokens":97}}"#),
    ]

    static let gemini = [
        data(
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"hm","thought":true}]}}],"#
                + #""usageMetadata":{"promptTokenCount":52,"cachedContentTokenCount":40}}"#
        ),
        data(
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Grüße, "}]}}],"#
                + #""usageMetadata":{"promptTokenCount":52,"candidatesTokenCount":2,"#
                + #""cachedContentTokenCount":40}}"#
        ),
        data(#"{"candidates":[{"content":{"role":"model","parts":[{"text":"\ud83c\udf0d e"}]}}]}"#),
        data("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"\u{301}!\"}]}}]}"),
        data(
            #"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"t1","#
                + #""name":"f","args":{"a":1}}}]}}]}"#
        ),
        data(
            #"{"candidates":[{"content":{"role":"model","parts":[]},"finishReason":"STOP"}],"#
                + #""usageMetadata":{"promptTokenCount":52,"candidatesTokenCount":10,"thoughtsTokenCount":5,"#
                + #""cachedContentTokenCount":40}}"#
        ),
    ]

    static let bedrock = [
        named("messageStart", #"{"p":"abcd","role":"assistant"}"#),
        named(
            "contentBlockDelta",
            #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}},"p":"abcdefgh"}"#),
        named("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"SI"}}}"#),
        named("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"G"}}}"#),
        named("contentBlockStop", #"{"contentBlockIndex":0,"p":"abc"}"#),
        named("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"text":"Grüße, "},"p":"ab"}"#),
        named("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"text":"\ud83c\udf0d e"}}"#),
        named("contentBlockDelta", "{\"contentBlockIndex\":1,\"delta\":{\"text\":\"\u{301}!\"}}"),
        named("contentBlockStop", #"{"contentBlockIndex":1}"#),
        named("contentBlockStart", #"{"contentBlockIndex":2,"start":{"toolUse":{"name":"f","toolUseId":"t1"}}}"#),
        named("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":"}}}"#),
        named("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"1}"}}}"#),
        named("contentBlockStop", #"{"contentBlockIndex":2}"#),
        named("messageStop", #"{"stopReason":"tool_use","p":"abcdefghijkl"}"#),
        named(
            "metadata",
            #"{"metrics":{"latencyMs":551},"p":"abcd","usage":{"cacheReadInputTokens":40,"cacheWriteInputTokens":30,"#
                + #""inputTokens":12,"outputTokens":15,"totalTokens":97}}"#),
    ]

    struct Sample: Sendable, CustomTestStringConvertible {
        let dialect: any ModelDialect
        let pieces: [StreamEvent]
        /// What a provider sends for a failure in the middle.
        let failure: StreamEvent
        /// Usage as it was counted at some moment before the end.
        let usage: StreamEvent
        /// Something that no reader knows yet.
        let unknown: StreamEvent
        /// Whether usage may come before the last piece.
        var countsEarly = true
        var testDescription: String { dialect.name }
    }

    static let all = [
        Sample(
            dialect: ChatDialect(.openAI, key: Conversation.key), pieces: chat,
            failure: data(#"{"error":{"message":"boom","type":"server_error","code":"server_is_overloaded"}}"#),
            usage: data(#"{"choices":[],"usage":{"prompt_tokens":82,"completion_tokens":3,"cost":null}}"#),
            unknown: data(#"{"object":"of.times.to.come","choices":[{"index":0,"delta":{"novelty":[1]}}]}"#)),
        Sample(
            dialect: AnthropicDialect(key: Conversation.key), pieces: anthropic,
            failure: named("error", #"{"type":"error","error":{"type":"overloaded_error","message":"boom"}}"#),
            usage: named("message_delta", #"{"type":"message_delta","delta":{},"usage":{"output_tokens":3}}"#),
            unknown: named("of_times_to_come", #"{"type":"of_times_to_come","index":"x"}"#)),
        Sample(
            dialect: GeminiDialect(key: Conversation.key), pieces: gemini,
            failure: data(#"{"error":{"code":503,"message":"boom","status":"UNAVAILABLE"}}"#),
            usage: data(#"{"usageMetadata":{"promptTokenCount":"52","candidatesTokenCount":3}}"#),
            unknown: data(#"{"ofTimesToCome":{"a":1},"candidates":[{"content":{"parts":[{"novelty":{}}]}}]}"#)),
        Sample(
            dialect: ResponsesDialect(.openAI, key: Conversation.key), pieces: responses,
            failure: event("error", #""code":"server_is_overloaded","message":"boom","param":null"#),
            usage: event("response.in_progress", #""response":{"usage":{"input_tokens":82,"output_tokens":3}}"#),
            unknown: event("response.of_times.to_come", #""output_index":"x","item":{"type":"novelty"},"delta":{}"#),
            countsEarly: false),
        Sample(
            dialect: BedrockDialect(key: Conversation.key), pieces: bedrock,
            failure: StreamEvent(
                name: "serviceUnavailableException", data: #"{"message":"boom"}"#, isFailure: true),
            usage: named("metadata", #"{"usage":{"inputTokens":12,"outputTokens":3}}"#),
            unknown: named("ofTimesToCome", #"{"contentBlockIndex":"x"}"#)),
    ]

    private static func data(_ text: String) -> StreamEvent { StreamEvent(data: text) }
    private static func event(_ type: String, _ rest: String) -> StreamEvent {
        named(type, #"{"type":"\#(type)",\#(rest)}"#)
    }
    private static func named(_ name: String, _ text: String) -> StreamEvent { StreamEvent(name: name, data: text) }
}
