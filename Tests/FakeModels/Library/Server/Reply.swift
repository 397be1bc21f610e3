/// What goes back over a connection, one step after the other.
struct Reply: Sendable {
    enum Step: Sendable {
        case bytes([UInt8])
        /// The same, with a piece of the answer's content in it.
        case piece([UInt8])
        /// What comes now is written only when all before has been handed over.
        case flush
        case wait(Duration)
        case gate(Gate)
        /// The connection ends here.
        case close(reset: Bool)
    }

    /// What a call came to.
    enum End: String, Sendable, Hashable {
        /// All of the answer was sent.
        case complete
        /// A part of it was sent, or only what nobody can use; a provider would bill it.
        case cut
        /// A failure was sent, or nothing; nobody would bill it.
        case refused
    }

    var steps: [Step] = []
    var end = End.complete
    /// What a whole answer counts, and of how many pieces it is made.
    var usage = TokenUsage()
    var pieceCount = 0

    /// Cheap, for whatever is no call of a model.
    static func plain(status: Int, headers: [String: String] = [:], body: String) -> Reply {
        Reply(steps: [.bytes(head(status: status, headers, length: body.utf8.count) + body.utf8)], end: .refused)
    }

    /// A status line and headers; without a length the body comes in chunks.
    static func head(
        status: Int, type: String = "application/json", _ headers: [String: String] = [:], length: Int?
    ) -> [UInt8] {
        var text = "HTTP/1.1 \(status) \(reasons[status] ?? "Status")\r\nContent-Type: \(type)\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        text += length.map { "Content-Length: \($0)\r\n\r\n" } ?? "Transfer-Encoding: chunked\r\n\r\n"
        return Array(text.utf8)
    }

    private static let reasons = [
        200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
        411: "Length Required", 413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
        503: "Service Unavailable", 529: "Overloaded",
    ]
}
