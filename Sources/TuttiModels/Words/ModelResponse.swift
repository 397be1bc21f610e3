/// A whole answer.
public struct ModelResponse: Sendable, Hashable, Codable {
    /// What the model said, thought and asked for, in order.
    public var content: [ModelContent]
    /// The tokens of the call; `nil` when the provider told nothing, which is not the same as none.
    public var usage: ModelUsage?
    /// Why the answer ended.
    public var finish: FinishReason
    /// The provider's own word for it.
    public var nativeFinish: String?
    /// The text of ``ModelRequest/stop`` at which the answer ended; `nil` when it did not, or the provider does not
    /// tell.
    public var stopText: String?

    /// An answer from its parts.
    public init(
        content: [ModelContent], usage: ModelUsage? = nil, finish: FinishReason = .stop, nativeFinish: String? = nil,
        stopText: String? = nil
    ) {
        self.content = content
        self.usage = usage
        self.finish = finish
        self.nativeFinish = nativeFinish
        self.stopText = stopText
    }

    /// Reads what is there; an answer without a reason to finish was done.
    ///
    /// - Throws: `DecodingError` when there is no content.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            content: try container.decode([ModelContent].self, forKey: .content),
            usage: try container.decodeIfPresent(ModelUsage.self, forKey: .usage),
            finish: try container.decodeIfPresent(FinishReason.self, forKey: .finish) ?? .stop,
            nativeFinish: try container.decodeIfPresent(String.self, forKey: .nativeFinish),
            stopText: try container.decodeIfPresent(String.self, forKey: .stopText))
    }

    /// The text of the answer, without thoughts and tool calls.
    public var text: String {
        content.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
    }

    /// What the model wants to be called, in order.
    public var toolCalls: [ModelToolCall] {
        content.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    /// The answer as a turn of the conversation that goes on.
    public var message: ModelMessage { ModelMessage(role: .assistant, content: content) }

    /// The answer as events, one for each part.
    package var events: [ModelEvent] {
        var events: [ModelEvent] = []
        var calls = 0
        for part in content {
            switch part {
            case .text(let text): events.append(.text(text))
            case .reasoning(let reasoning):
                if !reasoning.text.isEmpty { events.append(.reasoning(reasoning.text)) }
                if let seal = reasoning.seal { events.append(.reasoningSeal(seal)) }
            case .toolCall(let call):
                let start = ToolCallDelta.Start(id: call.id, name: call.name, seal: call.seal)
                events.append(.toolCall(ToolCallDelta(index: calls, start: start, arguments: call.arguments)))
                calls += 1
            case .image, .toolResult: break
            }
        }
        if let usage { events.append(.usage(usage)) }
        return events + [.finished(finish, native: nativeFinish, stopText: stopText)]
    }
}

/// Puts the events of an answer together again.
public struct ResponseAssembler: Sendable {
    private var content: [ModelContent] = []
    private var places: [Int: Int] = [:]
    private var usage: ModelUsage?

    /// An answer of which nothing has come.
    public init() {}

    /// Takes the next event.
    ///
    /// - Returns: the whole answer when this was its end.
    public mutating func take(_ event: ModelEvent) -> ModelResponse? {
        switch event {
        case .text(let piece): take(text: piece)
        case .reasoning(let piece): take(reasoning: piece)
        case .reasoningSeal(let seal):
            if case .reasoning(let reasoning) = content.last, reasoning.seal == nil {
                content[content.count - 1] = .reasoning(ModelReasoning(text: reasoning.text, seal: seal))
            } else {
                content.append(.reasoning(ModelReasoning(text: "", seal: seal)))
            }
        case .toolCall(let delta): take(delta)
        case .usage(let counted): usage = counted
        case .finished(let reason, let native, let stopText):
            return ModelResponse(
                content: content, usage: usage, finish: reason, nativeFinish: native, stopText: stopText)
        }
        return nil
    }

    // The part is taken out while its text grows: with a second holder each piece would copy all that came before.

    private mutating func take(text piece: String) {
        switch content.popLast() {
        case .text(var text)?:
            text += piece
            content.append(.text(text))
        case let last:
            if let last { content.append(last) }
            content.append(.text(piece))
        }
    }

    private mutating func take(reasoning piece: String) {
        switch content.popLast() {
        case .reasoning(var reasoning)? where reasoning.seal == nil:
            reasoning.text += piece
            content.append(.reasoning(reasoning))
        case let last:
            if let last { content.append(last) }
            content.append(.reasoning(ModelReasoning(text: piece)))
        }
    }

    private mutating func take(_ delta: ToolCallDelta) {
        if let place = places[delta.index], case .toolCall(var call) = content[place] {
            content[place] = .text("")
            call.arguments += delta.arguments
            content[place] = .toolCall(call)
        } else if let start = delta.start {
            places[delta.index] = content.count
            content.append(
                .toolCall(
                    ModelToolCall(id: start.id, name: start.name, arguments: delta.arguments, seal: start.seal)))
        }
    }
}
