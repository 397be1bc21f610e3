package import TuttiCore
package import TuttiModels

/// Anthropic's messages, as clients speak them to us, in both versions of the interface.
package struct MessagesInbound: InboundDialect {
    package init() {}

    package let name = "messages"

    package func rateFields(_ rates: CallRates, at time: Timestamp) -> [(name: String, value: String)] {
        rates.anthropicFields(at: time)
    }

    package func read(_ body: JSONValue) throws(GatewayError) -> InboundCall {
        var fields = try RequestFields(body)
        guard fields.has("max_tokens") else { throw .invalid("max_tokens", "is required") }
        let request = try Self.request(&fields)
        let isStreaming = try fields.flag("stream") ?? false
        try Self.skipUsual(&fields)
        try fields.end()
        return InboundCall(request: request, isStreaming: isStreaming, writer: MessagesWriter())
    }

    /// Reads a question for the number of tokens of a request, which has everything but what is said of the answer.
    ///
    /// - Throws: as ``read(_:)``.
    package func readCount(_ body: JSONValue) throws(GatewayError) -> ModelRequest {
        var fields = try RequestFields(body)
        let request = try Self.request(&fields)
        try Self.skipUsual(&fields)
        try fields.end()
        return request
    }

    package func refusal(_ error: GatewayError, request: String) -> Refusal {
        AnthropicErrors.refusal(error.naming(Self.names), request: request)
    }

    package let alive = Array("event: ping\ndata: {\"type\":\"ping\"}\n\n".utf8)

    package func brokenOff(_ error: GatewayError, request: String) -> [UInt8] {
        AnthropicErrors.event(error.naming(Self.names), request: request)
    }

    /// What fields are called here, by our names for them.
    private static let names = [
        "outputTokensMax": "max_tokens", "topP": "top_p", "topK": "top_k", "stop": "stop_sequences",
        "toolChoice": "tool_choice", "allowsParallelToolCalls": "tool_choice.disable_parallel_tool_use",
    ]
}

// MARK: The parts of a request

extension MessagesInbound {
    private static func request(_ fields: inout RequestFields) throws(GatewayError) -> ModelRequest {
        var request = ModelRequest(model: try fields.requiredText("model"), messages: [])
        guard let messages = try fields.list("messages"), !messages.isEmpty else {
            throw .invalid("messages", "is required, with one message at least")
        }
        var systems = try system(&fields)
        request.messages = try AnthropicTurns.read(messages, systems: &systems)
        request.system = systems.isEmpty ? nil : systems.joined(separator: "\n\n")
        try readTools(&fields, into: &request)
        request.outputTokensMax = try fields.integer("max_tokens", in: 1...Int.max)
        request.temperature = try fields.number("temperature", in: 0...1)
        request.topP = try fields.number("top_p", in: 0...1)
        request.topK = try fields.integer("top_k", in: 0...Int.max)
        for (index, item) in (try fields.list("stop_sequences") ?? []).enumerated() {
            guard case .string(let text) = item else { throw .invalid("stop_sequences[\(index)]", "must be a string") }
            request.stop.append(text)
        }
        try readThinking(&fields, into: &request)
        if var metadata = try fields.object("metadata") {
            request.user = try metadata.text("user_id")
            try metadata.end()
        }
        return request
    }

    private static func system(_ fields: inout RequestFields) throws(GatewayError) -> [String] {
        switch fields.take("system") {
        case nil: return []
        case .string(let text)?: return text.isEmpty ? [] : [text]
        case .array(let blocks)?: return try AnthropicTurns.texts(blocks, at: "system")
        default: throw .invalid("system", "must be a string or a list of text blocks")
        }
    }

    private static func readTools(
        _ fields: inout RequestFields, into request: inout ModelRequest
    ) throws(GatewayError) {
        for (index, tool) in (try fields.list("tools") ?? []).enumerated() {
            var tool = try RequestFields(tool, at: "tools[\(index)]")
            try tool.skip("type", when: "custom")
            tool.skipHints("cache_control")
            let name = try tool.requiredText("name")
            let description = try tool.text("description")
            guard let schema = tool.take("input_schema"), case .object = schema else {
                throw .invalid(tool.path("input_schema"), "must be a JSON schema")
            }
            let isStrict = try tool.flag("strict") ?? false
            try tool.end()
            request.tools.append(
                ModelTool(name: name, description: description, parameters: schema, isStrict: isStrict))
        }
        guard var choice = try fields.object("tool_choice") else { return }
        switch try choice.requiredText("type") {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = .none
        case "tool": request.toolChoice = .tool(try choice.requiredText("name"))
        default: throw .invalid("tool_choice.type", "must be auto, any, tool or none")
        }
        request.allowsParallelToolCalls = try choice.flag("disable_parallel_tool_use").map { !$0 }
        try choice.end()
    }

    /// How much is thought, and the form of the answer.
    private static func readThinking(
        _ fields: inout RequestFields, into request: inout ModelRequest
    ) throws(GatewayError) {
        if var thinking = try fields.object("thinking") {
            let type = try thinking.requiredText("type")
            let budget = try thinking.integer("budget_tokens", in: 1024...Int.max)
            let display = try thinking.text("display")
            try thinking.end()
            if type == "disabled" {
                request.effort = ReasoningEffort.none
            } else if let kind = ModelThinking.Kind(rawValue: type) {
                guard kind != .enabled || budget != nil else { throw .invalid("thinking.budget_tokens", "is required") }
                request.thinking = ModelThinking(kind, tokensMax: budget, display: display)
            } else {
                throw .invalid("thinking.type", "must be enabled, adaptive, between_tools or disabled")
            }
        }
        guard var output = try fields.object("output_config") else { return }
        if let effort = try output.word("effort", ReasoningEffort.self) { request.effort = effort }
        if var format = try output.object("format") {
            try format.skip("type", when: "json_schema")
            guard let schema = format.take("schema"), case .object = schema else {
                throw .invalid("output_config.format.schema", "must be a JSON schema")
            }
            try format.end()
            request.output = ModelOutputForm(name: "answer", schema: schema, isStrict: true)
        }
        try output.end()
    }

    private static func skipUsual(_ fields: inout RequestFields) throws(GatewayError) {
        try fields.skip("service_tier", when: "auto", "standard_only")
        try fields.skip("speed", when: "standard")
        fields.skipHints("cache_control")
    }
}
