/// Writes the pieces of a body without a known length (RFC 9112, 7.1).
enum Chunk {
    /// One chunk; there must be bytes, since an empty one is the end.
    static func bytes(_ content: [UInt8]) -> [UInt8] {
        precondition(!content.isEmpty, "an empty chunk is the end of a body")
        var chunk: [UInt8] = []
        chunk.reserveCapacity(content.count + 20)
        chunk += start(of: content.count)
        chunk += content
        chunk += lineEnd
        return chunk
    }

    /// What comes before so many bytes.
    static func start(of count: Int) -> [UInt8] { Array(String(count, radix: 16).utf8) + lineEnd }

    /// The end of a body.
    static let last = Array("0\r\n\r\n".utf8)

    static let lineEnd = Array("\r\n".utf8)
}
