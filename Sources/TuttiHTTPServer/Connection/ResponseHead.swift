import TuttiHTTP

/// Writes the head of an answer.
struct ResponseHead {
    /// How the client finds the end of the body (RFC 9112, 6).
    enum Framing: Sendable, Hashable {
        /// There is none, by the status or since the answer is to HEAD; `length` is what the field says, if anything.
        case none(length: Int?)
        case length(Int)
        case chunked
        /// For a client that does not know chunks: the end of the connection.
        case untilClose
        case upgrade
    }

    let status: Int
    let headers: HTTPHeaders
    let framing: Framing
    /// Says so in an answer to HEAD, where `framing` is none.
    var wouldBeChunked = false
    let keepsAlive: Bool
    /// Of the request.
    let minorVersion: Int

    /// Adds the head to `bytes`; false, and nothing added, when a field would break the head apart. To let a line break
    /// through would let whoever the value comes from write answers of their own.
    func write(to bytes: inout [UInt8], date: [UInt8]) -> Bool {
        let start = bytes.count
        bytes += Self.statusLine(status)
        var hasDate = false
        for field in headers.fields {
            if isOurs(field) { continue }
            guard Self.isWritable(field) else {
                bytes.removeSubrange(start...)
                return false
            }
            if field.name.utf8.count == 4, HTTPHeaders.areEqual(field.name, "date") { hasDate = true }
            Self.add(field.name, field.value, to: &bytes)
        }
        if !hasDate { bytes += date }
        writeFraming(to: &bytes)
        if case .upgrade = framing {
        } else if !keepsAlive {
            bytes += Self.close
        } else if minorVersion == 0 {
            bytes += Self.keepAlive
        }
        bytes += Self.lineEnd
        return true
    }

    private func writeFraming(to bytes: inout [UInt8]) {
        switch framing {
        case .none(let length):
            if let length { Self.addLength(length, to: &bytes) }
            if wouldBeChunked { bytes += Self.chunked }
        case .length(let length): Self.addLength(length, to: &bytes)
        case .chunked: bytes += Self.chunked
        case .untilClose, .upgrade: break
        }
    }

    /// Whether the field says how the answer travels.
    private func isOurs(_ field: HTTPHeaders.Field) -> Bool {
        switch field.name.utf8.count {
        case 7 where HTTPHeaders.areEqual(field.name, "upgrade"): return !mayUpgrade
        case 10 where HTTPHeaders.areEqual(field.name, "connection"): return !mayUpgrade
        case 10: return HTTPHeaders.areEqual(field.name, "keep-alive")
        case 14: return HTTPHeaders.areEqual(field.name, "content-length")
        case 17: return HTTPHeaders.areEqual(field.name, "transfer-encoding")
        default: return false
        }
    }

    /// 426 has to say what to upgrade to (RFC 9110, 15.5.22), and 101 to what it did.
    private var mayUpgrade: Bool { status == 101 || status == 426 }

    private static func isWritable(_ field: HTTPHeaders.Field) -> Bool {
        !field.name.isEmpty && areAll(field.name, ByteClass.isToken) && areAll(field.value, ByteClass.isValue)
    }

    /// Over memory, since every byte of every answer's fields comes by here.
    private static func areAll(_ text: String, _ isAllowed: (UInt8) -> Bool) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices where !isAllowed(bytes[index]) { return false }
        return true
    }

    private static func add(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes += name.utf8
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        bytes += value.utf8
        bytes += lineEnd
    }

    private static func addLength(_ length: Int, to bytes: inout [UInt8]) {
        bytes += contentLength
        bytes += String(length).utf8  // up to 15 digits need no memory
        bytes += lineEnd
    }

    private static func statusLine(_ status: Int) -> [UInt8] {
        status == 200 ? ok : Array("HTTP/1.1 \(status) \(HTTPStatus.reason(status))\r\n".utf8)
    }

    private static let ok = Array("HTTP/1.1 200 OK\r\n".utf8)
    private static let lineEnd = Array("\r\n".utf8)
    private static let contentLength = Array("Content-Length: ".utf8)
    private static let chunked = Array("Transfer-Encoding: chunked\r\n".utf8)
    private static let close = Array("Connection: close\r\n".utf8)
    private static let keepAlive = Array("Connection: keep-alive\r\n".utf8)
}
