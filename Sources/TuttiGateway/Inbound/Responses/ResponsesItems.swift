import TuttiCore
import TuttiModels

/// Reads the items of a conversation as clients of OpenAI's responses write them: messages, calls of functions, what
/// came of them, and thoughts. Items of one side that follow each other are one turn.
enum ResponsesItems {
    /// - Parameter systems: gets what stands as `system` or `developer` before the first turn.
    static func read(_ items: [JSONValue], systems: inout [String]) throws(GatewayError) -> [ModelMessage] {
        var turns: [ModelMessage] = []
        for (index, item) in items.enumerated() {
            var fields = try RequestFields(item, at: "input[\(index)]")
            switch try fields.text("type") ?? "message" {
            case "message":
                let role = try fields.requiredText("role")
                guard role == "system" || role == "developer" else {
                    let turn = try message(&fields, role)
                    add(turn.content, turn.role, to: &turns)
                    break
                }
                guard turns.isEmpty else {
                    throw .unconvertible(
                        fields.path("role"), "put system messages before all others, or use 'instructions'")
                }
                systems.append(try text(&fields))
                try end(&fields)
            case "function_call": add([.toolCall(try call(&fields))], .assistant, to: &turns)
            case "function_call_output": add([.toolResult(try result(&fields))], .user, to: &turns)
            case "reasoning": add(try thoughts(&fields), .assistant, to: &turns)
            default:
                throw .unconvertible(
                    fields.path("type"), "use message, function_call, function_call_output and reasoning")
            }
        }
        return turns
    }

    private static func add(_ content: [ModelContent], _ role: ModelMessage.Role, to turns: inout [ModelMessage]) {
        if turns.last?.role == role, joins(content, to: turns[turns.count - 1]) {
            turns[turns.count - 1].content += content
        } else {
            turns.append(ModelMessage(role: role, content: content))
        }
    }

    /// What the user says behind an own message is another message; results of tools belong together.
    private static func joins(_ content: [ModelContent], to turn: ModelMessage) -> Bool {
        turn.role == .assistant || turn.content.allSatisfy(\.isToolResult)
    }

    /// What the API gives every item, and means nothing to a model.
    private static func end(_ fields: inout RequestFields) throws(GatewayError) {
        fields.skipHints("id", "status", "phase")
        try fields.end()
    }

    private static func text(_ fields: inout RequestFields) throws(GatewayError) -> String {
        var texts: [String] = []
        for part in try parts(&fields, "content") {
            guard case .text(let text) = part else { throw .unconvertible(fields.path("content")) }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    private static func message(
        _ fields: inout RequestFields, _ role: String
    ) throws(GatewayError) -> ModelMessage {
        guard let side = ModelMessage.Role(rawValue: role) else {
            throw .invalid(fields.path("role"), "must be user, assistant, system or developer")
        }
        let content = try parts(&fields, "content")
        try end(&fields)
        return ModelMessage(role: side, content: content)
    }

    /// A text, or parts.
    private static func parts(
        _ fields: inout RequestFields, _ name: String
    ) throws(GatewayError) -> [ModelContent] {
        switch fields.take(name) {
        case .string(let text)?: return [.text(text)]
        case .array(let parts)?:
            var content: [ModelContent] = []
            for (index, part) in parts.enumerated() {
                content.append(try self.part(part, at: "\(fields.path(name))[\(index)]"))
            }
            return content
        default: throw .invalid(fields.path(name), "must be a string or a list of parts")
        }
    }

    private static func part(_ value: JSONValue, at path: String) throws(GatewayError) -> ModelContent {
        var part = try RequestFields(value, at: path)
        switch try part.requiredText("type") {
        case "input_text", "output_text", "text":
            let text = try part.text("text") ?? ""
            part.skipHints("annotations", "logprobs", "parsed")  // the last is what the vendor's library has read
            try part.end()
            return .text(text)
        case "refusal":
            let text = try part.text("refusal") ?? ""
            try part.end()
            return .text(text)
        case "input_image":
            try part.skip("detail", when: "auto")
            let url = try part.requiredText("image_url")
            let image = try DataURL.image(url, at: part.path("image_url"))
            try part.end()
            return .image(image)
        default: throw .unconvertible(part.path("type"), "use input_text, input_image and output_text")
        }
    }

    private static func call(_ fields: inout RequestFields) throws(GatewayError) -> ModelToolCall {
        let id = try fields.requiredText("call_id")
        let name = try fields.requiredText("name")
        let arguments = try fields.text("arguments") ?? ""
        let seal = try SealedExtra.read(fields.take(SealedExtra.member), at: fields.path(SealedExtra.member))
        fields.skipHints("parsed_arguments")  // what the vendor's library has read out of the arguments
        try end(&fields)
        return ModelToolCall(id: id, name: name, arguments: arguments, seal: seal)
    }

    private static func result(_ fields: inout RequestFields) throws(GatewayError) -> ModelToolResult {
        let id = try fields.requiredText("call_id")
        let path = fields.path("output")
        var content: [ModelToolResult.Part] = []
        for part in try parts(&fields, "output") {
            switch part {
            case .text(let text): content.append(.text(text))
            case .image(let image): content.append(.image(image))
            default: throw .unconvertible(path)
            }
        }
        try end(&fields)
        return ModelToolResult(callID: id, content: content)
    }

    /// A thought that we have told of: what is shown of it, and what its provider wants back.
    private static func thoughts(_ fields: inout RequestFields) throws(GatewayError) -> [ModelContent] {
        var texts: [String] = []
        for name in ["summary", "content"] {
            for (index, part) in (try fields.list(name) ?? []).enumerated() {
                var part = try RequestFields(part, at: "\(fields.path(name))[\(index)]")
                try part.skip("type", when: "summary_text", "reasoning_text")
                texts.append(try part.text("text") ?? "")
                try part.end()
            }
        }
        // What another server has sealed only it can read; the thought itself stays.
        let seal = try fields.text("encrypted_content").flatMap(SealedExtra.seal(inText:))
        try end(&fields)
        return [.reasoning(ModelReasoning(text: texts.joined(separator: "\n\n"), seal: seal))]
    }
}
