import TuttiCore
import TuttiModels

/// Writes a message of Anthropic's in pieces: named events with blocks that begin, grow and end.
///
/// Pieces of several tool calls may come by turns. Their blocks stay open beside each other until the end, which
/// clients tell apart by their index; a text or a thought ends with whatever comes behind it.
struct MessagesStream: AnswerStream {
    private enum Growing {
        case text
        case thought
    }

    private let stamp: AnswerStamp
    private var hasBegun = false
    private var growing: Growing?
    private var blocks = 0
    /// The blocks of tool calls by their number in the answer.
    private var calls: [Int: Int] = [:]
    private var usage = ModelUsage()

    init(_ stamp: AnswerStamp) { self.stamp = stamp }

    mutating func take(_ event: ModelEvent) -> [UInt8] {
        var output = JSONOutput()
        begin(&output)
        switch event {
        case .text(let text):
            if growing != .text {
                start(.text, &output) { $0.raw("{\"type\":\"text\",\"text\":\"\"}") }
            }
            grow(blocks - 1, "text_delta", "text", text, &output)
        case .reasoning(let text):
            if growing != .thought { startThought(&output) }
            grow(blocks - 1, "thinking_delta", "thinking", text, &output)
        case .reasoningSeal(let seal): take(seal, &output)
        case .toolCall(let piece): take(piece, &output)
        case .usage(let counted): usage = counted
        case .finished(let reason, _, let stopText): finish(reason, stopText, &output)
        }
        return output.bytes
    }

    private mutating func begin(_ output: inout JSONOutput) {
        guard !hasBegun else { return }
        hasBegun = true
        output.raw("event: message_start\ndata: {\"type\":\"message_start\",\"message\":")
        MessagesWriter.head(stamp, to: &output)
        output.raw("\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":")
        MessagesWriter.write(usage, to: &output)
        output.raw("}}\n\n")
    }

    // MARK: Blocks

    private mutating func start(_ kind: Growing?, _ output: inout JSONOutput, _ block: (inout JSONOutput) -> Void) {
        stopOpen(&output)
        growing = kind
        output.raw("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":")
        output.integer(blocks)
        output.raw(",\"content_block\":")
        block(&output)
        output.raw("}\n\n")
        blocks += 1
    }

    private mutating func startThought(_ output: inout JSONOutput) {
        start(.thought, &output) { $0.raw("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}") }
    }

    private func grow(
        _ index: Int, _ type: StaticString, _ member: StaticString, _ text: String, _ output: inout JSONOutput
    ) {
        output.raw("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")
        output.integer(index)
        output.raw(",\"delta\":{\"type\":\"")
        output.raw(type)
        output.raw("\",\"")
        output.raw(member)
        output.raw("\":")
        output.string(text)
        output.raw("}}\n\n")
    }

    private func stop(_ index: Int, _ output: inout JSONOutput) {
        output.raw("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":")
        output.integer(index)
        output.raw("}\n\n")
    }

    private mutating func stopOpen(_ output: inout JSONOutput) {
        guard growing != nil else { return }
        growing = nil
        stop(blocks - 1, &output)
    }

    private mutating func take(_ seal: ProviderSeal, _ output: inout JSONOutput) {
        if let data = AnthropicSeal.data(of: seal) {
            start(nil, &output) {
                $0.raw("{\"type\":\"redacted_thinking\",\"data\":")
                $0.string(data)
                $0.raw("}")
            }
            return stop(blocks - 1, &output)
        }
        if growing != .thought { startThought(&output) }
        grow(blocks - 1, "signature_delta", "signature", AnthropicSeal.signature(of: seal), &output)
        stopOpen(&output)
    }

    private mutating func take(_ piece: ToolCallDelta, _ output: inout JSONOutput) {
        if let begun = piece.start, calls[piece.index] == nil {
            calls[piece.index] = blocks
            start(nil, &output) {
                MessagesWriter.begin(begun.id, begun.name, begun.seal, to: &$0)
                $0.raw(",\"input\":{}}")
            }
        }
        guard let block = calls[piece.index], !piece.arguments.isEmpty else { return }
        grow(block, "input_json_delta", "partial_json", piece.arguments, &output)
    }

    private mutating func finish(_ reason: FinishReason, _ stopText: String?, _ output: inout JSONOutput) {
        stopOpen(&output)
        for block in calls.values.sorted() { stop(block, &output) }
        output.raw("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{")
        MessagesWriter.end(reason, stopText, to: &output)
        output.raw("},\"usage\":")
        MessagesWriter.write(usage, to: &output)
        output.raw("}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
    }
}
