import FoundationEssentials
package import TuttiCore

/// OpenAI's chat completions, and what others have made of them.
package struct ChatDialect: ModelDialect {
    package var flavor: ChatFlavor
    package var key: SecretText?
    /// Members that each request has besides, such as the routing of OpenRouter (`provider`, `models`, `transforms`).
    package var fields: [String: JSONValue]

    /// - Parameter fields: none of ``ownFields``.
    package init(_ flavor: ChatFlavor, key: SecretText? = nil, fields: [String: JSONValue] = [:]) {
        self.flavor = flavor
        self.key = key
        self.fields = fields
    }

    /// The members of a request that say what is asked; they are not for others to set.
    package static let ownFields: Set<String> = [
        "model", "messages", "tools", "tool_choice", "response_format", "max_completion_tokens", "max_tokens",
        "temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty", "parallel_tool_calls", "stop",
        "reasoning_effort", "reasoning", "user", "metadata", "stream", "stream_options", "n",
    ]

    package var name: String { flavor.name }
    package var family: ProviderFamily { .openAI }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        try request.check()
        try refuseWhatCannotBeSaid(request)
        if let most = flavor.stopsMax, request.stop.count > most {
            throw .badRequest("stop", "has \(request.stop.count) texts; \(name) takes at most \(most)")
        }
        var wire = try head()
        wire.body = try body(of: request, isStreaming: isStreaming).bytes()
        return wire
    }

    /// Address and credentials of every request.
    func head() throws(ModelError) -> WireRequest {
        let headers = [WireRequest.Header("content-type", "application/json")]
        let credentials = try header("authorization", prefix: "Bearer ", key)
        return WireRequest(path: "/chat/completions", headers: headers + credentials, body: Data())
    }

    /// - Throws: ``ModelError`` `bad_request` for a field that the interface, or this server, lacks.
    private func refuseWhatCannotBeSaid(_ request: ModelRequest) throws(ModelError) {
        var fields = UnsayableFields(in: "the chat completions of \(name)", wayOut: "use a provider that has it")
        fields.refuse("topK", if: request.topK != nil && !flavor.takesTopK)
        if !flavor.takesSingleCalls { fields.refuseSingleCalls(in: request) }
        try fields.check()
        // A message of a tool has parts of text alone.
        var images = UnsayableFields(
            in: "the chat completions of \(name)", wayOut: "show it in a message of the user")
        images.refuseImagesOfTools(in: request)
        try images.check()
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { ChatMachine(self, request) }
}

// MARK: The request

extension ChatDialect {
    private func body(of request: ModelRequest, isStreaming: Bool) -> BodyJSON {
        let effort = request.effortAsked.map { BodyJSON.text($0.rawValue) }
        let isAsked = isStreaming && flavor.asksForUsage
        let names = flavor.takesNames ? request : nil
        let metadata = names.flatMap { $0.metadata.isEmpty ? nil : $0.metadata.mapValues(JSONValue.string) }
        let members: KeyValuePairs<String, BodyJSON?> = [
            "model": .text(request.model),
            "messages": .array(messages(of: request)),
            "tools": request.tools.isEmpty ? nil : .array(request.tools.map(tool)),
            "tool_choice": choice(of: request),
            // Without tools it is refused, and means nothing.
            "parallel_tool_calls": request.tools.isEmpty || !flavor.takesSingleCalls
                ? nil : request.allowsParallelToolCalls.map { .flag($0) },
            "response_format": request.output.map(format),
            flavor.limitField.rawValue: request.outputTokensMax.map { .number($0) },
            "temperature": request.temperature.map { .value(.double($0)) },
            "top_p": request.topP.map { .value(.double($0)) },
            "top_k": request.topK.map { .number($0) },
            "seed": request.seed.map { .number($0) },
            "presence_penalty": request.presencePenalty.map { .value(.double($0)) },
            "frequency_penalty": request.frequencyPenalty.map { .value(.double($0)) },
            "stop": request.stop.isEmpty ? nil : .texts(request.stop),
            "reasoning_effort": flavor.effortField == .plain ? effort : nil,
            "reasoning": flavor.effortField == .object ? effort.map { .members(["effort": $0]) } : nil,
            "user": names?.user.map { .text($0) },
            "metadata": metadata.map { .value(.object($0)) },
            "stream": isStreaming ? .flag(true) : nil,
            "stream_options": isAsked ? .members(["include_usage": .flag(true)]) : nil,
        ]
        let others = fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: BodyJSON?.some(.value($0.value))) }
        return .object(members.map { (name: $0.key, value: $0.value) } + others)
    }

    private func messages(of request: ModelRequest) -> [BodyJSON] {
        let system = request.system.map { BodyJSON.members(["role": .text("system"), "content": .text($0)]) }
        return [system].compactMap(\.self)
            + request.messages.flatMap { $0.role == .user ? userMessages($0) : [assistantMessage($0)] }
    }

    /// Results of tools are messages of their own, and stand before what the user says beside them.
    private func userMessages(_ message: ModelMessage) -> [BodyJSON] {
        var results: [BodyJSON] = []
        var parts: [BodyJSON] = []
        var texts: [String] = []
        for content in message.content {
            switch content {
            case .text(let text):
                texts.append(text)
                parts.append(.members(["type": .text("text"), "text": .text(text)]))
            case .image(let image):
                parts.append(
                    .members(["type": .text("image_url"), "image_url": .members(["url": .text(image.url)])]))
            case .toolResult(let result):
                results.append(
                    .members([
                        "role": .text("tool"), "tool_call_id": .text(result.callID),
                        "content": .text(result.isError ? "Error: \(result.text)" : result.text),
                    ]))
            case .reasoning, .toolCall: break
            }
        }
        guard !parts.isEmpty else { return results }
        let isPlain = texts.count == 1 && parts.count == 1
        return results + [
            .members(["role": .text("user"), "content": isPlain ? .text(texts[0]) : .array(parts)])
        ]
    }

    private func assistantMessage(_ message: ModelMessage) -> BodyJSON {
        var text: String?
        var calls: [BodyJSON] = []
        var details: [JSONValue] = []
        for content in message.content {
            switch content {
            case .text(let piece): text = (text ?? "") + piece
            case .toolCall(let call):
                calls.append(
                    .members([
                        "id": .text(call.id), "type": .text("function"),
                        "function": .members(["name": .text(call.name), "arguments": .text(call.arguments)]),
                    ]))
            case .reasoning(let reasoning):
                if flavor.sealsReasoning { details += reasoning.seal?.value(for: name)?.items ?? [] }
            case .image, .toolResult: break
            }
        }
        return .members([
            "role": .text("assistant"), "content": text.map { .text($0) } ?? .value(.null),
            "tool_calls": calls.isEmpty ? nil : .array(calls),
            "reasoning_details": details.isEmpty ? nil : .value(.array(details)),
        ])
    }

    private func tool(_ tool: ModelTool) -> BodyJSON {
        .members([
            "type": .text("function"),
            "function": .members([
                "name": .text(tool.name), "description": tool.description.map { .text($0) },
                "parameters": .value(tool.parameters), "strict": tool.isStrict ? .flag(true) : nil,
            ]),
        ])
    }

    private func choice(of request: ModelRequest) -> BodyJSON? {
        guard !request.tools.isEmpty else { return nil }
        return switch request.toolChoice {
        case .auto: nil
        case .none: .text("none")
        case .required: .text("required")
        case .tool(let name): .members(["type": .text("function"), "function": .members(["name": .text(name)])])
        }
    }

    private func format(_ output: ModelOutputForm) -> BodyJSON {
        .members([
            "type": .text("json_schema"),
            "json_schema": .members([
                "name": .text(output.name), "schema": .value(output.schema),
                "strict": output.isStrict ? .flag(true) : nil,
            ]),
        ])
    }
}

extension ModelImage {
    /// Where the picture is, or the picture itself as a URL.
    var url: String {
        switch source {
        case .url(let url): url
        case .bytes(let bytes, let type): "data:\(type);base64,\(bytes.base64EncodedString())"
        }
    }
}
