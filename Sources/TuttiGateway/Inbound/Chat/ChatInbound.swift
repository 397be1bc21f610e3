package import TuttiCore
import TuttiModels

/// OpenAI's chat completions, as clients speak them to us.
package struct ChatInbound: InboundDialect {
    package init() {}

    package let name = "chat"

    package func read(_ body: JSONValue) throws(GatewayError) -> InboundCall {
        var fields = try RequestFields(body)
        var request = ModelRequest(model: try fields.requiredText("model"), messages: [])
        guard let messages = try fields.list("messages"), !messages.isEmpty else {
            throw .invalid("messages", "is required, with one message at least")
        }
        (request.system, request.messages) = try ChatMessages.read(messages)
        try Self.readTools(&fields, into: &request)
        try Self.readChoices(&fields, into: &request)
        request.output = try Self.format(&fields)
        request.user = try fields.text("safety_identifier", "user")
        request.metadata = try fields.texts("metadata")
        let isStreaming = try fields.flag("stream") ?? false
        let session = try fields.text("prompt_cache_key")
        let tellsUsage = try Self.streamOptions(&fields)
        try Self.skipUsual(&fields)
        try fields.end()
        return InboundCall(
            request: request, isStreaming: isStreaming, session: session, writer: ChatWriter(tellsUsage: tellsUsage))
    }

    package func refusal(_ error: GatewayError, request: String) -> Refusal {
        OpenAIErrors.refusal(error.naming(Self.names))
    }

    package let alive = Array(": alive\n\n".utf8)

    package func brokenOff(_ error: GatewayError, request: String) -> [UInt8] {
        OpenAIErrors.event(error.naming(Self.names))
    }

    /// What fields are called here, by our names for them.
    private static let names = [
        "outputTokensMax": "max_completion_tokens", "topP": "top_p", "topK": "top_k",
        "presencePenalty": "presence_penalty", "frequencyPenalty": "frequency_penalty", "toolChoice": "tool_choice",
        "allowsParallelToolCalls": "parallel_tool_calls", "output.name": "response_format.json_schema.name",
    ]
}

// MARK: The parts of a request

extension ChatInbound {
    private static func readTools(
        _ fields: inout RequestFields, into request: inout ModelRequest
    ) throws(GatewayError) {
        for (index, tool) in (try fields.list("tools") ?? []).enumerated() {
            var outer = try RequestFields(tool, at: "tools[\(index)]")
            try outer.skip("type", when: "function")
            guard var inner = try outer.object("function") else {
                throw .invalid(outer.path("function"), "is required")
            }
            try outer.end()
            request.tools.append(try OpenAITools.tool(&inner))
        }
        request.allowsParallelToolCalls = try fields.flag("parallel_tool_calls")
        guard let choice = fields.take("tool_choice") else { return }
        request.toolChoice = try OpenAITools.choice(choice) { choice throws(GatewayError) in
            var named = try RequestFields(choice, at: "tool_choice")
            try named.skip("type", when: "function")
            guard var function = try named.object("function") else {
                throw .invalid("tool_choice.function", "is required")
            }
            let name = try function.requiredText("name")
            try function.end()
            try named.end()
            return name
        }
    }

    /// How words are chosen, and how many.
    private static func readChoices(
        _ fields: inout RequestFields, into request: inout ModelRequest
    ) throws(GatewayError) {
        let former = try fields.integer("max_tokens", in: 1...Int.max)
        request.outputTokensMax = try fields.integer("max_completion_tokens", in: 1...Int.max) ?? former
        request.temperature = try fields.number("temperature", in: 0...2)
        request.topP = try fields.number("top_p", in: 0...1)
        request.topK = try fields.integer("top_k", in: 0...Int.max)
        request.seed = try fields.integer("seed", in: Int.min...Int.max)
        request.presencePenalty = try fields.number("presence_penalty", in: -2...2)
        request.frequencyPenalty = try fields.number("frequency_penalty", in: -2...2)
        request.effort = try fields.word("reasoning_effort", ReasoningEffort.self)
        switch fields.take("stop") {
        case nil: break
        case .string(let text)?: request.stop = [text]
        case .array(let items)?:
            for (index, item) in items.enumerated() {
                guard case .string(let text) = item else { throw .invalid("stop[\(index)]", "must be a string") }
                request.stop.append(text)
            }
        default: throw .invalid("stop", "must be a string or a list of strings")
        }
    }

    private static func format(_ fields: inout RequestFields) throws(GatewayError) -> ModelOutputForm? {
        guard var format = try fields.object("response_format") else { return nil }
        switch try format.requiredText("type") {
        case "text":
            try format.end()
            return nil
        case "json_schema":
            guard var schema = try format.object("json_schema") else {
                throw .invalid("response_format.json_schema", "is required")
            }
            try format.end()
            return try OpenAITools.form(&schema)
        default:
            throw .unconvertible("response_format.type", "give a schema with 'json_schema', or leave it out")
        }
    }

    private static func streamOptions(_ fields: inout RequestFields) throws(GatewayError) -> Bool {
        guard var options = try fields.object("stream_options") else { return false }
        let tellsUsage = try options.flag("include_usage") ?? false
        _ = try options.flag("include_obfuscation")  // our answers have none
        try options.end()
        return tellsUsage
    }

    /// What asks for what every provider does, and what only steers caches.
    private static func skipUsual(_ fields: inout RequestFields) throws(GatewayError) {
        try fields.skip("n", when: 1)
        try fields.skip("logprobs", when: false)
        try fields.skip("top_logprobs", when: 0)
        try fields.skip("logit_bias", when: [:])
        try fields.skip("store", when: false)
        try fields.skip("service_tier", when: "auto", "default")
        try fields.skip("modalities", when: ["text"])
        try fields.skip("verbosity", when: "medium")
        fields.skipHints("prompt_cache_retention", "prompt_cache_options")
    }
}
