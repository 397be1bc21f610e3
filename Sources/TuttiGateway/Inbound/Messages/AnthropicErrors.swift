import TuttiCore

/// Failures as Anthropic's API tells them: `{"type": "error", "error": {type, message}, request_id}`.
enum AnthropicErrors {
    static func refusal(_ error: GatewayError, request: String) -> Refusal {
        var output = JSONOutput()
        write(error, request, to: &output)
        return Refusal(
            status: word(error.kind).status, body: output.bytes, isWorthRepeating: error.isWorthRepeating,
            retryAfter: error.retryAfter)
    }

    static func event(_ error: GatewayError, request: String) -> [UInt8] {
        var output = JSONOutput()
        output.raw("event: error\ndata: ")
        write(error, request, to: &output)
        output.raw("\n\n")
        return output.bytes
    }

    private static func write(_ error: GatewayError, _ request: String, to output: inout JSONOutput) {
        output.raw("{\"type\":\"error\",\"error\":{\"type\":")
        output.string(word(error.kind).type)
        output.raw(",\"message\":")
        output.string(error.message)
        output.raw("},\"request_id\":")
        output.string(request)
        output.raw("}")
    }

    private static func word(_ kind: GatewayError.Kind) -> (status: Int, type: String) {
        switch kind {
        case .invalidRequest, .contextTooLong, .refused: (400, "invalid_request_error")
        case .unauthenticated: (401, "authentication_error")
        case .quotaExhausted: (402, "billing_error")
        case .forbidden: (403, "permission_error")
        case .notFound: (404, "not_found_error")
        case .tooLarge: (413, "request_too_large")
        case .rateLimited: (429, "rate_limit_error")
        case .overloaded: (529, "overloaded_error")
        case .timedOut: (504, "timeout_error")
        case .providerFailed: (502, "api_error")
        case .internal: (500, "api_error")
        }
    }
}
