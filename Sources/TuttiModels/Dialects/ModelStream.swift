/// A streamed answer while it comes: pieces in, events out.
///
/// Whatever comes in, this holds: of a whole answer the last event is `finished` and comes once; of any other there is
/// an error, always the same from then on, that knows what was counted and whether a part of the answer had come.
package struct ModelStream: Sendable {
    private enum State: Sendable {
        case open
        case finished
        case failed(ModelError)
    }

    private let provider: String
    private let limits: ModelLimits
    private var machine: any StreamMachine
    private var state = State.open
    private var events = 0
    private var bytes = 0
    private var calls = 0
    private var hasContent = false

    init(provider: String, machine: any StreamMachine, limits: ModelLimits) {
        self.provider = provider
        self.machine = machine
        self.limits = limits
    }

    /// Whether the answer is whole; what comes after that is not looked at.
    package var isFinished: Bool { if case .finished = state { true } else { false } }

    /// What has been counted so far, for a call that is given up.
    package var usage: ModelUsage? { machine.usage }

    /// Takes the next piece.
    ///
    /// - Throws: ``ModelError``.
    package mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent] {
        try advance { stream throws(ModelError) in
            stream.events += 1
            guard stream.events <= stream.limits.eventsMax else {
                throw .tooLarge(stream.provider, "pieces", stream.limits.eventsMax)
            }
            guard event.data.utf8.count <= stream.limits.eventBytesMax else {
                throw .tooLarge(stream.provider, "bytes in one piece", stream.limits.eventBytesMax)
            }
            return try stream.machine.take(event)
        }
    }

    /// The connection has been closed in good order.
    ///
    /// - Throws: ``ModelError`` `cut_off` when the answer is not whole: a closed connection is no end.
    package mutating func end() throws(ModelError) -> [ModelEvent] {
        try advance { stream throws(ModelError) in try stream.machine.end() }
    }

    /// The connection broke.
    ///
    /// - Throws: ``ModelError`` `cut_off` unless the answer was whole already.
    package mutating func breakOff() throws(ModelError) {
        _ = try advance { stream throws(ModelError) in
            throw .cutOff(stream.provider, "the connection was lost")
        }
    }

    private mutating func advance(
        _ step: (inout ModelStream) throws(ModelError) -> [ModelEvent]
    ) throws(ModelError) -> [ModelEvent] {
        switch state {
        case .finished: return []
        case .failed(let error): throw error
        case .open: break
        }
        do throws(ModelError) {
            let events = try step(&self)
            for event in events { try count(event) }
            return events
        } catch {
            var error = error
            error.usage = machine.usage
            error.hasContent = hasContent
            state = .failed(error)
            throw error
        }
    }

    private mutating func count(_ event: ModelEvent) throws(ModelError) {
        switch event {
        case .text(let text), .reasoning(let text): bytes += text.utf8.count
        case .toolCall(let delta):
            bytes += delta.arguments.utf8.count
            if delta.start != nil { calls += 1 }
        case .finished: state = .finished
        case .usage, .reasoningSeal: return
        }
        if case .finished = event { return }
        guard bytes <= limits.answerBytesMax else { throw .tooLarge(provider, "bytes", limits.answerBytesMax) }
        guard calls <= limits.toolCallsMax else { throw .tooLarge(provider, "tool calls", limits.toolCallsMax) }
        hasContent = true
    }
}
