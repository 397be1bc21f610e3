import TuttiCore

/// Failures as OpenAI's API tells them: `{"error": {message, type, param, code}}`.
enum OpenAIErrors {
    static func refusal(_ error: GatewayError) -> Refusal {
        var output = JSONOutput()
        write(error, to: &output)
        return Refusal(
            status: word(error.kind).status, body: output.bytes, isWorthRepeating: error.isWorthRepeating,
            retryAfter: error.retryAfter)
    }

    /// The event that makes a client's library raise: one with `error` at the top, and no `[DONE]` behind it.
    static func event(_ error: GatewayError) -> [UInt8] {
        var output = JSONOutput()
        output.raw("data: ".utf8)
        write(error, to: &output)
        output.raw("\n\n".utf8)
        return output.bytes
    }

    /// The code that programs look at: that of the vendor's API where it has one for this.
    static func code(of error: GatewayError) -> String { word(error.kind).code ?? error.code ?? "invalid_value" }

    private static func write(_ error: GatewayError, to output: inout JSONOutput) {
        output.raw("{\"error\":")
        writeObject(error, to: &output)
        output.raw("}")
    }

    /// What stands behind `"error":`.
    static func writeObject(_ error: GatewayError, to output: inout JSONOutput) {
        output.raw("{\"message\":")
        output.string(error.message)
        output.raw(",\"type\":")
        output.string(word(error.kind).type)
        output.raw(",\"param\":")
        output.value(error.field.map { .string($0) } ?? .null)
        output.raw(",\"code\":")
        output.string(code(of: error))
        output.raw("}")
    }

    private static func word(_ kind: GatewayError.Kind) -> (status: Int, type: String, code: String?) {
        switch kind {
        case .invalidRequest: (400, "invalid_request_error", nil)
        case .unauthenticated: (401, "invalid_request_error", "invalid_api_key")
        case .forbidden: (403, "permission_error", "insufficient_permissions")
        case .notFound: (404, "invalid_request_error", "model_not_found")
        case .tooLarge: (413, "invalid_request_error", "request_too_large")
        case .contextTooLong: (400, "invalid_request_error", "context_length_exceeded")
        case .refused: (400, "invalid_request_error", "content_policy_violation")
        case .rateLimited: (429, "rate_limit_error", "rate_limit_exceeded")
        case .quotaExhausted: (429, "insufficient_quota", "insufficient_quota")
        case .overloaded: (503, "service_unavailable_error", "server_is_overloaded")
        case .timedOut: (504, "server_error", "timeout")
        case .providerFailed: (502, "server_error", "provider_failed")
        case .internal: (500, "server_error", "internal_error")
        }
    }
}
