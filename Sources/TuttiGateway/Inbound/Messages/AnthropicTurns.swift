import FoundationEssentials
import TuttiCore
import TuttiModels

/// Reads the turns of a conversation as Anthropic's clients write them.
enum AnthropicTurns {
    /// - Parameter systems: gets what stands as `system` before the first turn.
    static func read(
        _ messages: [JSONValue], systems: inout [String]
    ) throws(GatewayError) -> [ModelMessage] {
        var turns: [ModelMessage] = []
        for (index, message) in messages.enumerated() {
            var fields = try RequestFields(message, at: "messages[\(index)]")
            let role = try fields.requiredText("role")
            let content = fields.take("content")
            let path = fields.path("content")
            switch (role, turns.isEmpty) {
            case ("system", true): systems += try systemTexts(content, at: path)
            case ("system", false):
                throw .unconvertible(fields.path("role"), "put it into 'system', or ask a model of this dialect")
            case ("user", _), ("assistant", _):
                let role: ModelMessage.Role = role == "user" ? .user : .assistant
                add(ModelMessage(role: role, content: try parts(content, role, at: path)), to: &turns)
            default: throw .invalid(fields.path("role"), "must be user, assistant or system")
            }
            try fields.end()
        }
        return turns
    }

    /// Consecutive turns of one side are one.
    private static func add(_ turn: ModelMessage, to turns: inout [ModelMessage]) {
        if turns.last?.role == turn.role {
            turns[turns.count - 1].content += turn.content
        } else {
            turns.append(turn)
        }
    }

    private static func systemTexts(_ content: JSONValue?, at path: String) throws(GatewayError) -> [String] {
        switch content {
        case .string(let text)?: return [text]
        case .array(let blocks)?: return try texts(blocks, at: path)
        default: throw .invalid(path, "must be a string or a list of text blocks")
        }
    }

    /// Blocks that are all texts.
    static func texts(_ blocks: [JSONValue], at path: String) throws(GatewayError) -> [String] {
        var texts: [String] = []
        for (index, block) in blocks.enumerated() {
            var block = try RequestFields(block, at: "\(path)[\(index)]")
            try block.skip("type", when: "text")
            texts.append(try text(&block))
        }
        return texts
    }

    private static func text(_ block: inout RequestFields) throws(GatewayError) -> String {
        let text = try block.text("text") ?? ""
        try block.skip("citations", when: [])
        block.skipHints("cache_control")
        try block.end()
        return text
    }

    private static func parts(
        _ content: JSONValue?, _ role: ModelMessage.Role, at path: String
    ) throws(GatewayError) -> [ModelContent] {
        switch content {
        case .string(let text)?: return [.text(text)]
        case .array(let blocks)?:
            var content: [ModelContent] = []
            for (index, block) in blocks.enumerated() {
                content.append(try part(block, role, at: "\(path)[\(index)]"))
            }
            return content
        default: throw .invalid(path, "must be a string or a list of blocks")
        }
    }

    private static func part(
        _ value: JSONValue, _ role: ModelMessage.Role, at path: String
    ) throws(GatewayError) -> ModelContent {
        var block = try RequestFields(value, at: path)
        switch (try block.requiredText("type"), role) {
        case ("text", _): return .text(try text(&block))
        case ("image", .user): return .image(try image(&block))
        case ("tool_result", .user): return .toolResult(try result(&block))
        case ("tool_use", .assistant): return .toolCall(try call(&block))
        case ("thinking", .assistant):
            let text = try block.text("thinking") ?? ""
            let signature = try block.text("signature") ?? ""
            try block.end()
            return .reasoning(ModelReasoning(text: text, seal: seal("signature", signature)))
        case ("redacted_thinking", .assistant):
            let data = try block.requiredText("data")
            try block.end()
            return .reasoning(ModelReasoning(text: "", seal: seal("data", data)))
        default:
            throw .unconvertible(block.path("type"), "use text, image, tool_use, tool_result and thinking")
        }
    }

    /// A seal that we have written for another provider, or Anthropic's own.
    private static func seal(_ member: String, _ text: String) -> ProviderSeal? {
        guard !text.isEmpty else { return nil }
        return SealedExtra.seal(inText: text)
            ?? ProviderSeal(dialect: AnthropicSeal.dialect, value: .object([member: .string(text)]))
    }

    private static func image(_ block: inout RequestFields) throws(GatewayError) -> ModelImage {
        guard var source = try block.object("source") else { throw .invalid(block.path("source"), "is required") }
        block.skipHints("cache_control")
        try block.end()
        let image: ModelImage
        switch try source.requiredText("type") {
        case "base64":
            let type = try source.requiredText("media_type")
            let path = source.path("data")
            guard let bytes = Data(base64Encoded: try source.requiredText("data")), !bytes.isEmpty else {
                throw .invalid(path, "must be base64")
            }
            image = ModelImage(.bytes(bytes, mediaType: type))
        case "url": image = ModelImage(.url(try source.requiredText("url")))
        default: throw .unconvertible(source.path("type"), "use base64 or url")
        }
        try source.end()
        return image
    }

    private static func result(_ block: inout RequestFields) throws(GatewayError) -> ModelToolResult {
        let id = try block.requiredText("tool_use_id")
        let isError = try block.flag("is_error") ?? false
        var content: [ModelToolResult.Part] = []
        switch block.take("content") {
        case nil: break
        case .string(let text)?: content = [.text(text)]
        case .array(let blocks)?:
            for (index, inner) in blocks.enumerated() {
                let path = block.path("content[\(index)]")
                switch try part(inner, .user, at: path) {
                case .text(let text): content.append(.text(text))
                case .image(let image): content.append(.image(image))
                default: throw .unconvertible(path + ".type", "use text and image")
                }
            }
        default: throw .invalid(block.path("content"), "must be a string or a list of blocks")
        }
        block.skipHints("cache_control")
        try block.end()
        return ModelToolResult(callID: id, content: content.isEmpty ? [.text("")] : content, isError: isError)
    }

    private static func call(_ block: inout RequestFields) throws(GatewayError) -> ModelToolCall {
        let id = try block.requiredText("id")
        let name = try block.requiredText("name")
        let input = block.take("input") ?? [:]
        guard case .object = input else { throw .invalid(block.path("input"), "must be an object") }
        let seal = try SealedExtra.read(block.take(SealedExtra.member), at: block.path(SealedExtra.member))
        block.skipHints("cache_control", "caller")
        try block.end()
        var arguments = JSONOutput()
        arguments.value(input)
        return ModelToolCall(
            id: id, name: name, arguments: String(decoding: arguments.bytes, as: UTF8.self), seal: seal)
    }
}
