import TuttiHTTP
import TuttiHTTPServer

/// A part of an answer, as `Range` asks for it (RFC 9110, 14): one range of bytes. Several are answered with the whole,
/// which is allowed.
enum ByteRange {
    static func cut(_ response: ServerResponse, for request: ServerRequest) -> ServerResponse {
        guard response.status == 200, case .bytes(let bytes) = response.body else { return response }
        var response = response
        response.headers.set("Accept-Ranges", to: "bytes")
        guard request.method == .get, let text = request.headers["Range"], isWanted(request, response),
            let wanted = range(text, of: bytes.count)
        else { return response }
        guard !wanted.isEmpty else {
            return ServerResponse(status: 416, headers: ["Content-Range": "bytes */\(bytes.count)"])
        }
        response.status = 206
        response.headers.set(
            "Content-Range", to: "bytes \(wanted.lowerBound)-\(wanted.upperBound - 1)/\(bytes.count)")
        response.body = .bytes(Array(bytes[wanted]))
        return response
    }

    /// A part of something else than what the caller has of it would be of no use (RFC 9110, 13.1.5).
    private static func isWanted(_ request: ServerRequest, _ response: ServerResponse) -> Bool {
        guard let tag = request.headers["If-Range"] else { return true }
        return tag == response.headers["ETag"]
    }

    /// - Returns: `nil` for what is to be ignored, an empty range for one behind the end.
    private static func range(_ text: String, of count: Int) -> Range<Int>? {
        guard text.hasPrefix("bytes="), !text.contains(",") else { return nil }
        let sides = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        func number(_ digits: Substring) -> Int? {
            digits.utf8.count <= 18 && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
        }
        if sides[0].isEmpty {
            guard let last = number(sides[1]) else { return nil }
            return max(0, count - last)..<count
        }
        guard let first = number(sides[0]) else { return nil }
        guard first < count else { return 0..<0 }
        guard !sides[1].isEmpty else { return first..<count }
        guard let last = number(sides[1]), last >= first else { return nil }
        return first..<min(count, last + 1)
    }
}
