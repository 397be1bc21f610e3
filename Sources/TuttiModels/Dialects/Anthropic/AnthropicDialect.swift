import FoundationEssentials
package import TuttiCore

/// Anthropic's messages, in both versions of the interface, from Anthropic or on Google's Vertex AI.
package struct AnthropicDialect: ModelDialect {
    /// The version of the interface.
    package enum Version: String, Sendable, Hashable, CaseIterable {
        case v2023_06_01 = "2023-06-01"
        /// Takes no `temperature`, `top_p` and `top_k`.
        case v2026_10_21 = "2026-10-21"

        /// What Vertex AI calls it, in the body.
        var onVertex: String { self == .v2023_06_01 ? "vertex-2023-10-16" : rawValue }
    }

    package let name: String
    package var family: ProviderFamily { .anthropic }
    package var key: SecretText?
    /// `nil`: the current one, and the former one for a request that says how words are chosen.
    package var version: Version?
    /// What is asked for when the request has no limit, since the interface insists on one.
    package var outputTokensDefault: Int
    /// What the models' names stand behind in the path of Vertex AI; `nil` for Anthropic itself.
    private let modelsPath: String?

    package static let baseURL = "https://api.anthropic.com"

    package init(key: SecretText? = nil, version: Version? = nil, outputTokensDefault: Int = 4096) {
        name = "anthropic"
        self.key = key
        self.version = version
        self.outputTokensDefault = outputTokensDefault
        modelsPath = nil
    }

    /// On Vertex AI, where calls carry a token and no key, and the model is named in the path.
    init(onVertex modelsPath: String) {
        name = "vertex-claude"
        outputTokensDefault = 4096
        self.modelsPath = modelsPath
    }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        try request.check()
        try refuseWhatCannotBeSaid(request)
        let version = try version(for: request)
        var wire = try head(for: request.model, version, isStreaming: isStreaming)
        wire.body = try body(of: request, version, isStreaming: isStreaming).bytes()
        return wire
    }

    /// Address and credentials of a request to a model.
    func head(for model: String, _ version: Version, isStreaming: Bool) throws(ModelError) -> WireRequest {
        let plain = WireRequest.Header("content-type", "application/json")
        guard let modelsPath else {
            let headers = [plain, WireRequest.Header("anthropic-version", version.rawValue)]
            return WireRequest(
                path: "/v1/messages", headers: headers + (try credentials(for: version)), body: Data())
        }
        guard ASCIIWord.fits(model, also: "-._@") else {
            throw .badRequest(
                "model", "stands in the path for vertex: it may have letters, digits, '-', '.', '_' and '@'")
        }
        return WireRequest(
            path: "\(modelsPath)/\(model):\(isStreaming ? "streamRawPredict" : "rawPredict")", headers: [plain],
            body: Data())
    }

    /// As the vendor's own clients of each version do.
    func credentials(for version: Version) throws(ModelError) -> [WireRequest.Header] {
        switch version {
        case .v2023_06_01: try header("x-api-key", key)
        case .v2026_10_21: try header("authorization", prefix: "Bearer ", key)
        }
    }

    private func version(for request: ModelRequest) throws(ModelError) -> Version {
        if let temperature = request.temperature, temperature > 1 {
            throw .badRequest("temperature", "is \(temperature); anthropic takes 0 to 1")
        }
        let fields = [
            ("temperature", request.temperature != nil), ("topP", request.topP != nil), ("topK", request.topK != nil),
        ]
        guard let field = fields.first(where: \.1)?.0 else { return version ?? .v2026_10_21 }
        guard version != .v2026_10_21 else {
            throw .badRequest(field, "is refused by version 2026-10-21; leave it out, or use version 2023-06-01")
        }
        return .v2023_06_01
    }

    /// - Throws: ``ModelError`` `bad_request` for a field that the interface lacks.
    private func refuseWhatCannotBeSaid(_ request: ModelRequest) throws(ModelError) {
        var fields = UnsayableFields(in: name, wayOut: "use a provider that has it")
        fields.refuse("seed", if: request.seed != nil)
        fields.refuse("presencePenalty", if: request.presencePenalty != nil)
        fields.refuse("frequencyPenalty", if: request.frequencyPenalty != nil)
        try fields.check()
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { AnthropicMachine(self, request) }
}

// MARK: The request

extension AnthropicDialect {
    private func body(of request: ModelRequest, _ version: Version, isStreaming: Bool) -> BodyJSON {
        let system = request.system.flatMap { $0.isEmpty ? nil : $0 }
        return .members([
            "anthropic_version": modelsPath.map { _ in .text(version.onVertex) },
            "model": modelsPath == nil ? .text(request.model) : nil,
            "max_tokens": .number(request.outputTokensMax ?? outputTokensDefault),
            "system": system.map { .text($0) },
            "messages": .array(request.messages.compactMap(message)),
            "tools": request.tools.isEmpty ? nil : .array(request.tools.map(tool)),
            "tool_choice": choice(of: request),
            "output_config": outputConfig(of: request),
            "thinking": thinking(of: request),
            "temperature": request.temperature.map { .value(.double($0)) },
            "top_p": request.topP.map { .value(.double($0)) },
            "top_k": request.topK.map { .number($0) },
            "stop_sequences": request.stop.isEmpty ? nil : .texts(request.stop),
            "metadata": request.user.map { .members(["user_id": .text($0)]) },
            "stream": isStreaming ? .flag(true) : nil,
        ])
    }

    /// A turn; `nil` when nothing of it is for this provider.
    private func message(_ message: ModelMessage) -> BodyJSON? {
        // Results come first, whatever else the user says.
        let results = message.content.filter { if case .toolResult = $0 { true } else { false } }
        let others = message.content.filter { if case .toolResult = $0 { false } else { true } }
        let blocks = (results + others).compactMap(block)
        guard !blocks.isEmpty else { return nil }
        return .members(["role": .text(message.role.rawValue), "content": .array(blocks)])
    }

    private func block(_ content: ModelContent) -> BodyJSON? {
        switch content {
        case .text(""): nil
        case .text(let text): .members(["type": .text("text"), "text": .text(text)])
        case .image(let image): .members(["type": .text("image"), "source": source(of: image)])
        case .reasoning(let reasoning): thoughts(reasoning)
        case .toolCall(let call):
            .members([
                "type": .text("tool_use"), "id": .text(call.id), "name": .text(call.name),
                "input": .arguments(call.arguments),
            ])
        case .toolResult(let result):
            .members([
                "type": .text("tool_result"), "tool_use_id": .text(result.callID), "content": said(by: result),
                "is_error": result.isError ? .flag(true) : nil,
            ])
        }
    }

    /// Texts as one text; with pictures among them as blocks.
    private func said(by result: ModelToolResult) -> BodyJSON {
        guard !result.images.isEmpty else { return .text(result.text) }
        return .array(
            result.content.compactMap { part -> BodyJSON? in
                switch part {
                case .text(let text): block(.text(text))
                case .image(let image): block(.image(image))
                }
            })
    }

    /// Thoughts go back with their signature or not at all.
    private func thoughts(_ reasoning: ModelReasoning) -> BodyJSON? {
        guard let seal = reasoning.seal?.value(for: name) else { return nil }
        if let data = seal["data"] { return .members(["type": .text("redacted_thinking"), "data": .value(data)]) }
        return .members([
            "type": .text("thinking"), "thinking": .text(reasoning.text),
            "signature": seal["signature"].map { .value($0) },
        ])
    }

    private func source(of image: ModelImage) -> BodyJSON {
        switch image.source {
        case .url(let url): .members(["type": .text("url"), "url": .text(url)])
        case .bytes(let bytes, let type):
            .members([
                "type": .text("base64"), "media_type": .text(type), "data": .text(bytes.base64EncodedString()),
            ])
        }
    }

    private func tool(_ tool: ModelTool) -> BodyJSON {
        .members([
            "name": .text(tool.name), "description": tool.description.map { .text($0) },
            "input_schema": .value(tool.parameters), "strict": tool.isStrict ? .flag(true) : nil,
        ])
    }

    private func choice(of request: ModelRequest) -> BodyJSON? {
        guard !request.tools.isEmpty else { return nil }
        let isSingle = request.allowsParallelToolCalls == false
        let single: BodyJSON? = isSingle ? .flag(true) : nil
        return switch request.toolChoice {
        case .auto: isSingle ? .members(["type": .text("auto"), "disable_parallel_tool_use": single]) : nil
        case .none: .members(["type": .text("none")])
        case .required: .members(["type": .text("any"), "disable_parallel_tool_use": single])
        case .tool(let name):
            .members(["type": .text("tool"), "name": .text(name), "disable_parallel_tool_use": single])
        }
    }

    private func thinking(of request: ModelRequest) -> BodyJSON? {
        if request.effort == ReasoningEffort.none { return .members(["type": .text("disabled")]) }
        return request.thinking.map { thinking in
            .members([
                "type": .text(thinking.kind.rawValue), "budget_tokens": thinking.tokensMax.map { .number($0) },
                "display": thinking.display.map { .text($0) },
            ])
        }
    }

    private func outputConfig(of request: ModelRequest) -> BodyJSON? {
        let effort: String? =
            switch request.effort {
            case nil, ReasoningEffort.none?: nil
            case .minimal?: "low"  // the least that it has
            case let effort?: effort.rawValue
            }
        let schema = request.output.flatMap { AnthropicSchema.form(of: $0.schema) }
        guard effort != nil || schema != nil else { return nil }
        return .members([
            "effort": effort.map { .text($0) },
            "format": schema.map { .members(["type": .text("json_schema"), "schema": .value($0)]) },
        ])
    }
}
