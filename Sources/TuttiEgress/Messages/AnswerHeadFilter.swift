import TuttiHTTP

/// Lets an answer through, with a head that promises no further request on this connection.
struct AnswerHeadFilter: Sendable {
    private var head: [UInt8] = []
    /// How much of the head has been looked through for its end.
    private var scanned = 0
    private let bytesMax: Int
    /// Whether the head has gone out, and all that follows is the body.
    private(set) var isDone = false

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes bytes, and adds those that go on to `output`.
    ///
    /// - Returns: `false` when the head is none, too long, or says that another protocol follows (101), which nobody
    ///   was asked for.
    mutating func take(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) -> Bool {
        guard !isDone else {
            output += bytes
            return true
        }
        head += bytes
        while !isDone, let end = ProxyFields.end(of: head[scanned...]) {
            guard end <= bytesMax, let status = rewrite(head[..<end], into: &output) else { return false }
            head.removeFirst(end)
            scanned = 0
            isDone = status >= 200
        }
        if isDone {
            output += head
            head = []
        }
        scanned = max(0, head.count - 3)
        return head.count <= bytesMax
    }

    /// - Returns: The status.
    private func rewrite(_ head: ArraySlice<UInt8>, into output: inout [UInt8]) -> Int? {
        guard let lines = ProxyFields.lines(head), let first = lines.first, lines.last?.isEmpty == true,
            lines.count <= ProxyFields.countMax + 2, first.allSatisfy(ProxyByte.isValue)
        else { return nil }
        let words = first.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, ["HTTP/1.0", "HTTP/1.1"].contains(String(decoding: words[0], as: UTF8.self)),
            words[1].count == 3, let status = Int(String(decoding: words[1], as: UTF8.self)),
            (100...599).contains(status), status != 101
        else { return nil }
        var fields = HTTPHeaders()
        for line in lines.dropFirst().dropLast() {
            guard let field = ProxyFields.field(line) else { return nil }
            fields.add(field.name, field.value)
        }
        let lineEnd = Array("\r\n".utf8)
        output += first + lineEnd
        let named = Set(fields.tokens(of: "Connection").map { $0.lowercased() })
            .subtracting(["content-length", "transfer-encoding"])
        for (field, line) in zip(fields.fields, lines.dropFirst()) {
            let name = field.name.lowercased()
            let isCoding = name == "transfer-encoding" || name == "trailer"
            guard isCoding || !ProxyFields.hopByHop.contains(name) && !named.contains(name) else { continue }
            output += line + lineEnd
        }
        if status >= 200 { output += Array("Connection: close\r\n".utf8) }
        output += lineEnd
        return status
    }
}
