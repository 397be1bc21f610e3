/// Makes events of the bytes of a `text/event-stream`, as they come: a state machine without any input of its own.
///
/// It keeps to the HTML standard: lines end in LF, CR or CRLF, also mixed; one byte order mark at the beginning is
/// skipped; comments, unknown fields, an `id` with a NUL and a `retry` that is no number are passed over; bytes that
/// are not UTF-8 become U+FFFD; an event without data is none; and what the stream ends with, when no empty line
/// follows, is dropped. Whether a stream that ended was whole its reader knows by the protocol above, such as a
/// `[DONE]`.
package struct ServerSentEvents: Sendable {
    /// The most bytes of one line and of the data of one event.
    package struct Limits: Sendable, Hashable {
        package var lineSizeMax: Int
        package var eventSizeMax: Int

        /// Enough for an image or a long tool call in one event.
        package init(lineSizeMax: Int = 8 << 20, eventSizeMax: Int = 16 << 20) {
            self.lineSizeMax = lineSizeMax
            self.eventSizeMax = eventSizeMax
        }
    }

    /// What the last `id:` said, when the event it stood in is over.
    package private(set) var lastEventID = ""
    /// How long to wait before connecting again, when the stream has said so.
    package private(set) var retry: Duration?

    private let limits: Limits
    private var line: [UInt8] = []
    private var isAfterCR = false
    private var isFirstLine = true
    private var data: [UInt8] = []
    private var hasData = false
    private var type = ""
    private var id = ""
    private var failure: HTTPClientError?

    /// A parser at the beginning of a stream.
    package init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Takes the next bytes, cut anywhere, and gives the events that they complete.
    ///
    /// - Throws: `tooLarge` when a line or an event has more bytes than it may; nothing can be read after that.
    package mutating func push(_ bytes: [UInt8]) throws(HTTPClientError) -> [ServerSentEvent] {
        if let failure { throw failure }
        var events: [ServerSentEvent] = []
        do {
            var start = 0
            for (index, byte) in bytes.enumerated() where byte == Self.lf || byte == Self.cr || isAfterCR {
                let isSecondHalf = isAfterCR && byte == Self.lf
                isAfterCR = byte == Self.cr
                guard isAfterCR || byte == Self.lf else { continue }
                if !isSecondHalf {
                    try extendLine(bytes[start..<index])
                    if let event = try endLine() { events.append(event) }
                }
                start = index + 1
            }
            try extendLine(bytes[start...])
        } catch {
            failure = error
            throw error
        }
        return events
    }

    /// The event that would be next if the stream ended with an empty line here. The standard drops it; some servers
    /// leave the empty line out after their last event.
    package func unfinished() -> ServerSentEvent? {
        var ended = self
        return (try? ended.push([Self.lf, Self.lf]))?.first
    }

    private static let lf = UInt8(ascii: "\n")
    private static let cr = UInt8(ascii: "\r")
    private static let space = UInt8(ascii: " ")
    private static let colon = UInt8(ascii: ":")
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    private mutating func extendLine(_ part: ArraySlice<UInt8>) throws(HTTPClientError) {
        guard part.count <= limits.lineSizeMax - line.count else {
            throw HTTPClientError(
                .tooLarge, "a line of an event stream has more than \(limits.lineSizeMax) bytes", hasAnswerBegun: true)
        }
        line += part
    }

    private mutating func endLine() throws(HTTPClientError) -> ServerSentEvent? {
        var line = self.line[...]
        self.line.removeAll(keepingCapacity: self.line.capacity <= 4096)
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: Self.byteOrderMark) { line = line.dropFirst(Self.byteOrderMark.count) }
        }
        if line.isEmpty { return dispatch() }
        let name = line.prefix { $0 != Self.colon }
        var value = line[name.endIndex...].dropFirst()
        if value.first == Self.space { value = value.dropFirst() }
        try take(String(decoding: name, as: UTF8.self), value)
        return nil
    }

    private mutating func take(_ name: String, _ value: ArraySlice<UInt8>) throws(HTTPClientError) {
        switch name {
        case "data":
            guard value.count < limits.eventSizeMax - data.count else {
                throw HTTPClientError(
                    .tooLarge, "an event of a stream has more than \(limits.eventSizeMax) bytes", hasAnswerBegun: true)
            }
            if hasData { data.append(Self.lf) }
            hasData = true
            data += value
        case "event": type = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case "retry":
            guard (1...15).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
            retry = .milliseconds(Int64(String(decoding: value, as: UTF8.self)) ?? 0)
        default: break  // a comment, whose name is empty, or a field of another time
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            (data, hasData, type) = ([], false, "")
        }
        lastEventID = id
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(
            type: type.isEmpty ? "message" : type, data: String(decoding: data, as: UTF8.self), lastEventID: id)
    }
}
