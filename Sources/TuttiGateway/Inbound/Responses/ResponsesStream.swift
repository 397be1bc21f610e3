import TuttiCore
import TuttiModels

/// Writes a response of OpenAI's in pieces: named, numbered events of items that begin, grow and are done.
///
/// A text or a thought is done when something else comes; calls of functions may grow by turns, and are done at the
/// end.
struct ResponsesStream: AnswerStream {
    private let writer: ResponsesWriter
    private let stamp: AnswerStamp
    private var number = 0
    private var items: [ResponsesItem] = []
    /// The message or the thought that grows: the last of the items.
    private var isGrowing = false
    /// Its text so far, held by nobody else, so that no piece copies all that came before.
    private var text = ""
    /// The items of calls by their number in the answer, those that are not done.
    private var calls: [Int: Int] = [:]
    private var usage: ModelUsage?

    init(_ writer: ResponsesWriter, _ stamp: AnswerStamp) {
        self.writer = writer
        self.stamp = stamp
    }

    mutating func take(_ event: ModelEvent) -> [UInt8] {
        var output = JSONOutput()
        if number == 0 {
            tell("response.created", &output, tellResponse(nil))
            tell("response.in_progress", &output, tellResponse(nil))
        }
        switch event {
        case .text(let text): grow(text, &output)
        case .reasoning(let text): think(text, &output)
        case .reasoningSeal(let seal): take(seal, &output)
        case .toolCall(let piece): take(piece, &output)
        case .usage(let counted): usage = counted
        case .finished(let reason, _, _): finish(reason, &output)
        }
        return output.bytes
    }

    // MARK: Events

    /// - Parameter members: writes the members behind type and number, each with a comma before it.
    private mutating func tell(
        _ type: String, _ output: inout JSONOutput, _ members: (inout JSONOutput) -> Void
    ) {
        output.raw("event: \(type)\ndata: {\"type\":\"\(type)\",\"sequence_number\":\(number)".utf8)
        number += 1
        members(&output)
        output.raw("}\n\n")
    }

    private func tellResponse(_ end: ResponsesEnd?) -> (inout JSONOutput) -> Void {
        let (writer, stamp, items, usage) = (writer, stamp, items, usage)
        return { output in
            output.raw(",\"response\":")
            writer.write(stamp, end, items, usage, to: &output)
        }
    }

    /// Where in the response the item stands.
    private func place(_ index: Int, part: StaticString? = nil) -> (inout JSONOutput) -> Void {
        let id = items[index].id
        return { output in
            output.raw(",\"item_id\":")
            output.string(id)
            output.raw(",\"output_index\":")
            output.integer(index)
            guard let part else { return }
            output.raw(",\"")
            output.raw(part)
            output.raw("\":0")
        }
    }

    private mutating func tellItem(_ type: String, _ index: Int, isDone: Bool, _ output: inout JSONOutput) {
        let item = items[index]
        tell(type, &output) {
            $0.raw(",\"output_index\":")
            $0.integer(index)
            $0.raw(",\"item\":")
            item.write(isDone: isDone, to: &$0)
        }
    }

    private mutating func begin(_ kind: ResponsesItem.Kind, _ output: inout JSONOutput) {
        items.append(ResponsesItem(kind, number: items.count, stamp))
        tellItem("response.output_item.added", items.count - 1, isDone: false, &output)
    }

    // MARK: Messages and thoughts

    private mutating func grow(_ piece: String, _ output: inout JSONOutput) {
        let isOpen = isGrowing && items.last.map { if case .message = $0.kind { true } else { false } } == true
        if !isOpen {
            close(&output)
            begin(.message(""), &output)
            isGrowing = true
            let place = place(items.count - 1, part: "content_index")
            tell("response.content_part.added", &output) {
                place(&$0)
                $0.raw(",\"part\":")
                ResponsesItem.write(text: "", to: &$0)
            }
        }
        let last = items.count - 1
        text += piece
        let place = place(last, part: "content_index")
        tell("response.output_text.delta", &output) {
            place(&$0)
            $0.raw(",\"delta\":")
            $0.string(piece)
            $0.raw(",\"logprobs\":[]")
        }
    }

    private mutating func think(_ piece: String, _ output: inout JSONOutput) {
        beginThought(&output)
        let place = place(items.count - 1, part: "summary_index")
        if text.isEmpty {
            tell("response.reasoning_summary_part.added", &output) {
                place(&$0)
                $0.raw(",\"part\":")
                ResponsesItem.write(summary: "", to: &$0)
            }
        }
        text += piece
        tell("response.reasoning_summary_text.delta", &output) {
            place(&$0)
            $0.raw(",\"delta\":")
            $0.string(piece)
        }
    }

    private mutating func take(_ seal: ProviderSeal, _ output: inout JSONOutput) {
        beginThought(&output)
        let last = items.count - 1
        guard case .thought(var thought) = items[last].kind else { return }
        thought.seal = seal
        items[last].kind = .thought(thought)
        close(&output)
    }

    private mutating func beginThought(_ output: inout JSONOutput) {
        let isOpen = isGrowing && items.last.map { if case .thought = $0.kind { true } else { false } } == true
        guard !isOpen else { return }
        close(&output)
        begin(.thought(ModelReasoning(text: "")), &output)
        isGrowing = true
    }

    /// Ends the message or the thought that grows.
    private mutating func close(_ output: inout JSONOutput) {
        guard isGrowing else { return }
        isGrowing = false
        let last = items.count - 1
        let whole = text
        text = ""
        switch items[last].kind {
        case .message:
            items[last].kind = .message(whole)
            closeMessage(whole, last, &output)
        case .thought(let thought):
            items[last].kind = .thought(ModelReasoning(text: whole, seal: thought.seal))
            if !whole.isEmpty { closeThought(whole, last, &output) }
        case .call: break
        }
        tellItem("response.output_item.done", last, isDone: true, &output)
    }

    private mutating func closeMessage(_ text: String, _ index: Int, _ output: inout JSONOutput) {
        let place = place(index, part: "content_index")
        tell("response.output_text.done", &output) {
            place(&$0)
            $0.raw(",\"text\":")
            $0.string(text)
            $0.raw(",\"logprobs\":[]")
        }
        tell("response.content_part.done", &output) {
            place(&$0)
            $0.raw(",\"part\":")
            ResponsesItem.write(text: text, to: &$0)
        }
    }

    private mutating func closeThought(_ text: String, _ index: Int, _ output: inout JSONOutput) {
        let place = place(index, part: "summary_index")
        tell("response.reasoning_summary_text.done", &output) {
            place(&$0)
            $0.raw(",\"text\":")
            $0.string(text)
        }
        tell("response.reasoning_summary_part.done", &output) {
            place(&$0)
            $0.raw(",\"part\":")
            ResponsesItem.write(summary: text, to: &$0)
        }
    }

    // MARK: Calls of functions

    private mutating func take(_ piece: ToolCallDelta, _ output: inout JSONOutput) {
        if let start = piece.start, calls[piece.index] == nil {
            close(&output)
            calls[piece.index] = items.count
            begin(
                .call(ModelToolCall(id: start.id, name: start.name, arguments: "", seal: start.seal)), &output)
        }
        guard let index = calls[piece.index], case .call(var call) = items[index].kind, !piece.arguments.isEmpty
        else { return }
        items[index].kind = .message("")  // nobody else holds the arguments while they grow
        call.arguments += piece.arguments
        items[index].kind = .call(call)
        let place = place(index)
        tell("response.function_call_arguments.delta", &output) {
            place(&$0)
            $0.raw(",\"delta\":")
            $0.string(piece.arguments)
        }
    }

    private mutating func closeCalls(_ output: inout JSONOutput) {
        for index in calls.values.sorted() {
            guard case .call(let call) = items[index].kind else { continue }
            let place = place(index)
            tell("response.function_call_arguments.done", &output) {
                place(&$0)
                $0.raw(",\"name\":")
                $0.string(call.name)
                $0.raw(",\"arguments\":")
                $0.string(call.arguments)
            }
            tellItem("response.output_item.done", index, isDone: true, &output)
        }
        calls = [:]
    }

    private mutating func finish(_ reason: FinishReason, _ output: inout JSONOutput) {
        close(&output)
        closeCalls(&output)
        let end = ResponsesEnd(reason)
        tell(end.event, &output, tellResponse(end))
    }
}
