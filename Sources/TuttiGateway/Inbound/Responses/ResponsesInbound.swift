package import TuttiCore
import TuttiModels

/// OpenAI's responses, as clients speak them to us. Nothing is kept: a conversation is what the client sends.
package struct ResponsesInbound: InboundDialect {
    package init() {}

    package let name = "responses"

    package func read(_ body: JSONValue) throws(GatewayError) -> InboundCall {
        var fields = try RequestFields(body)
        try Self.refuseMemory(fields)
        var request = ModelRequest(model: try fields.requiredText("model"), messages: [])
        let instructions = try fields.text("instructions")
        var systems = instructions.map { [$0] } ?? []
        switch fields.take("input") {
        case .string(let text)?: request.messages = [.user(text)]
        case .array(let items)?: request.messages = try ResponsesItems.read(items, systems: &systems)
        default: throw .invalid("input", "must be a string or a list of items")
        }
        guard !request.messages.isEmpty else { throw .invalid("input", "has no message") }
        request.system = systems.isEmpty ? nil : systems.joined(separator: "\n\n")
        let echo = ResponsesEcho(body)
        try Self.readTools(&fields, into: &request)
        try Self.readChoices(&fields, into: &request)
        let isStreaming = try fields.flag("stream") ?? false
        let session = try fields.text("prompt_cache_key")
        try Self.skipUsual(&fields)
        try fields.end()
        return InboundCall(
            request: request, isStreaming: isStreaming, session: session, writer: ResponsesWriter(echo: echo))
    }

    package func refusal(_ error: GatewayError, request: String) -> Refusal {
        OpenAIErrors.refusal(error.naming(Self.names))
    }

    /// What fields are called here, by our names for them.
    private static let names = [
        "outputTokensMax": "max_output_tokens", "topP": "top_p", "toolChoice": "tool_choice", "messages": "input",
        "allowsParallelToolCalls": "parallel_tool_calls", "output.name": "text.format.name",
    ]

    package let alive = Array(": alive\n\n".utf8)

    /// The event is the last one of its stream, so its number does not matter to anybody.
    ///
    /// The vendor's library hands it on like any other, and its user has to know it for an error; beside an `error`, as
    /// in chat completions, it raises one.
    package func brokenOff(_ error: GatewayError, request: String) -> [UInt8] {
        let error = error.naming(Self.names)
        var output = JSONOutput()
        output.raw("event: error\ndata: {\"type\":\"error\",\"code\":")
        output.string(OpenAIErrors.code(of: error))
        output.raw(",\"message\":")
        output.string(error.message)
        output.raw(",\"param\":")
        output.value(error.field.map { .string($0) } ?? .null)
        output.raw(",\"sequence_number\":")
        output.integer(Self.lastNumber)
        output.raw(",\"error\":")
        OpenAIErrors.writeObject(error, to: &output)
        output.raw("}\n\n")
        return output.bytes
    }

    private static let lastNumber = 2_147_483_647

    /// What asks the gateway to remember something. It also holds for requests that are handed on as they are.
    ///
    /// - Throws: ``GatewayError`` that names the field.
    package static func refuseMemory(_ body: JSONValue) throws(GatewayError) {
        try refuseMemory(try RequestFields(body))
    }

    private static func refuseMemory(_ fields: RequestFields) throws(GatewayError) {
        for name in ["previous_response_id", "conversation"] where fields.has(name) {
            throw GatewayError(
                .invalidRequest,
                "'\(name)' is not supported: nothing is kept here; send the whole conversation in 'input'",
                field: name, code: "unsupported_parameter")
        }
        var fields = fields
        guard try fields.flag("background") == true else { return }
        throw GatewayError(
            .invalidRequest, "'background' is not supported: nothing is kept here; wait for the answer, or stream it",
            field: "background", code: "unsupported_parameter")
    }
}

// MARK: The parts of a request

extension ResponsesInbound {
    private static func readTools(
        _ fields: inout RequestFields, into request: inout ModelRequest
    ) throws(GatewayError) {
        for (index, tool) in (try fields.list("tools") ?? []).enumerated() {
            var tool = try RequestFields(tool, at: "tools[\(index)]")
            try tool.skip("type", when: "function")
            request.tools.append(try OpenAITools.tool(&tool))
        }
        request.allowsParallelToolCalls = try fields.flag("parallel_tool_calls")
        guard let choice = fields.take("tool_choice") else { return }
        request.toolChoice = try OpenAITools.choice(choice) { choice throws(GatewayError) in
            var named = try RequestFields(choice, at: "tool_choice")
            try named.skip("type", when: "function")
            let name = try named.requiredText("name")
            try named.end()
            return name
        }
    }

    private static func readChoices(
        _ fields: inout RequestFields, into request: inout ModelRequest
    ) throws(GatewayError) {
        request.outputTokensMax = try fields.integer("max_output_tokens", in: 1...Int.max)
        request.temperature = try fields.number("temperature", in: 0...2)
        request.topP = try fields.number("top_p", in: 0...1)
        request.user = try fields.text("safety_identifier", "user")
        request.metadata = try fields.texts("metadata")
        if var reasoning = try fields.object("reasoning") {
            request.effort = try reasoning.word("effort", ReasoningEffort.self)
            reasoning.skipHints("summary", "generate_summary")  // what a provider shows of its thoughts is handed on
            try reasoning.end()
        }
        guard var text = try fields.object("text") else { return }
        try text.skip("verbosity", when: "medium")
        if var format = try text.object("format") {
            switch try format.requiredText("type") {
            case "text": try format.end()
            case "json_schema": request.output = try OpenAITools.form(&format)
            default: throw .unconvertible("text.format.type", "give a schema with 'json_schema', or leave it out")
            }
        }
        try text.end()
    }

    private static func skipUsual(_ fields: inout RequestFields) throws(GatewayError) {
        try fields.skip("store", when: true, false)  // has no effect: nothing is kept
        try fields.skip("background", when: false)
        try fields.skip("include", when: [], ["reasoning.encrypted_content"])
        try fields.skip("service_tier", when: "auto", "default")
        try fields.skip("truncation", when: "disabled")
        try fields.skip("top_logprobs", when: 0)
        if var options = try fields.object("stream_options") {
            _ = try options.flag("include_obfuscation")  // our answers have none
            try options.end()
        }
        fields.skipHints("prompt_cache_retention", "prompt_cache_options")
    }
}
