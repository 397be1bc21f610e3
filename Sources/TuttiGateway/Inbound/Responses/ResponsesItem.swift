import TuttiCore
import TuttiModels

/// An item of a response: a message, a call of a function, or a thought.
struct ResponsesItem: Sendable {
    enum Kind: Sendable {
        case message(String)
        case call(ModelToolCall)
        case thought(ModelReasoning)
    }

    let id: String
    var kind: Kind

    /// - Returns: `nil` for what no answer of a model holds.
    init?(_ content: ModelContent, number: Int, _ stamp: AnswerStamp) {
        switch content {
        case .text(let text): self.init(.message(text), number: number, stamp)
        case .toolCall(let call): self.init(.call(call), number: number, stamp)
        case .reasoning(let thought): self.init(.thought(thought), number: number, stamp)
        case .image, .toolResult: return nil
        }
    }

    init(_ kind: Kind, number: Int, _ stamp: AnswerStamp) {
        let prefix =
            switch kind {
            case .message: "msg"
            case .call: "fc"
            case .thought: "rs"
            }
        id = "\(prefix)_\(stamp.id)_\(number)"
        self.kind = kind
    }

    /// - Parameter isDone: whether its content stands in it; one that has just begun has none.
    func write(isDone: Bool, to output: inout JSONOutput) {
        output.raw("{\"id\":")
        output.string(id)
        switch kind {
        case .message(let text):
            output.raw(",\"type\":\"message\",\"role\":\"assistant\",\"status\":")
            output.string(isDone ? "completed" : "in_progress")
            output.raw(",\"content\":[")
            if isDone { Self.write(text: text, to: &output) }
            output.raw("]}")
        case .call(let call):
            output.raw(",\"type\":\"function_call\",\"call_id\":")
            output.string(call.id)
            output.raw(",\"name\":")
            output.string(call.name)
            output.raw(",\"arguments\":")
            output.string(isDone ? call.arguments : "")
            output.raw(",\"status\":")
            output.string(isDone ? "completed" : "in_progress")
            if let seal = call.seal {
                output.raw(",\"extra_content\":")
                SealedExtra.write(seal, to: &output)
            }
            output.raw("}")
        case .thought(let thought):
            output.raw(",\"type\":\"reasoning\",\"summary\":[")
            if isDone, !thought.text.isEmpty { Self.write(summary: thought.text, to: &output) }
            output.raw("]")
            if isDone, let seal = thought.seal {
                output.raw(",\"encrypted_content\":")
                output.string(SealedExtra.text(of: seal))
            }
            output.raw("}")
        }
    }

    static func write(text: String, to output: inout JSONOutput) {
        output.raw("{\"type\":\"output_text\",\"text\":")
        output.string(text)
        output.raw(",\"annotations\":[],\"logprobs\":[]}")
    }

    static func write(summary: String, to output: inout JSONOutput) {
        output.raw("{\"type\":\"summary_text\",\"text\":")
        output.string(summary)
        output.raw("}")
    }
}
