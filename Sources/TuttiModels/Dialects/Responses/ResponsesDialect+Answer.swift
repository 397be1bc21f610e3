package import TuttiCore

// MARK: Whole answers and failures

extension ResponsesDialect {
    /// A whole answer is read as the stream that would have had the same items.
    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        if let error = failureInside(body) { throw error }
        guard let status = body.member("status")?.stringValue else { throw .malformed(name, "it has no 'status'") }
        guard case .array? = body["output"] else { throw .malformed(name, "it has no 'output'") }
        var machine = ResponsesMachine(self, request)
        var assembler = ResponseAssembler()
        for event in try machine.take(body, status: status) {
            if let response = assembler.take(event) { return response }
        }
        throw .malformed(name, "it has no end")
    }

    /// The failure that an answer with a status of success tells of, or a piece of it.
    func failureInside(_ body: JSONValue) -> ModelError? {
        let isFailure =
            body["error"]?.isTruthy ?? false || body["object"]?.stringValue == "error"
            || body["type"]?.stringValue == "error" || body["status"]?.stringValue == "failed"
        guard isFailure else { return nil }
        var error = error(inside: body)
        error.usage = body.member("usage").map(Self.usage)
        return error
    }

    package func failure(in body: JSONValue) -> ProviderFailure {
        var failure = chat.failure(in: body)
        // What kind of event it is, not what has happened.
        failure.words.removeAll { $0 == "error" }
        failure.status = failure.status ?? failure.words.lazy.compactMap(Self.status).first
        return failure
    }

    /// The status that codes of failed responses stand for (`types/responses/response_error.py` of the package
    /// `openai`); what is not there is a failure of the provider.
    private static func status(of code: String) -> Int? {
        let isAboutTheRequest =
            code == "invalid_prompt" || code.hasSuffix("_policy") || code.hasSuffix("_policy_violation")
            || (code.contains("image") && code != "failed_to_download_image")
        return isAboutTheRequest ? 400 : nil
    }

    /// Cached tokens are among those sent, and reasoning is among those received.
    static func usage(_ usage: JSONValue) -> ModelUsage {
        let input = usage["input_tokens_details"] ?? .null
        let output = usage["output_tokens_details"] ?? .null
        return ModelUsage(
            inputWithCache: usage.tokens("input_tokens"), cacheRead: input.tokens("cached_tokens"),
            cacheWrite: input.tokens("cache_write_tokens"), output: usage.tokens("output_tokens"),
            reasoning: output.tokens("reasoning_tokens"), reportedCost: usage["cost"]?.dollars)
    }

    /// What the provider wants back of an item.
    ///
    /// Of a `reasoning` item it is the item itself, without members that say nothing, which it does not take; one
    /// without `encrypted_content` is of no use to a provider that keeps nothing. Of a `message` it is the phase:
    /// dropping it "can degrade performance" (`types/responses/response_output_message_param.py` of the package
    /// `openai`).
    func seal(_ item: JSONValue) -> ProviderSeal? {
        func holds(_ name: String) -> Bool { item[name]?.stringValue?.isEmpty == false }
        switch item {
        case .object(let all) where item["type"] == "reasoning" && holds("encrypted_content"):
            var members = all.filter { $0.value != .null && $0.key != "status" }
            members["summary"] = members["summary"] ?? .array([])
            return ProviderSeal(dialect: sealName, value: .object(members))
        case .object(let all) where item["type"] == "message" && holds("phase"):
            return ProviderSeal(dialect: sealName, value: .object(all.filter { ["type", "phase"].contains($0.key) }))
        default: return nil
        }
    }
}
