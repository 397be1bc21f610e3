/// One request as it came.
package struct HTTPRequest: Sendable {
    package var method: String
    /// Without what stands behind a question mark.
    package var path: String
    package var query: String
    /// By their names in small letters.
    package var headers: [String: String]
    package var body: [UInt8] = []

    var bearer: String? {
        guard let value = headers["authorization"], value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst("Bearer ".count))
    }

    /// Whether the connection is not to be used again.
    var closes: Bool { headers["connection"]?.lowercased() == "close" }
}

/// Takes requests out of bytes that come in any pieces.
struct RequestParser {
    /// Why a connection cannot be read any further.
    enum Failure: Error, Hashable {
        case headTooLarge
        case bodyTooLarge
        case malformed
        /// A body without a length, which nobody here sends.
        case lengthRequired
    }

    static let headBytesMax = 64 << 10
    static let bodyBytesMax = 256 << 20

    private var bytes: [UInt8] = []
    /// Where the search for the end of the head goes on.
    private var searched = 0
    /// A request of which the body is not whole yet, and the body's length.
    private var waiting: (request: HTTPRequest, length: Int)?
    /// Whether the client waits for a word before it sends the body.
    private(set) var waitsForContinue = false

    mutating func push(_ more: ArraySlice<UInt8>) { bytes += more }

    mutating func hasContinued() { waitsForContinue = false }

    /// The next request that is whole.
    mutating func next() throws(Failure) -> HTTPRequest? {
        if waiting == nil { try readHead() }
        guard case (var request, let length)? = waiting, bytes.count >= length else { return nil }
        request.body = Array(bytes[..<length])
        bytes.removeFirst(length)
        (waiting, waitsForContinue) = (nil, false)
        return request
    }

    private mutating func readHead() throws(Failure) {
        guard let end = endOfHead() else {
            guard bytes.count <= Self.headBytesMax else { throw .headTooLarge }
            return
        }
        let request = try Self.head(bytes[..<end])
        bytes.removeFirst(end + 4)
        searched = 0
        guard request.headers["transfer-encoding"] == nil else { throw .lengthRequired }
        guard let length = Int(request.headers["content-length"] ?? "0"), length >= 0 else { throw .malformed }
        guard length <= Self.bodyBytesMax else { throw .bodyTooLarge }
        waiting = (request, length)
        waitsForContinue = request.headers["expect"]?.lowercased() == "100-continue" && bytes.count < length
    }

    private mutating func endOfHead() -> Int? {
        var index = searched
        while index + 4 <= bytes.count {
            if bytes[index] == 0x0d, bytes[index + 1] == 0x0a, bytes[index + 2] == 0x0d, bytes[index + 3] == 0x0a {
                return index
            }
            index += 1
        }
        searched = index
        return nil
    }

    private static func head(_ bytes: ArraySlice<UInt8>) throws(Failure) -> HTTPRequest {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { throw .malformed }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return HTTPRequest(
            method: String(words[0]), path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
            headers: headers)
    }
}
