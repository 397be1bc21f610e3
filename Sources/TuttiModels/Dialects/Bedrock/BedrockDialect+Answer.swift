import FoundationEssentials
package import TuttiCore

// MARK: Whole answers and failures

extension BedrockDialect {
    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        guard case .array(let blocks)? = body["output"]?["message"]?["content"] else {
            throw .malformed(name, "it has no 'output' with a 'message'")
        }
        guard let native = body.member("stopReason")?.stringValue else {
            throw .malformed(name, "it has no 'stopReason'")
        }
        var content: [ModelContent] = []
        for block in blocks {
            if let text = block["text"]?.stringValue, !text.isEmpty { content.append(.text(text)) }
            if let thoughts = block.member("reasoningContent") { content.append(.reasoning(reasoning(thoughts))) }
            guard let call = block.member("toolUse") else { continue }  // others are of times to come
            guard let id = call["toolUseId"]?.stringValue, let tool = call["name"]?.stringValue, !tool.isEmpty else {
                throw .malformed(name, "a tool call has no id or no name")
            }
            let arguments = ChatDialect.arguments(call["input"])
            content.append(.toolCall(ModelToolCall(id: id, name: tool, arguments: arguments)))
        }
        return ModelResponse(
            content: content, usage: body.member("usage").map(Self.usage), finish: Self.finish(native),
            nativeFinish: native)
    }

    private func reasoning(_ thoughts: JSONValue) -> ModelReasoning {
        if let data = thoughts.member("redactedContent") {
            return ModelReasoning(text: "", seal: seal("redactedContent", data.stringValue ?? ""))
        }
        let text = thoughts["reasoningText"] ?? .null
        return ModelReasoning(
            text: text["text"]?.stringValue ?? "", seal: seal("signature", text["signature"]?.stringValue ?? ""))
    }

    func seal(_ field: String, _ value: String) -> ProviderSeal? {
        value.isEmpty ? nil : ProviderSeal(dialect: name, value: .object([field: .string(value)]))
    }

    static func finish(_ native: String) -> FinishReason {
        switch native {
        case "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "guardrail_intervened", "content_filtered": .filtered
        default: .other
        }
    }

    /// Cached tokens are not among those of the input, as with Anthropic.
    static func usage(_ usage: JSONValue) -> ModelUsage {
        ModelUsage(
            uncachedInput: usage.tokens("inputTokens"), cacheRead: usage.tokens("cacheReadInputTokens"),
            cacheWrite: usage.tokens("cacheWriteInputTokens"), output: usage.tokens("outputTokens"))
    }

    package func failure(in body: JSONValue) -> ProviderFailure {
        failure(named: body["__type"]?.stringValue, body)
    }

    /// The kind of a failure is in a header, else in the body.
    package func failure(in body: JSONValue, _ headers: WireHeaders) -> ProviderFailure {
        failure(named: headers["x-amzn-errortype"] ?? body["__type"]?.stringValue, body)
    }

    /// - Parameter kind: such as `ThrottlingException`; a name space may stand before it and a URL behind it.
    func failure(named kind: String?, _ body: JSONValue) -> ProviderFailure {
        let behind = kind?.split(separator: ":", maxSplits: 1).first?.split(separator: "#").last
        var failure = ProviderFailure()
        failure.message = body["message"]?.stringValue ?? body["Message"]?.stringValue
        failure.words = [behind.map { String($0) }].compactMap(\.self)
        let word = behind?.lowercased()
        failure.status = word.flatMap { Self.statuses[$0] }
        guard word == "validationexception" else { return failure }
        failure.parameter = ProviderFailure.field(namedIn: failure.message)
        // It has no code of its own for the most frequent of all.
        let sentence = failure.message?.lowercased() ?? ""
        if ["input is too long", "prompt is too long"].contains(where: { sentence.contains($0) }) {
            failure.words.insert("context_length_exceeded", at: 0)
        }
        return failure
    }

    /// Inside of a stream the names begin with a small letter.
    private static let statuses = [
        "accessdeniedexception": 403, "expiredtokenexception": 403, "validationexception": 400,
        "servicequotaexceededexception": 400, "conflictexception": 400, "resourcenotfoundexception": 404,
        "modeltimeoutexception": 408, "modelerrorexception": 424, "modelstreamerrorexception": 424,
        "throttlingexception": 429, "modelnotreadyexception": 429, "internalserverexception": 500,
        "serviceunavailableexception": 503,
    ]
}
