import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// The form of server-sent events (WHATWG HTML, 9.2).
enum EventStream {
    static let mediaType = "text/event-stream"

    /// One event. Its data is one line: JSON as we write it has no line ends.
    ///
    /// - Parameters:
    ///   - id: what a reader gives as `Last-Event-ID` to go on behind it; `nil` for what need not be made up for.
    ///   - name: what kind of event it is; `nil` for the usual one, `message`.
    static func frame(id: String? = nil, name: String? = nil, data: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(data.count + 64)
        if let id { frame += Array("id: \(id)\n".utf8) }
        if let name { frame += Array("event: \(name)\n".utf8) }
        frame += Array("data: ".utf8)
        frame += data
        frame += [0x0A, 0x0A]
        return frame
    }

    /// One event with a value as its data.
    static func frame(id: String? = nil, name: String? = nil, _ value: some Encodable) throws -> [UInt8] {
        frame(id: id, name: name, data: try CompactJSON.encode(value))
    }

    /// How long a reader is to wait before it comes back, in milliseconds.
    static let retry = Array("retry: 1000\n\n".utf8)

    /// A line that says nothing but that the stream is alive.
    static let comment = Array(":\n\n".utf8)

    /// Why streams end when the server does.
    static let restarting = "the server is being restarted"

    /// Said before a stream ends that has not come to its end; the reader is to come back.
    static func bye(_ reason: String) -> [UInt8] {
        frame(name: "bye", data: JSONValue.object(["reason": .string(reason), "retry_ms": 1000]).bytes)
    }

    /// A stream as the answer.
    static func answer(_ body: @escaping @Sendable (ResponseWriter) async throws -> Void) -> ServerResponse {
        ServerResponse(
            status: 200,
            headers: [
                "Content-Type": mediaType, "Cache-Control": "no-store", "X-Accel-Buffering": "no",
            ],
            body: .stream(length: nil) { writer in
                try await writer.write(retry)
                do {
                    try await body(writer)
                } catch let error as ServerEnding {
                    try await writer.write(bye(restarting))
                    throw error
                }
            })
    }
}

extension ResponseWriter {
    /// Writes what is kept behind a place, then what a broadcast brings, and again what is kept whenever the broadcast
    /// no longer holds what comes next; until it finishes.
    ///
    /// - Parameter catchUp: writes what is kept behind a place, and gives the place it has come to. Whatever is kept
    ///   later than that has to be behind it.
    /// - Returns: the last place up to which something was written.
    func follow(
        _ broadcast: Broadcast, behind place: Int64, catchingUp catchUp: (Int64) async throws -> Int64
    ) async throws -> Int64 {
        var last = place
        while true {
            last = try await catchUp(last)
            if try await follow(broadcast, behind: last) == .finished { return max(last, broadcast.lastPlace) }
        }
    }
}

extension RouteRequest {
    /// Whether the caller wants a stream of events rather than a page of them.
    var wantsEventStream: Bool {
        request.headers.tokens(of: "Accept").contains { $0.lowercased().hasPrefix(EventStream.mediaType) }
    }

    /// The same for events that are numbered.
    ///
    /// - Throws: a ``Problem`` for what is no number.
    var lastEventNumber: Int64? {
        get throws {
            try lastEventID.map { text in
                guard let number = Int64(text), number >= 0 else {
                    throw Problem.badParameter("Last-Event-ID", "integer", "this is no number of an event")
                }
                return number
            }
        }
    }

    /// Where a reader who comes back goes on; `nil` for a new one.
    var lastEventID: String? {
        request.headers["Last-Event-ID"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
