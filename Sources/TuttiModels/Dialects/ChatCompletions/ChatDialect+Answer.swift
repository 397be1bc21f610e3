package import TuttiCore

// MARK: Whole answers and failures

extension ChatDialect {
    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        if let error = failureInside(body) { throw error }
        guard let choice = body["choices"]?.items.first, let message = choice.member("message") else {
            throw .malformed(name, "it has no 'choices' with a 'message'")
        }
        guard let native = choice.member("finish_reason")?.stringValue else {
            throw .malformed(name, "it has no 'finish_reason'")
        }
        var content: [ModelContent] = []
        let thoughts = Self.thoughts(in: message)
        let seal = self.seal(message["reasoning_details"]?.items ?? [])
        if thoughts != nil || seal != nil {
            content.append(.reasoning(ModelReasoning(text: thoughts ?? "", seal: seal)))
        }
        let refusal = message.member("refusal")?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        for text in [message["content"]?.stringValue, refusal].compactMap(\.self) where !text.isEmpty {
            content.append(.text(text))
        }
        for (index, call) in (message["tool_calls"]?.items ?? []).enumerated() {
            guard let tool = call["function"]?["name"]?.stringValue, !tool.isEmpty else {
                throw .malformed(name, "a tool call has no name")
            }
            let id = call["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            content.append(
                .toolCall(
                    ModelToolCall(
                        id: id ?? MadeUpID.make(index, for: request), name: tool,
                        arguments: Self.arguments(call["function"]?["arguments"]))))
        }
        let usage = body.member("usage").map(Self.usage)
        var response = ModelResponse(
            content: content, usage: usage, nativeFinish: native, stopText: Self.stopText(of: choice, request))
        response.finish = try finish(native, hasCalls: !response.toolCalls.isEmpty, isRefused: refusal != nil)
        return response
    }

    /// The failure that an answer with a status of success tells of.
    func failureInside(_ body: JSONValue) -> ModelError? {
        let isFailure = body["error"]?.isTruthy ?? false || body["object"]?.stringValue == "error"
        return isFailure ? error(inside: body) : nil
    }

    package func failure(in body: JSONValue) -> ProviderFailure {
        let error = body.member("error") ?? body  // older vLLM has the members at the top
        guard case .object = error else {
            return ProviderFailure(message: error.stringValue)  // Ollama has a text
        }
        var failure = ProviderFailure()
        let (code, type) = (error["code"]?.word, error["type"]?.stringValue)
        let number = code.flatMap { Int($0) }
        failure.words = [number == nil ? code : nil, type].compactMap(\.self)
        failure.message = error["message"]?.stringValue
        failure.parameter = error["param"]?.stringValue ?? ProviderFailure.field(namedIn: failure.message)
        failure.status = number.flatMap { (400...599).contains($0) ? $0 : nil } ?? Self.status(of: failure.words)
        return failure
    }

    /// The status that codes and types stand for inside of an answer.
    private static func status(of words: [String]) -> Int? {
        let statuses = [
            "invalid_request_error": 400, "context_length_exceeded": 400, "content_filter": 400,
            "authentication_error": 401, "invalid_api_key": 401, "model_not_found": 404, "rate_limit_error": 429,
            "rate_limit_exceeded": 429, "slow_down": 429, "requests": 429, "tokens": 429, "insufficient_quota": 429,
            "credit_balance_exhausted": 429, "organization_spend_limit_exceeded": 429,
            "project_spend_limit_exceeded": 429, "organization_usage_limit_exceeded": 429, "server_error": 500,
            "service_unavailable_error": 503, "server_is_overloaded": 503, "unavailable_error": 503,
            "exceed_context_size_error": 400,
        ]
        return words.lazy.compactMap { statuses[$0] }.first
    }

    static func thoughts(in message: JSONValue) -> String? {
        let text = message["reasoning"]?.stringValue ?? message["reasoning_content"]?.stringValue
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Arguments are a text that holds JSON; some servers send the JSON itself.
    static func arguments(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: text
        case let value?: (try? BodyJSON.value(value).bytes()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    func seal(_ details: [JSONValue]) -> ProviderSeal? {
        guard flavor.sealsReasoning, !details.isEmpty else { return nil }
        return ProviderSeal(dialect: name, value: .array(details))
    }

    static func usage(_ usage: JSONValue) -> ModelUsage {
        let input = usage["prompt_tokens_details"] ?? .null
        let output = usage["completion_tokens_details"] ?? .null
        return ModelUsage(
            inputWithCache: usage.tokens("prompt_tokens"), cacheRead: input.tokens("cached_tokens"),
            cacheWrite: input.tokens("cache_write_tokens"), output: usage.tokens("completion_tokens"),
            reasoning: output.tokens("reasoning_tokens"), reportedCost: usage["cost"]?.dollars)
    }

    /// The text at which the answer ended, as vLLM tells it (`stop_reason`; a number there is a token).
    static func stopText(of choice: JSONValue, _ request: ModelRequest) -> String? {
        choice["stop_reason"]?.stringValue.flatMap { request.stop.contains($0) ? $0 : nil }
    }

    /// - Throws: ``ModelError`` for OpenRouter's `error`, which is no end.
    func finish(_ native: String, hasCalls: Bool, isRefused: Bool) throws(ModelError) -> FinishReason {
        switch native {
        case "error":
            throw error(inside: ["error": ["code": 502, "message": "finish_reason is error"]])
        case _ where isRefused: return .filtered
        // Some servers end calls with 'stop'.
        case "stop": return hasCalls ? .toolCalls : .stop
        case "length": return .length
        case "tool_calls", "function_call": return .toolCalls
        case "content_filter": return .filtered
        default: return .other
        }
    }
}
