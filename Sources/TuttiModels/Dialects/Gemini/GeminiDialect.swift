import FoundationEssentials
package import TuttiCore

/// Google's Gemini, as developers are served it, or on Vertex AI.
package struct GeminiDialect: ModelDialect {
    /// The version in the path.
    package enum Version: String, Sendable, Hashable, CaseIterable {
        case v1
        case v1beta
    }

    package let name: String
    package var family: ProviderFamily { .gemini }
    package var key: SecretText?
    package var version: Version
    /// What the models' names stand behind in the path of Vertex AI; `nil` for developers.
    private let modelsPath: String?

    package static let baseURL = "https://generativelanguage.googleapis.com"

    package init(key: SecretText? = nil, version: Version = .v1) {
        name = "gemini"
        self.key = key
        self.version = version
        modelsPath = nil
    }

    /// On Vertex AI, where calls carry a token and no key.
    init(onVertex modelsPath: String) {
        name = "vertex-gemini"
        version = .v1
        self.modelsPath = modelsPath
    }

    package func encode(_ request: ModelRequest, isStreaming: Bool) throws(ModelError) -> WireRequest {
        try request.check()
        try Self.checkStandsInPath(request.model)
        try refuseWhatCannotBeSaid(request)
        let method = isStreaming ? "streamGenerateContent?alt=sse" : "generateContent"
        // In a header, since a key in the path would end up in logs.
        let credentials = try header("x-goog-api-key", key)
        return WireRequest(
            path: "\(modelsPath ?? "/\(version.rawValue)/models")/\(request.model):\(method)",
            headers: [WireRequest.Header("content-type", "application/json")] + credentials,
            body: try body(of: request).bytes())
    }

    /// - Throws: ``ModelError`` `bad_request` for a field that the interface lacks, or a number that it does not hold.
    private func refuseWhatCannotBeSaid(_ request: ModelRequest) throws(ModelError) {
        var fields = UnsayableFields(in: name, wayOut: "use a provider that has it")
        fields.refuseSingleCalls(in: request)
        try fields.check()
        if let seed = request.seed, Int32(exactly: seed) == nil {
            throw .badRequest("seed", "has more than the 32 bits that gemini takes; choose a smaller one")
        }
    }

    /// - Throws: ``ModelError`` `bad_request` for a model's name that would change the path.
    static func checkStandsInPath(_ model: String) throws(ModelError) {
        guard ASCIIWord.fits(model, also: "-._") else {
            throw .badRequest("model", "stands in the path for gemini: it may have letters, digits, '-', '.' and '_'")
        }
    }

    package func machine(for request: ModelRequest) -> any StreamMachine { GeminiMachine(self, request) }
}

// MARK: The request

extension GeminiDialect {
    private func body(of request: ModelRequest) -> BodyJSON {
        let system = request.system.flatMap { $0.isEmpty ? nil : $0 }
        let contents = request.messages.indices.compactMap { content(at: $0, of: request) }
        return .members([
            "systemInstruction": system.map { .members(["parts": .array([.members(["text": .text($0)])])]) },
            "contents": .array(contents),
            "tools": request.tools.isEmpty
                ? nil : .array([.members(["functionDeclarations": .array(request.tools.map(declaration))])]),
            "toolConfig": toolConfig(of: request),
            "generationConfig": generationConfig(of: request),
        ])
    }

    private func content(at index: Int, of request: ModelRequest) -> BodyJSON? {
        let message = request.messages[index]
        var parts: [[(name: String, value: BodyJSON?)]] = []
        lazy var names = request.toolNames(before: index)
        for content in message.content {
            switch content {
            case .text(let text): if !text.isEmpty { parts.append([("text", .text(text))]) }
            case .image(let image): parts.append([image.geminiPart])
            case .reasoning(let reasoning): seal(reasoning, into: &parts)
            case .toolCall(let call):
                let function = BodyJSON.members([
                    "id": MadeUpID.isOne(call.id) ? nil : .text(call.id), "name": .text(call.name),
                    "args": .arguments(call.arguments),
                ])
                parts.append([("functionCall", function), signature(call.seal?.value(for: name))])
            case .toolResult(let result): parts.append([("functionResponse", response(result, names))])
            }
        }
        guard !parts.isEmpty else { return nil }
        return .members([
            "role": .text(message.role == .user ? "user" : "model"),
            "parts": .array(parts.map { .object($0) }),
        ])
    }

    private func signature(_ seal: JSONValue?) -> (name: String, value: BodyJSON?) {
        ("thoughtSignature", seal?["thoughtSignature"].map { .value($0) })
    }

    /// A signature goes back on the part that it came with: thoughts, or the text before it.
    private func seal(_ reasoning: ModelReasoning, into parts: inout [[(name: String, value: BodyJSON?)]]) {
        guard let seal = reasoning.seal?.value(for: name) else { return }
        if seal["on"]?.stringValue == "thought" {
            parts.append([("text", .text(reasoning.text)), ("thought", .flag(true)), signature(seal)])
        } else if let last = parts.last, last.count == 1, last[0].name == "text" {
            parts[parts.count - 1].append(signature(seal))
        } else {
            parts.append([("text", .text("")), signature(seal)])
        }
    }

    private func response(_ result: ModelToolResult, _ names: [String: String]) -> BodyJSON {
        let field = result.isError ? "error" : "result"
        var answer = BodyJSON.members([:])
        if !result.isError, case .object? = try? WireJSON.read(Data(result.text.utf8)) {
            answer = .raw(result.text)
        } else {
            answer = .object([(field, .text(result.text))])
        }
        return .members([
            "id": MadeUpID.isOne(result.callID) ? nil : .text(result.callID),
            "name": .text(names[result.callID] ?? ""), "response": answer,
            // `FunctionResponse` in `types.py` of the package `google-genai`.
            "parts": result.images.isEmpty ? nil : .array(result.images.map { .object([$0.geminiPart]) }),
        ])
    }

    private func declaration(_ tool: ModelTool) -> BodyJSON {
        .members([
            "name": .text(tool.name), "description": tool.description.map { .text($0) },
            "parametersJsonSchema": .value(tool.parameters),
        ])
    }

    private func toolConfig(of request: ModelRequest) -> BodyJSON? {
        guard !request.tools.isEmpty else { return nil }
        let mode: BodyJSON? =
            switch request.toolChoice {
            case .auto: nil
            case .none: .members(["mode": .text("NONE")])
            case .required: .members(["mode": .text("ANY")])
            case .tool(let name): .members(["mode": .text("ANY"), "allowedFunctionNames": .texts([name])])
            }
        return mode.map { .members(["functionCallingConfig": $0]) }
    }

    private func generationConfig(of request: ModelRequest) -> BodyJSON? {
        let members: [(name: String, value: BodyJSON?)] = [
            ("maxOutputTokens", request.outputTokensMax.map { .number($0) }),
            ("temperature", request.temperature.map { .value(.double($0)) }),
            ("topP", request.topP.map { .value(.double($0)) }),
            ("topK", request.topK.map { .number($0) }),
            ("seed", request.seed.map { .number($0) }),
            ("presencePenalty", request.presencePenalty.map { .value(.double($0)) }),
            ("frequencyPenalty", request.frequencyPenalty.map { .value(.double($0)) }),
            ("stopSequences", request.stop.isEmpty ? nil : .texts(request.stop)),
            ("responseMimeType", request.output.map { _ in .text("application/json") }),
            ("responseJsonSchema", request.output.map { .value($0.schema) }),
            ("thinkingConfig", request.effortAsked.map(thinkingConfig)),
        ]
        return members.contains { $0.value != nil } ? .object(members) : nil
    }

    private func thinkingConfig(_ effort: ReasoningEffort) -> BodyJSON {
        switch effort {
        case .none: .members(["thinkingBudget": .number(0)])
        case .max: .members(["thinkingLevel": .text("XHIGH")])  // the most that it has
        default: .members(["thinkingLevel": .text(effort.rawValue.uppercased())])
        }
    }
}

extension ModelImage {
    fileprivate var geminiPart: (name: String, value: BodyJSON?) {
        switch source {
        case .url(let url): ("fileData", .members(["fileUri": .text(url)]))
        case .bytes(let bytes, let type):
            ("inlineData", .members(["mimeType": .text(type), "data": .text(bytes.base64EncodedString())]))
        }
    }
}
