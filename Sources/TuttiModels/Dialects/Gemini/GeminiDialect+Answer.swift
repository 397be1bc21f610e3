package import TuttiCore

// MARK: Whole answers and failures

extension GeminiDialect {
    /// A whole answer is a stream of one piece.
    package func decode(_ body: JSONValue, for request: ModelRequest) throws(ModelError) -> ModelResponse {
        var machine = GeminiMachine(self, request)
        var assembler = ResponseAssembler()
        for event in try machine.take(body) + machine.end() {
            if let response = assembler.take(event) { return response }
        }
        throw .malformed(name, "it has no 'finishReason'")
    }

    static func finish(_ native: String, hasCalls: Bool) -> FinishReason {
        switch native {
        case "STOP": hasCalls ? .toolCalls : .stop
        case "MAX_TOKENS": .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR": .filtered
        case "CONTINUATION": .pause
        default: .other
        }
    }

    /// What is thought is not among the candidates' tokens.
    static func usage(_ usage: JSONValue) -> ModelUsage {
        let thoughts = usage.tokens("thoughtsTokenCount")
        return ModelUsage(
            inputWithCache: usage.tokens("promptTokenCount") + usage.tokens("toolUsePromptTokenCount"),
            cacheRead: usage.tokens("cachedContentTokenCount"), cacheWrite: 0,
            output: usage.tokens("candidatesTokenCount") + thoughts, reasoning: thoughts)
    }

    package func failure(in body: JSONValue) -> ProviderFailure {
        let error = body["error"] ?? .null
        var failure = ProviderFailure()
        failure.message = error["message"]?.stringValue
        var words = [error["status"]?.stringValue]
        for detail in error["details"]?.items ?? [] {
            let type = detail["@type"]?.stringValue ?? ""
            if type.hasSuffix("ErrorInfo") { words.insert(detail["reason"]?.stringValue, at: 0) }
            if type.hasSuffix("RetryInfo") {
                failure.retryDelay = detail["retryDelay"]?.stringValue.flatMap(RetryHint.duration)
            }
            let violations = type.hasSuffix("QuotaFailure") ? detail["violations"]?.items ?? [] : []
            if violations.contains(where: { $0["quotaId"]?.stringValue?.contains("PerDay") ?? false }) {
                words.insert(ProviderFailure.dailyQuota, at: 0)
            }
        }
        failure.words = words.compactMap(\.self)
        if failure.words.contains("INVALID_ARGUMENT") { failure.noteContextLength() }
        let code = error["code"]?.word.flatMap { Int($0) }
        failure.status =
            code.flatMap { (400...599).contains($0) ? $0 : nil }
            ?? error["status"]?.stringValue.flatMap { Self.statuses[$0] }
        return failure
    }

    private static let statuses = [
        "INVALID_ARGUMENT": 400, "FAILED_PRECONDITION": 400, "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403,
        "NOT_FOUND": 404, "RESOURCE_EXHAUSTED": 429, "INTERNAL": 500, "UNAVAILABLE": 503, "DEADLINE_EXCEEDED": 504,
    ]
}
