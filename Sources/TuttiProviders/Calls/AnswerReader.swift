import FoundationEssentials
import TuttiHTTPClient
import TuttiModels

/// Reads the body of an answer, cut anywhere: a stream in the framing of its dialect, or the whole answer as one JSON
/// object, as servers send that do not know of streams. Bytes in, events out.
struct AnswerReader {
    /// How a body came to its end.
    enum Ending {
        /// As its sender wanted.
        case closed
        /// The connection was lost.
        case broken
    }

    private enum Form {
        /// Nothing but blanks has come.
        case unknown
        case lines
        case messages
        case whole
    }

    private let dialect: any ModelDialect
    private let request: ModelRequest
    private let limits: ModelLimits
    private var stream: ModelStream
    private var parser: ServerSentEvents
    private var messages: EventStreamParser
    private var form = Form.unknown
    private var bytes: [UInt8] = []
    /// Whether a part of the answer has come.
    private(set) var hasContent = false
    /// What has ended the answer behind the events that were given last.
    private(set) var failure: ModelError?

    init(_ dialect: any ModelDialect, _ request: ModelRequest, _ limits: ModelLimits) {
        self.dialect = dialect
        self.request = request
        self.limits = limits
        stream = dialect.stream(for: request, limits: limits)
        // The stream itself refuses a piece that is too large; the rest of a line is a few letters.
        let size = limits.eventBytesMax + 1024
        parser = ServerSentEvents(ServerSentEvents.Limits(lineSizeMax: size, eventSizeMax: size))
        messages = EventStreamParser(payloadSizeMax: limits.eventBytesMax)
    }

    /// What has been counted so far.
    var usage: ModelUsage? { stream.usage }

    /// Takes the next bytes.
    mutating func take(_ more: [UInt8]) throws(ModelError) -> [ModelEvent] {
        switch form {
        case .lines: return try takeLines(more)
        case .messages: return try takeMessages(more)
        case .whole: return try takeWhole(more)
        case .unknown:
            bytes += more
            guard let first = bytes.first(where: { !isBlank($0) }) else {
                guard bytes.count <= Self.blanksMax else { throw .malformed(dialect.name, "it is empty lines only") }
                return []
            }
            let all = bytes
            bytes = []
            switch first {
            case UInt8(ascii: "<"): throw .webPage(dialect.name)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                form = .whole
                return try takeWhole(all)
            default:
                form = dialect.framing == .eventStream ? .messages : .lines
                return form == .messages ? try takeMessages(all) : try takeLines(all)
            }
        }
    }

    /// The body has come to its end; ``failure`` is `cut_off` when the answer is not whole.
    mutating func end(_ ending: Ending) throws(ModelError) -> [ModelEvent] {
        if form == .whole, ending == .closed {
            return try dialect.decode(Data(bytes), for: request, limits: limits).events
        }
        var events: [ModelEvent] = []
        if form == .lines { events = try takeUnfinished() }
        do throws(ModelError) {
            if ending == .broken { try stream.breakOff() }
            events += try stream.end()
        } catch {
            failure = error
        }
        return events
    }

    private static let blanksMax = 64 << 10

    /// Line ends, blanks, and the three bytes of a byte order mark; a binary message begins with a zero.
    private func isBlank(_ byte: UInt8) -> Bool {
        if dialect.framing == .eventStream { return [0x09, 0x0A, 0x0D, 0x20].contains(byte) }
        return byte <= 0x20 || [0xEF, 0xBB, 0xBF].contains(byte)
    }

    private mutating func takeWhole(_ more: [UInt8]) throws(ModelError) -> [ModelEvent] {
        hasContent = true
        bytes += more
        // Refuses it: no more is collected than may be.
        if bytes.count > limits.answerBytesMax {
            _ = try dialect.decode(Data(bytes), for: request, limits: limits)
        }
        return []
    }

    private mutating func takeLines(_ more: [UInt8]) throws(ModelError) -> [ModelEvent] {
        let lines: [ServerSentEvent]
        do throws(HTTPClientError) {
            lines = try parser.push(more)
        } catch {
            throw noting(.tooLarge(dialect.name, "bytes in one piece", limits.eventBytesMax))
        }
        var events: [ModelEvent] = []
        for line in lines where failure == nil { events += take(StreamEvent(line)) }
        return events
    }

    private mutating func takeMessages(_ more: [UInt8]) throws(ModelError) -> [ModelEvent] {
        messages.push(more)
        var events: [ModelEvent] = []
        while failure == nil {
            do throws(EventStreamError) {
                guard let message = try messages.next() else { break }
                events += take(try StreamEvent(message))
            } catch {
                failure = noting(
                    error.sizeMax.map { .tooLarge(dialect.name, "bytes in one piece", $0) }
                        ?? .malformed(dialect.name, error.problem))
            }
        }
        return events
    }

    /// Takes one piece; what is wrong with it is in ``failure``.
    private mutating func take(_ event: StreamEvent) -> [ModelEvent] {
        do throws(ModelError) {
            return note(try stream.take(event))
        } catch {
            failure = error
            return []
        }
    }

    /// A failure that knows what had come before it.
    private func noting(_ error: ModelError) -> ModelError {
        var error = error
        error.usage = stream.usage
        error.hasContent = hasContent
        return error
    }

    /// Some leave the empty line out behind their last event. One that is cut in the middle is none.
    private mutating func takeUnfinished() throws(ModelError) -> [ModelEvent] {
        guard !stream.isFinished, let last = parser.unfinished() else { return [] }
        var tried = stream
        do throws(ModelError) {
            let events = try tried.take(StreamEvent(last))
            stream = tried
            return note(events)
        } catch {
            guard error.kind == .malformed else { throw error }
            return []
        }
    }

    private mutating func note(_ events: [ModelEvent]) -> [ModelEvent] {
        hasContent = hasContent || events.contains { $0.isContent }
        return events
    }
}

extension StreamEvent {
    fileprivate init(_ event: ServerSentEvent) {
        self.init(name: event.type == "message" ? nil : event.type, data: event.data)
    }
}

extension ModelEvent {
    /// Whether it is a part of the answer.
    fileprivate var isContent: Bool {
        switch self {
        case .text, .reasoning, .reasoningSeal, .toolCall: true
        case .usage, .finished: false
        }
    }
}
