package import TuttiCore

// MARK: Whole answers and failures

extension AnthropicDialect {
    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        if body["type"]?.stringValue == "error" { throw error(inside: body) }
        guard case .array(let blocks)? = body["content"] else { throw .malformed(name, "it has no 'content'") }
        guard let native = body.member("stop_reason")?.stringValue else {
            throw .malformed(name, "it has no 'stop_reason'")
        }
        var content: [ModelContent] = []
        for block in blocks {
            switch block["type"]?.stringValue {
            case "text":
                if let text = block["text"]?.stringValue, !text.isEmpty { content.append(.text(text)) }
            case "thinking":
                content.append(
                    .reasoning(
                        ModelReasoning(
                            text: block["thinking"]?.stringValue ?? "", seal: seal("signature", block["signature"]))))
            case "redacted_thinking":
                content.append(.reasoning(ModelReasoning(text: "", seal: seal("data", block["data"]))))
            case "tool_use":
                guard let id = block["id"]?.stringValue, let tool = block["name"]?.stringValue, !tool.isEmpty else {
                    throw .malformed(name, "a tool call has no id or no name")
                }
                let arguments = ChatDialect.arguments(block["input"])
                content.append(.toolCall(ModelToolCall(id: id, name: tool, arguments: arguments)))
            default: break  // blocks of tools that the provider runs itself, and of times to come
            }
        }
        let usage = body.member("usage").map { AnthropicUsage().adding($0).usage }
        return ModelResponse(
            content: content, usage: usage, finish: Self.finish(native), nativeFinish: native,
            stopText: body.member("stop_sequence")?.stringValue)
    }

    func seal(_ field: String, _ value: JSONValue?) -> ProviderSeal? {
        guard let value, value.stringValue?.isEmpty == false else { return nil }
        return ProviderSeal(dialect: name, value: .object([field: value]))
    }

    static func finish(_ native: String) -> FinishReason {
        switch native {
        case "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "refusal": .filtered
        case "pause_turn": .pause
        default: .other
        }
    }

    package func failure(in body: JSONValue) -> ProviderFailure {
        let error = body["error"] ?? .null
        var failure = ProviderFailure()
        let type = error["type"]?.stringValue
        failure.words = [error["details"]?["error_code"]?.stringValue, type].compactMap(\.self)
        failure.message = error["message"]?.stringValue
        failure.status = type.flatMap { Self.statuses[$0] }
        if type == "invalid_request_error" {
            failure.parameter = ProviderFailure.field(namedIn: failure.message)
            failure.noteContextLength()
        }
        return failure
    }

    private static let statuses = [
        "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
        "not_found_error": 404, "conflict_error": 409, "request_too_large": 413, "rate_limit_error": 429,
        "api_error": 500, "timeout_error": 504, "overloaded_error": 529,
    ]
}

/// Usage that is told twice: later values replace those before, unless they are null.
struct AnthropicUsage: Sendable {
    private var input: Int64 = 0
    private var cacheRead: Int64 = 0
    private var cacheWrite: Int64 = 0
    private var output: Int64 = 0
    private var reasoning: Int64 = 0

    func adding(_ told: JSONValue) -> AnthropicUsage {
        var copy = self
        copy.input = told["input_tokens"]?.tokens ?? input
        copy.cacheRead = told["cache_read_input_tokens"]?.tokens ?? cacheRead
        copy.cacheWrite = told["cache_creation_input_tokens"]?.tokens ?? cacheWrite
        copy.output = told["output_tokens"]?.tokens ?? output
        copy.reasoning = told["output_tokens_details"]?["thinking_tokens"]?.tokens ?? reasoning
        return copy
    }

    var usage: ModelUsage {
        ModelUsage(
            uncachedInput: input, cacheRead: cacheRead, cacheWrite: cacheWrite, output: output, reasoning: reasoning)
    }
}
