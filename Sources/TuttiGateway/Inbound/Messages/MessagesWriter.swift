import TuttiCore
import TuttiModels

/// Writes answers as messages of Anthropic's.
struct MessagesWriter: AnswerWriter {
    static let idPrefix = "msg_"

    func stream(_ stamp: AnswerStamp) -> any AnswerStream { MessagesStream(stamp) }

    func whole(_ response: ModelResponse, _ stamp: AnswerStamp) -> [UInt8] {
        var output = JSONOutput()
        Self.head(stamp, to: &output)
        output.raw("\"content\":[")
        var isFirst = true
        for part in response.content {
            guard let block = Self.block(part) else { continue }
            if !isFirst { output.raw(",") }
            isFirst = false
            output.raw(block)
        }
        output.raw("],")
        Self.end(response.finish, response.stopText, to: &output)
        output.raw(",\"usage\":")
        Self.write(response.usage ?? ModelUsage(), to: &output)
        output.raw("}")
        return output.bytes
    }

    /// The members of a message before its content; the object stays open.
    static func head(_ stamp: AnswerStamp, to output: inout JSONOutput) {
        output.raw("{\"id\":")
        output.string(idPrefix + stamp.id)
        output.raw(",\"type\":\"message\",\"role\":\"assistant\",\"model\":")
        output.string(stamp.model)
        output.raw(",")
    }

    private static func block(_ part: ModelContent) -> [UInt8]? {
        var output = JSONOutput()
        switch part {
        case .text(let text):
            output.raw("{\"type\":\"text\",\"text\":")
            output.string(text)
        case .reasoning(let thought):
            if let data = thought.seal.flatMap(AnthropicSeal.data) {
                output.raw("{\"type\":\"redacted_thinking\",\"data\":")
                output.string(data)
            } else {
                output.raw("{\"type\":\"thinking\",\"thinking\":")
                output.string(thought.text)
                output.raw(",\"signature\":")
                output.string(thought.seal.map(AnthropicSeal.signature) ?? "")
            }
        case .toolCall(let call):
            begin(call.id, call.name, call.seal, to: &output)
            output.raw(",\"input\":")
            output.raw(arguments(call.arguments))
        case .image, .toolResult: return nil
        }
        output.raw("}")
        return output.bytes
    }

    /// The members of a tool call before its input; the object stays open.
    static func begin(_ id: String, _ name: String, _ seal: ProviderSeal?, to output: inout JSONOutput) {
        output.raw("{\"type\":\"tool_use\",\"id\":")
        output.string(id)
        output.raw(",\"name\":")
        output.string(name)
        if let seal {
            output.raw(",\"extra_content\":")
            SealedExtra.write(seal, to: &output)
        }
    }

    /// Arguments as an object. What the model has written and is none is handed on as the text that it is.
    private static func arguments(_ text: String) -> [UInt8] {
        var output = JSONOutput()
        switch JSONText.object(text) {
        case .empty: output.raw("{}")
        case .object: output.raw(text.utf8)
        case .broken:
            output.raw("{\"invalid_json\":")
            output.string(text)
            output.raw("}")
        }
        return output.bytes
    }

    static func end(_ finish: FinishReason, _ stopText: String?, to output: inout JSONOutput) {
        output.raw("\"stop_reason\":")
        output.string(word(finish, stopText))
        output.raw(",\"stop_sequence\":")
        output.value(stopText.map { .string($0) } ?? .null)
    }

    /// Here cached tokens are beside those of the input, not among them.
    static func write(_ usage: ModelUsage, to output: inout JSONOutput) {
        output.raw("{\"input_tokens\":")
        output.integer(usage.uncachedInput)
        output.raw(",\"cache_creation_input_tokens\":")
        output.integer(usage.cacheWrite)
        output.raw(",\"cache_read_input_tokens\":")
        output.integer(usage.cacheRead)
        output.raw(",\"output_tokens\":")
        output.integer(usage.output)
        if usage.reasoning > 0 {
            output.raw(",\"output_tokens_details\":{\"thinking_tokens\":")
            output.integer(usage.reasoning)
            output.raw("}")
        }
        output.raw("}")
    }

    private static func word(_ finish: FinishReason, _ stopText: String?) -> String {
        switch finish {
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .filtered: "refusal"
        case .pause: "pause_turn"
        default: stopText == nil ? "end_turn" : "stop_sequence"
        }
    }
}
