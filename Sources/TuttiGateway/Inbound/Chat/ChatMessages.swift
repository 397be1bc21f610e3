import TuttiCore
import TuttiModels

/// Reads the messages of a chat completion.
///
/// What stands before the first turn as `system` or `developer` holds for the whole conversation. Results of tools that
/// follow each other, and what the user says behind them, are one turn: other dialects want all results at once.
enum ChatMessages {
    static func read(
        _ messages: [JSONValue]
    ) throws(GatewayError) -> (system: String?, turns: [ModelMessage]) {
        var systems: [String] = []
        var turns: [ModelMessage] = []
        for (index, message) in messages.enumerated() {
            var fields = try RequestFields(message, at: "messages[\(index)]")
            switch try fields.requiredText("role") {
            case "system", "developer":
                guard turns.isEmpty else {
                    throw .unconvertible(
                        fields.path("role"), "put system messages before all others, or ask a model of this dialect")
                }
                systems.append(try text(&fields))
            case "user": add(ModelMessage(role: .user, content: try userContent(&fields)), to: &turns)
            case "tool":
                let id = try fields.requiredText("tool_call_id")
                let result = ModelToolResult(callID: id, text: try text(&fields))
                add(ModelMessage(role: .user, content: [.toolResult(result)]), to: &turns)
            case "assistant": turns.append(ModelMessage(role: .assistant, content: try assistantContent(&fields)))
            default:
                throw .unconvertible(fields.path("role"), "use system, developer, user, assistant or tool")
            }
            try fields.end()
        }
        return (systems.isEmpty ? nil : systems.joined(separator: "\n\n"), turns)
    }

    /// Adds a turn of the user; behind results of tools it belongs to theirs.
    private static func add(_ turn: ModelMessage, to turns: inout [ModelMessage]) {
        if let last = turns.last, last.role == .user, last.content.allSatisfy(\.isToolResult) {
            turns[turns.count - 1].content += turn.content
        } else {
            turns.append(turn)
        }
    }

    /// A text, or parts that are texts.
    private static func text(_ fields: inout RequestFields) throws(GatewayError) -> String {
        switch fields.take("content") {
        case .string(let text)?: return text
        case .array(let parts)?:
            var texts: [String] = []
            for (index, part) in parts.enumerated() {
                var part = try RequestFields(part, at: fields.path("content[\(index)]"))
                try part.skip("type", when: "text")
                texts.append(try part.text("text") ?? "")
                try part.end()
            }
            return texts.joined(separator: "\n")
        default: throw .invalid(fields.path("content"), "must be a string or a list of texts")
        }
    }

    private static func userContent(_ fields: inout RequestFields) throws(GatewayError) -> [ModelContent] {
        switch fields.take("content") {
        case .string(let text)?: return [.text(text)]
        case .array(let parts)?:
            var content: [ModelContent] = []
            for (index, part) in parts.enumerated() {
                content.append(try userPart(part, at: fields.path("content[\(index)]")))
            }
            return content
        default: throw .invalid(fields.path("content"), "must be a string or a list of parts")
        }
    }

    private static func userPart(_ value: JSONValue, at path: String) throws(GatewayError) -> ModelContent {
        var part = try RequestFields(value, at: path)
        switch try part.requiredText("type") {
        case "text":
            let text = try part.text("text") ?? ""
            try part.end()
            return .text(text)
        case "image_url":
            guard var image = try part.object("image_url") else {
                throw .invalid(part.path("image_url"), "is required")
            }
            try image.skip("detail", when: "auto")
            let url = try image.requiredText("url")
            try image.end()
            try part.end()
            return .image(try DataURL.image(url, at: image.path("url")))
        default: throw .unconvertible(part.path("type"), "use text and image_url")
        }
    }

    private static func assistantContent(_ fields: inout RequestFields) throws(GatewayError) -> [ModelContent] {
        var content = try thoughts(&fields)
        fields.skipHints("parsed")  // what the vendor's library has read out of the content
        switch fields.take("content") {
        case nil: break
        case .string(let text)?: if !text.isEmpty { content.append(.text(text)) }
        case .array(let parts)?:
            for (index, part) in parts.enumerated() {
                var part = try RequestFields(part, at: fields.path("content[\(index)]"))
                let word = try part.requiredText("type")
                guard word == "text" || word == "refusal" else { throw .unconvertible(part.path("type")) }
                content.append(.text(try part.text(word) ?? ""))
                try part.end()
            }
        default: throw .invalid(fields.path("content"), "must be a string, a list of parts, or null")
        }
        if let refusal = try fields.text("refusal"), !refusal.isEmpty { content.append(.text(refusal)) }
        for (index, call) in (try fields.list("tool_calls") ?? []).enumerated() {
            content.append(.toolCall(try toolCall(call, at: fields.path("tool_calls[\(index)]"))))
        }
        return content
    }

    /// What we have told of thoughts before: the text for people, and what the provider wants back.
    private static func thoughts(_ fields: inout RequestFields) throws(GatewayError) -> [ModelContent] {
        let text = try fields.text("reasoning_content", "reasoning")
        let details = try fields.list("reasoning_details") ?? []
        guard !details.isEmpty else {
            return text.map { $0.isEmpty ? [] : [.reasoning(ModelReasoning(text: $0))] } ?? []
        }
        var content: [ModelContent] = []
        for (index, detail) in details.enumerated() {
            var fields = try RequestFields(detail, at: fields.path("reasoning_details[\(index)]"))
            // What a provider of this dialect has sealed only it can read.
            guard fields.take("type") == .string(ChatWriter.thoughtsType) else { continue }
            fields.skipHints("index")  // clients that put pieces of a stream together leave it
            let thought = ModelReasoning(
                text: try fields.text("text") ?? "",
                seal: try SealedExtra.read(fields.take(SealedExtra.member), at: fields.path(SealedExtra.member)))
            try fields.end()
            content.append(.reasoning(thought))
        }
        return content.isEmpty && text?.isEmpty == false ? [.reasoning(ModelReasoning(text: text ?? ""))] : content
    }

    private static func toolCall(_ value: JSONValue, at path: String) throws(GatewayError) -> ModelToolCall {
        var fields = try RequestFields(value, at: path)
        try fields.skip("type", when: "function")
        fields.skipHints("index")  // clients that put pieces of a stream together leave it
        let id = try fields.requiredText("id")
        let seal = try SealedExtra.read(fields.take(SealedExtra.member), at: fields.path(SealedExtra.member))
        guard var function = try fields.object("function") else {
            throw .invalid(fields.path("function"), "is required")
        }
        let call = ModelToolCall(
            id: id, name: try function.requiredText("name"), arguments: try function.text("arguments") ?? "",
            seal: seal)
        function.skipHints("parsed_arguments")  // what the vendor's library has read out of the arguments
        try function.end()
        try fields.end()
        return call
    }
}

extension ModelContent {
    /// Whether it is what a tool has answered.
    var isToolResult: Bool { if case .toolResult = self { true } else { false } }
}
