import TuttiCore

/// What holds for every provider, looked at before anything is sent.
extension ModelRequest {
    /// - Throws: ``ModelError`` `bad_request` that names the field, the rule and the way out.
    func check() throws(ModelError) {
        guard Self.isModelName(model) else {
            throw .badRequest("model", "must be a name of at most 256 visible characters")
        }
        if let token = idempotencyToken, token.isEmpty || token.utf8.count > 255 || !Self.isVisible(token) {
            throw .badRequest("idempotencyToken", "must have 1 to 255 visible characters")
        }
        if let tokens = outputTokensMax, tokens < 1 {
            throw .badRequest("outputTokensMax", "must be at least 1; leave it out for the provider's own limit")
        }
        try checkSampling()
        if stop.contains("") { throw .badRequest("stop", "holds an empty text, at which nothing can end; remove it") }
        guard !messages.isEmpty else { throw .badRequest("messages", "is empty; say something") }
        try checkTools()
        try checkMessages()
    }

    private func checkSampling() throws(ModelError) {
        let fields: [(name: String, value: Double?, range: ClosedRange<Double>)] = [
            ("temperature", temperature, 0...2), ("topP", topP, 0...1), ("presencePenalty", presencePenalty, -2...2),
            ("frequencyPenalty", frequencyPenalty, -2...2),
        ]
        for (name, value, range) in fields {
            guard let value, !range.contains(value) else { continue }
            let (least, most) = (Int(range.lowerBound), Int(range.upperBound))
            throw .badRequest(name, "must be from \(least) to \(most); leave it out for the model's own")
        }
        if let topK, topK < 1 { throw .badRequest("topK", "must be at least 1; leave it out for the model's own") }
    }

    private func checkTools() throws(ModelError) {
        var names: Set<String> = []
        for (index, tool) in tools.enumerated() {
            guard Self.isName(tool.name) else {
                throw .badRequest("tools[\(index)].name", "must have 1 to 64 letters, digits, '_' and '-'")
            }
            guard names.insert(tool.name).inserted else {
                throw .badRequest("tools[\(index)].name", "is there twice; give each tool a name of its own")
            }
            guard case .object = tool.parameters else {
                throw .badRequest("tools[\(index)].parameters", "must be a JSON schema that is an object")
            }
        }
        switch toolChoice {
        case .auto, .none: break
        case .required:
            if tools.isEmpty { throw .badRequest("toolChoice", "wants a tool to be called and there is none; add one") }
        case .tool(let name):
            if !names.contains(name) { throw .badRequest("toolChoice", "names a tool that is not in tools; add it") }
        }
        if let output, !Self.isName(output.name) {
            throw .badRequest("output.name", "must have 1 to 64 letters, digits, '_' and '-'")
        }
    }

    /// Whether a text can be the name of a model.
    package static func isModelName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 256 && isVisible(text)
    }

    private static func isVisible(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && ASCIIWord.fits(text, also: "_-")
    }

    /// Each call of a tool is answered in the turn after it, and nothing else is.
    private func checkMessages() throws(ModelError) {
        var open: Set<String> = []
        for (index, message) in messages.enumerated() {
            let place = "messages[\(index)]"
            guard !message.content.isEmpty else { throw .badRequest(place, "has no content; remove it") }
            let before = open
            for (part, content) in message.content.enumerated() {
                try Self.check(content, of: message.role, at: "\(place).content[\(part)]", open: &open)
            }
            guard before.isDisjoint(with: open) else {
                throw .badRequest(
                    place, "does not answer every tool call of the turn before; add a tool result for each")
            }
        }
    }

    private static func check(
        _ content: ModelContent, of role: ModelMessage.Role, at place: String, open: inout Set<String>
    ) throws(ModelError) {
        switch (content, role) {
        case (.text, _), (.reasoning, .assistant): break
        case (.image(let image), .user): try check(image, at: place)
        case (.toolCall(let call), .assistant):
            guard !call.id.isEmpty, open.insert(call.id).inserted else {
                throw .badRequest(place, "must have an id that no other open call has")
            }
            guard isName(call.name) else { throw .badRequest(place, "must name a tool") }
        case (.toolResult(let result), .user):
            guard open.remove(result.callID) != nil else {
                throw .badRequest(place, "answers a call that the turn before does not have; name the id of one")
            }
            for image in result.images { try check(image, at: place) }
        default:
            throw .badRequest(
                place,
                "cannot be said by \(role.rawValue): results and images are the user's, calls and "
                    + "reasoning the assistant's")
        }
    }

    private static func check(_ image: ModelImage, at place: String) throws(ModelError) {
        if case .bytes(_, let type) = image.source, !type.hasPrefix("image/") {
            throw .badRequest(place, "must have a media type that begins with 'image/', such as image/png")
        }
    }

    /// The names of the tools by the ids of their calls before a turn; of an id that came up again the last counts.
    func toolNames(before index: Int) -> [String: String] {
        var names: [String: String] = [:]
        for message in messages[..<index] {
            for case .toolCall(let call) in message.content { names[call.id] = call.name }
        }
        return names
    }
}

/// Ids of calls that came without one. They are the same at every replay, and differ within a conversation.
enum MadeUpID {
    private static let prefix = "tutti_call_"

    static func make(_ index: Int, for request: ModelRequest) -> String {
        "\(prefix)\(request.messages.count)_\(index)"
    }

    /// Whether the provider has never seen the id.
    static func isOne(_ id: String) -> Bool { id.hasPrefix(prefix) }
}
