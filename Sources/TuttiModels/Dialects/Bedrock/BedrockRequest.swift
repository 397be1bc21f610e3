import FoundationEssentials
import TuttiCore

/// A request in the words of Converse.
struct BedrockRequest {
    private let request: ModelRequest
    /// Whose seals go back.
    private let dialect: String

    init(_ request: ModelRequest, seals dialect: String) {
        self.request = request
        self.dialect = dialect
    }

    func body() throws(ModelError) -> BodyJSON {
        .members([
            "messages": .array(try messages()),
            "system": system,
            "inferenceConfig": inferenceConfig,
            "toolConfig": toolConfig,
            "additionalModelRequestFields": additionalFields,
            "outputConfig": try outputConfig(),
            "requestMetadata": try metadata(),
        ])
    }

    // MARK: The conversation

    private var system: BodyJSON? {
        let texts = [request.system, isSilenced ? Self.silence : nil].compactMap { $0 }.filter { !$0.isEmpty }
        return texts.isEmpty ? nil : .array(texts.map { .members(["text": .text($0)]) })
    }

    /// Turns of one side in a row become one, since roles have to alternate.
    private func messages() throws(ModelError) -> [BodyJSON] {
        var turns: [(role: ModelMessage.Role, blocks: [BodyJSON])] = []
        for (index, message) in request.messages.enumerated() {
            // Results come first, whatever else the user says.
            let results = message.content.filter { if case .toolResult = $0 { true } else { false } }
            let others = message.content.filter { if case .toolResult = $0 { false } else { true } }
            var blocks: [BodyJSON] = []
            for content in results + others {
                if let block = try block(content, at: "messages[\(index)]") { blocks.append(block) }
            }
            guard !blocks.isEmpty else { continue }
            if turns.last?.role == message.role {
                turns[turns.count - 1].blocks += blocks
            } else {
                turns.append((message.role, blocks))
            }
        }
        return turns.map { .members(["role": .text($0.role.rawValue), "content": .array($0.blocks)]) }
    }

    private func block(_ content: ModelContent, at place: String) throws(ModelError) -> BodyJSON? {
        switch content {
        case .text(""): return nil
        case .text(let text): return .members(["text": .text(text)])
        case .image(let image): return .members(["image": try picture(image, at: place)])
        case .reasoning(let reasoning): return thoughts(reasoning)
        case .toolCall(let call):
            return .members([
                "toolUse": .members([
                    "toolUseId": .text(call.id), "name": .text(call.name), "input": .arguments(call.arguments),
                ])
            ])
        case .toolResult(let result):
            var content: [BodyJSON] = result.text.isEmpty ? [] : [.members(["text": .text(result.text)])]
            for image in result.images { content.append(.members(["image": try picture(image, at: place)])) }
            return .members([
                "toolResult": .members([
                    "toolUseId": .text(result.callID), "content": .array(content),
                    // Not every model takes a status, and without one it is a success.
                    "status": result.isError ? .text("error") : nil,
                ])
            ])
        }
    }

    private func picture(_ image: ModelImage, at place: String) throws(ModelError) -> BodyJSON {
        switch image.source {
        case .bytes(let bytes, let type):
            let formats = ["image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp"]
            guard let format = formats[type] else {
                throw .badRequest(place, "has a picture that is no PNG, JPEG, GIF or WebP; bedrock takes only these")
            }
            return .members([
                "format": .text(format), "source": .members(["bytes": .text(bytes.base64EncodedString())]),
            ])
        case .url:
            throw .badRequest(place, "has a picture by its URL, which bedrock does not fetch; send its bytes")
        }
    }

    /// Thoughts go back with their signature or not at all.
    private func thoughts(_ reasoning: ModelReasoning) -> BodyJSON? {
        guard let seal = reasoning.seal?.value(for: dialect) else { return nil }
        if let data = seal["redactedContent"] {
            return .members(["reasoningContent": .members(["redactedContent": .value(data)])])
        }
        return .members([
            "reasoningContent": .members([
                "reasoningText": .members([
                    "text": .text(reasoning.text), "signature": seal["signature"].map { .value($0) },
                ])
            ])
        ])
    }

    // MARK: Tools

    /// There is no way to forbid calls but to leave the tools out. Where the conversation holds calls they have to be
    /// there, so the model is asked by words.
    private static let silence = "Do not call any tool now. Answer in text."

    private var calledTools: [String] {
        var names: [String] = []
        for message in request.messages {
            for case .toolCall(let call) in message.content where !names.contains(call.name) { names.append(call.name) }
        }
        return names
    }

    private var isSilenced: Bool {
        !calledTools.isEmpty && (request.tools.isEmpty || request.toolChoice == .none)
    }

    private var toolConfig: BodyJSON? {
        if request.toolChoice == .none, calledTools.isEmpty { return nil }
        var tools = request.tools
        if tools.isEmpty { tools = calledTools.map { ModelTool(name: $0, parameters: ["type": "object"]) } }
        guard !tools.isEmpty else { return nil }
        return .members(["tools": .array(tools.map(tool)), "toolChoice": request.tools.isEmpty ? nil : choice])
    }

    private func tool(_ tool: ModelTool) -> BodyJSON {
        let description = tool.description.flatMap { $0.isEmpty ? nil : $0 }
        return .members([
            "toolSpec": .members([
                "name": .text(tool.name), "description": description.map { .text($0) },
                "inputSchema": .members(["json": .value(tool.parameters)]),
                "strict": tool.isStrict ? .flag(true) : nil,
            ])
        ])
    }

    private var choice: BodyJSON? {
        switch request.toolChoice {
        case .auto, .none: nil
        case .required: .members(["any": .members([:])])
        case .tool(let name): .members(["tool": .members(["name": .text(name)])])
        }
    }

    // MARK: The answer

    private var inferenceConfig: BodyJSON? {
        let members: [(name: String, value: BodyJSON?)] = [
            ("maxTokens", request.outputTokensMax.map { .number($0) }),
            ("temperature", request.temperature.map { .value(.double($0)) }),
            ("topP", request.topP.map { .value(.double($0)) }),
            ("stopSequences", request.stop.isEmpty ? nil : .texts(request.stop)),
        ]
        return members.contains { $0.value != nil } ? .object(members) : nil
    }

    /// Thinking is switched off by a field of the model's own; Claude has one.
    private var additionalFields: BodyJSON? {
        guard request.effort == ReasoningEffort.none, request.model.contains("anthropic.") else { return nil }
        return .members(["thinking": .members(["type": .text("disabled")])])
    }

    private func outputConfig() throws(ModelError) -> BodyJSON? {
        let effort: String? =
            switch request.effort {
            case nil, ReasoningEffort.none?: nil
            case .minimal?: "low"  // the least that it has
            case let effort?: effort.rawValue
            }
        let format = try request.output.flatMap { output throws(ModelError) in try self.format(output) }
        guard effort != nil || format != nil else { return nil }
        return .members(["textFormat": format, "effort": effort.map { .text($0) }])
    }

    /// The schema goes as a text, in the form that Claude's models take; one that has no such form is asked for by
    /// words alone.
    private func format(_ output: ModelOutputForm) throws(ModelError) -> BodyJSON? {
        guard let schema = AnthropicSchema.form(of: output.schema) else { return nil }
        let text = String(decoding: try BodyJSON.value(schema).bytes(), as: UTF8.self)
        return .members([
            "type": .text("json_schema"),
            "structure": .members([
                "jsonSchema": .members(["schema": .text(text), "name": .text(output.name)])
            ]),
        ])
    }

    private func metadata() throws(ModelError) -> BodyJSON? {
        guard !request.metadata.isEmpty else { return nil }
        let fits = request.metadata.allSatisfy { name, value in
            !name.isEmpty && name.utf8.count <= 256 && value.utf8.count <= 256
                && ASCIIWord.fits(name + value, also: " :_@$#=/+,-.")
        }
        guard request.metadata.count <= 16, fits else {
            throw .badRequest(
                "metadata",
                "must have at most 16 entries for bedrock, of at most 256 letters, digits and ' :_@$#=/+,-.'")
        }
        return .value(.object(request.metadata.mapValues(JSONValue.string)))
    }
}
