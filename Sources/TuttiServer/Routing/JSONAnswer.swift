import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

extension RouteRequest {
    /// A value as the answer, with an entity tag of its bytes: who has them already is told so (RFC 9110, 13.1.2).
    func answer(
        _ value: some Encodable & Sendable, status: Int = 200, headers: HTTPHeaders = HTTPHeaders()
    ) throws -> ServerResponse {
        answer(bytes: try CompactJSON.encode(value), status: status, headers: headers)
    }

    /// Bytes as the answer.
    func answer(
        bytes: [UInt8], mediaType: String = "application/json", status: Int = 200,
        headers: HTTPHeaders = HTTPHeaders()
    ) -> ServerResponse {
        var headers = headers
        headers.set("Content-Type", to: mediaType)
        headers.set("Cache-Control", to: "no-cache")
        guard status == 200, request.method == .get || request.method == .head else {
            return ServerResponse(status: status, headers: headers, body: .bytes(bytes))
        }
        let tag = EntityTag(of: bytes)
        headers.set("ETag", to: tag.text)
        if let known = request.headers["If-None-Match"], tag.matches(known) {
            headers.set("Content-Type", to: nil)
            return ServerResponse(status: 304, headers: headers)
        }
        return ServerResponse(status: status, headers: headers, body: .bytes(bytes))
    }
}

/// Names the bytes of an answer. It says whether they have changed, and protects nothing.
struct EntityTag: Sendable, Hashable {
    let text: String

    /// FNV-1a with 64 bits, eight bytes at a time.
    init(of bytes: [UInt8]) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        unsafe bytes.withUnsafeBytes { buffer in
            while index + 8 <= buffer.count {
                hash = (hash ^ (unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))) &* 0x100_0000_01B3
                hash ^= hash >> 32
                index += 8
            }
        }
        for byte in bytes[index...] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash ^= UInt64(bytes.count)
        text = "\"\(String(hash, radix: 36))\""
    }

    /// Whether a list of tags as `If-None-Match` has it names this one; weak ones count (RFC 9110, 8.8.3.2).
    func matches(_ list: String) -> Bool {
        list == "*"
            || list.split(separator: ",").contains { part in
                let tag = part.drop { $0 == " " }.prefix { $0 != " " }
                return tag == text || tag == "W/" + text
            }
    }
}
