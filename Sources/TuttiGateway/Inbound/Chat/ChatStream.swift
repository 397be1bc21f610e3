import TuttiCore
import TuttiModels

/// Writes a chat completion in pieces: chunks without names, then `[DONE]`.
struct ChatStream: AnswerStream {
    private let tellsUsage: Bool
    /// What all chunks begin with, up to their choices.
    private let head: [UInt8]
    private var hasBegun = false
    private var usage: ModelUsage?
    /// Thoughts since the last seal: whoever wants a seal back wants them with it.
    private var thoughts = ""
    private var seals = 0

    init(_ stamp: AnswerStamp, tellsUsage: Bool) {
        self.tellsUsage = tellsUsage
        var output = JSONOutput()
        output.raw("data: ".utf8)
        ChatWriter.head("chat.completion.chunk", stamp, to: &output)
        if tellsUsage { output.raw(",\"usage\":null") }
        output.raw(",\"choices\":")
        head = output.bytes
    }

    mutating func take(_ event: ModelEvent) -> [UInt8] {
        var output = JSONOutput()
        if !hasBegun {
            hasBegun = true
            delta(to: &output) { $0.raw("\"role\":\"assistant\",\"content\":\"\"") }
        }
        switch event {
        case .text(let text):
            delta(to: &output) {
                $0.raw("\"content\":")
                $0.string(text)
            }
        case .reasoning(let text):
            thoughts += text
            delta(to: &output) {
                $0.raw("\"reasoning_content\":")
                $0.string(text)
            }
        case .reasoningSeal(let seal):
            let thought = ModelReasoning(text: thoughts, seal: seal)
            thoughts = ""
            let index = seals
            seals += 1
            delta(to: &output) {
                $0.raw("\"reasoning_details\":[")
                ChatWriter.write(thought, index: index, to: &$0)
                $0.raw("]")
            }
        case .toolCall(let piece): write(piece, to: &output)
        case .usage(let counted): usage = counted
        case .finished(let reason, _, _): finish(reason, to: &output)
        }
        return output.bytes
    }

    private func delta(to output: inout JSONOutput, _ write: (inout JSONOutput) -> Void) {
        output.raw(head)
        output.raw("[{\"index\":0,\"delta\":{")
        write(&output)
        output.raw("},\"logprobs\":null,\"finish_reason\":null}]}\n\n")
    }

    private func write(_ piece: ToolCallDelta, to output: inout JSONOutput) {
        delta(to: &output) {
            $0.raw("\"tool_calls\":[{\"index\":")
            $0.integer(piece.index)
            if let start = piece.start {
                var first = JSONOutput()
                ChatWriter.begin(start.id, start.name, start.seal, arguments: piece.arguments, to: &first)
                $0.raw(",")
                $0.raw(first.bytes.dropFirst())  // its members, and the end of the object
            } else {
                $0.raw(",\"function\":{\"arguments\":")
                $0.string(piece.arguments)
                $0.raw("}}")
            }
            $0.raw("]")
        }
    }

    private func finish(_ reason: FinishReason, to output: inout JSONOutput) {
        output.raw(head)
        output.raw("[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":")
        output.string(ChatWriter.word(reason))
        output.raw("}]}\n\n")
        if tellsUsage, let usage {
            // The same head, where the tokens stand in place of null.
            output.raw(head.dropLast(Self.withoutUsage))
            ChatWriter.write(usage, to: &output)
            output.raw(",\"choices\":[]}\n\n")
        }
        output.raw("data: [DONE]\n\n")
    }

    /// What stands behind `"usage":` in the head.
    private static let withoutUsage = "null,\"choices\":".utf8.count
}
