import FoundationEssentials
package import TuttiCore

/// OpenAI's responses, and the servers that have taken them over (POST `/responses`).
///
/// Nothing is kept at the provider (`store: false`). What it thinks comes back sealed and goes back with the next turn,
/// as `types/responses/response_reasoning_item_param.py` of the package `openai` has it.
package struct ResponsesDialect: ModelDialect {
    /// What is the same in both interfaces of such a server: its name, its list of models, its failures.
    let chat: ChatDialect

    /// The interface of a server whose chat completions are of this flavor.
    package init(_ flavor: ChatFlavor, key: SecretText? = nil) { chat = ChatDialect(flavor, key: key) }

    package var name: String { chat.name }
    package var key: SecretText? { chat.key }
    package var family: ProviderFamily { .openAI }
    /// Whose seals these are: the chat completions of the same server have others.
    var sealName: String { "\(name)/responses" }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        try request.check()
        try refuseWhatCannotBeSaid(request)
        var wire = try head()
        wire.body = try body(of: request, isStreaming: isStreaming).bytes()
        return wire
    }

    /// Address and credentials of every request.
    func head() throws(ModelError) -> WireRequest {
        let headers = [WireRequest.Header("content-type", "application/json")]
        let credentials = try header("authorization", prefix: "Bearer ", key)
        return WireRequest(path: "/responses", headers: headers + credentials, body: Data())
    }

    /// - Throws: ``ModelError`` `bad_request` for a field that the interface lacks.
    private func refuseWhatCannotBeSaid(_ request: ModelRequest) throws(ModelError) {
        var fields = UnsayableFields(in: "the responses of \(name)", wayOut: "use its chat completions")
        fields.refuse("stop", if: !request.stop.isEmpty)
        fields.refuse("seed", if: request.seed != nil)
        fields.refuse("presencePenalty", if: request.presencePenalty != nil)
        fields.refuse("frequencyPenalty", if: request.frequencyPenalty != nil)
        try fields.check()
        // What neither interface has.
        var others = UnsayableFields(in: "the responses of \(name)", wayOut: "use a provider that has it")
        others.refuse("topK", if: request.topK != nil)
        if !chat.flavor.takesSingleCalls { others.refuseSingleCalls(in: request) }
        try others.check()
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { ResponsesMachine(self, request) }

    package func encodeList(page: String?) throws(ModelError) -> WireRequest { try chat.encodeList(page: page) }

    package func list(in body: JSONValue) throws(ModelError) -> ModelListPage { try chat.list(in: body) }
}

// MARK: The request

extension ResponsesDialect {
    private func body(of request: ModelRequest, isStreaming: Bool) -> BodyJSON {
        let system = request.system.flatMap { $0.isEmpty ? nil : $0 }
        let names = chat.flavor.takesNames ? request : nil
        let metadata = names.flatMap { $0.metadata.isEmpty ? nil : $0.metadata.mapValues(JSONValue.string) }
        return .members([
            "model": .text(request.model),
            "instructions": system.map { .text($0) },
            "input": .array(request.messages.flatMap { $0.role == .user ? userItems($0) : assistantItems($0) }),
            "tools": request.tools.isEmpty ? nil : .array(request.tools.map(tool)),
            "tool_choice": choice(of: request),
            // Without tools it means nothing.
            "parallel_tool_calls": request.tools.isEmpty || !chat.flavor.takesSingleCalls
                ? nil : request.allowsParallelToolCalls.map { .flag($0) },
            "text": request.output.map { .members(["format": format($0)]) },
            "max_output_tokens": request.outputTokensMax.map { .number($0) },
            "reasoning": request.effortAsked.map { .members(["effort": .text($0.rawValue)]) },
            "temperature": request.temperature.map { .value(.double($0)) },
            "top_p": request.topP.map { .value(.double($0)) },
            "safety_identifier": names?.user.map { .text($0) },
            "metadata": metadata.map { .value(.object($0)) },
            "store": .flag(false),
            "include": .texts(["reasoning.encrypted_content"]),
            "stream": isStreaming ? .flag(true) : nil,
        ])
    }

    /// Results of tools are items of their own, and stand before what the user says beside them.
    private func userItems(_ message: ModelMessage) -> [BodyJSON] {
        var results: [BodyJSON] = []
        var parts: [BodyJSON] = []
        var texts: [String] = []
        for content in message.content {
            switch content {
            case .text(let text):
                texts.append(text)
                parts.append(Self.part(text))
            case .image(let image): parts.append(Self.part(image))
            case .toolResult(let result): results.append(item(of: result))
            case .reasoning, .toolCall: break
            }
        }
        guard !parts.isEmpty else { return results }
        let isPlain = texts.count == 1 && parts.count == 1
        return results + [
            .members(["role": .text("user"), "content": isPlain ? .text(texts[0]) : .array(parts)])
        ]
    }

    /// Each part of a turn of the model is an item. They stay in order: the provider wants its thoughts right before
    /// what came of them. The seal behind a text is of that text.
    private func assistantItems(_ message: ModelMessage) -> [BodyJSON] {
        message.content.enumerated().compactMap { index, content in
            switch content {
            case .text(""): nil
            case .text(let text):
                .members([
                    "role": .text("assistant"), "content": .text(text),
                    "phase": seal("message", in: message, at: index + 1)?["phase"].map { .value($0) },
                ])
            case .reasoning: seal("reasoning", in: message, at: index).map { .value($0) }
            case .toolCall(let call):
                .members([
                    "type": .text("function_call"), "call_id": .text(call.id), "name": .text(call.name),
                    "arguments": .text(call.arguments),
                ])
            case .image, .toolResult: nil
            }
        }
    }

    /// What this dialect has sealed of an item of a type; `nil` where there is nothing of it.
    private func seal(_ type: String, in message: ModelMessage, at index: Int) -> JSONValue? {
        guard message.content.indices.contains(index), case .reasoning(let reasoning) = message.content[index],
            let seal = reasoning.seal?.value(for: sealName), seal["type"]?.stringValue == type
        else { return nil }
        return seal
    }

    private func item(of result: ModelToolResult) -> BodyJSON {
        .members([
            "type": .text("function_call_output"), "call_id": .text(result.callID),
            "output": output(of: result),
        ])
    }

    /// Texts as one text; with pictures among them as parts.
    private func output(of result: ModelToolResult) -> BodyJSON {
        guard !result.images.isEmpty else {
            return .text(result.isError ? "Error: \(result.text)" : result.text)
        }
        let parts = result.content.map { part in
            switch part {
            case .text(let text): Self.part(text)
            case .image(let image): Self.part(image)
            }
        }
        return .array((result.isError ? [Self.part("Error:")] : []) + parts)
    }

    private static func part(_ text: String) -> BodyJSON {
        .members(["type": .text("input_text"), "text": .text(text)])
    }

    /// In messages `detail` has to be there (`types/responses/response_input_image_param.py` of the package `openai`).
    private static func part(_ image: ModelImage) -> BodyJSON {
        .members(["type": .text("input_image"), "image_url": .text(image.url), "detail": .text("auto")])
    }

    /// Here a function is strict unless it says that it is not, so it always says.
    private func tool(_ tool: ModelTool) -> BodyJSON {
        .members([
            "type": .text("function"), "name": .text(tool.name), "description": tool.description.map { .text($0) },
            "parameters": .value(tool.parameters), "strict": .flag(tool.isStrict),
        ])
    }

    private func choice(of request: ModelRequest) -> BodyJSON? {
        guard !request.tools.isEmpty else { return nil }
        return switch request.toolChoice {
        case .auto: nil
        case .none: .text("none")
        case .required: .text("required")
        case .tool(let name): .members(["type": .text("function"), "name": .text(name)])
        }
    }

    private func format(_ output: ModelOutputForm) -> BodyJSON {
        .members([
            "type": .text("json_schema"), "name": .text(output.name), "schema": .value(output.schema),
            "strict": output.isStrict ? .flag(true) : nil,
        ])
    }
}
