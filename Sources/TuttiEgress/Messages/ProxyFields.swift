import TuttiHTTP

/// Reads the lines of a head, as strictly as RFC 9112 allows.
enum ProxyFields {
    static let countMax = 128

    /// The lines of a head without its empty line; `nil` when one does not end with CR LF, or there is a CR elsewhere.
    static func lines(_ head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        var start = head.startIndex
        for index in head.indices where head[index] == UInt8(ascii: "\n") {
            guard index > start, head[index - 1] == UInt8(ascii: "\r") else { return nil }
            lines.append(head[start..<index - 1])
            start = index + 1
        }
        return start == head.endIndex ? lines : nil
    }

    /// Reads a field. A line that goes on in the next one (RFC 9112, 5.2), a blank before the colon (5.1) and control
    /// bytes are refused.
    static func field(_ line: ArraySlice<UInt8>) -> HTTPHeaders.Field? {
        guard let colon = line.firstIndex(where: { !ProxyByte.isToken($0) }), colon > line.startIndex,
            line[colon] == UInt8(ascii: ":")
        else { return nil }
        let value = line[(colon + 1)...]
        guard value.allSatisfy(ProxyByte.isValue) else { return nil }
        let start = value.firstIndex { !ProxyByte.isBlank($0) } ?? value.endIndex
        let end = value.lastIndex { !ProxyByte.isBlank($0) }.map { $0 + 1 } ?? start
        return HTTPHeaders.Field(
            name: String(decoding: line[..<colon], as: UTF8.self),
            value: String(decoding: value[start..<max(start, end)], as: UTF8.self))
    }

    /// Fields that are for the next machine only (RFC 9110, 7.6.1), or for the proxy; in lower case.
    static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "http2-settings",
    ]

    /// The end of the head in these bytes: behind its empty line.
    static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\n") {
                if bytes[index + 1] == UInt8(ascii: "\n") { return index + 2 }
                if index + 2 < bytes.endIndex, bytes[index + 1] == UInt8(ascii: "\r"),
                    bytes[index + 2] == UInt8(ascii: "\n")
                {
                    return index + 3
                }
            }
            index += 1
        }
        return nil
    }
}
