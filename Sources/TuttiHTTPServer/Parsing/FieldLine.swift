import TuttiHTTP

/// One line of a head or of trailers (RFC 9112, 5).
enum FieldLine {
    /// Reads a line that does not have its CRLF any more and is not empty.
    static func read(_ line: Span<UInt8>) -> Result<HTTPHeaders.Field, HTTPServerError> {
        // RFC 9112, 5.2: a line that goes on in the next one is to be refused.
        if line[0] == 0x20 || line[0] == 0x09 {
            return .failure(.badRequest("a header field goes on in a second line"))
        }
        let nameEnd = line.index(from: 0) { !ByteClass.isToken($0) }
        // RFC 9112, 5.1: white space between name and colon is to be refused with 400.
        guard nameEnd > 0, nameEnd < line.count, line[nameEnd] == UInt8(ascii: ":") else {
            return .failure(.badRequest("a header field is not a name that is followed by a colon"))
        }
        var (start, end) = (nameEnd + 1, line.count)
        while start < end, isBlank(line[start]) { start += 1 }
        while end > start, isBlank(line[end - 1]) { end -= 1 }
        let value = line.extracting(start..<end)
        guard value.index(from: 0, where: { !ByteClass.isValue($0) }) == value.count else {
            return .failure(.badRequest("a header field has a control byte in its value"))
        }
        return .success(HTTPHeaders.Field(name: line.extracting(0..<nameEnd).text, value: value.text))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
