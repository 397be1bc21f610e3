import CCrypto
import FoundationEssentials
import TuttiHTTP

/// The request and the answer that turn a connection into a WebSocket (RFC 6455, 4.2).
enum WebSocketHandshake {
    /// The fields of the answer, or why there is none.
    static func answer(
        to request: ServerRequest, minorVersion: Int, options: WebSocketOptions
    ) -> Result<HTTPHeaders, HTTPServerError> {
        let headers = request.headers
        guard request.method == .get, minorVersion == 1, headers.hasToken("websocket", of: "Upgrade"),
            headers.hasToken("upgrade", of: "Connection")
        else { return .failure(.upgradeRequired) }
        // RFC 6455, 4.2.2: another version is answered with 426 and the versions that are spoken.
        guard headers.values(of: "Sec-WebSocket-Version") == ["13"] else { return .failure(.upgradeRequired) }
        let keys = headers.values(of: "Sec-WebSocket-Key")
        // RFC 6455, 4.2.1: the key is a nonce of 16 bytes, encoded with Base64.
        guard keys.count == 1, let key = keys.first, key.utf8.count == 24,
            let nonce = Data(base64Encoded: key), nonce.count == 16
        else { return .failure(.badRequest("the field Sec-WebSocket-Key is not 16 bytes in Base64")) }
        var answer: HTTPHeaders = ["Upgrade": "websocket", "Connection": "Upgrade"]
        answer.add("Sec-WebSocket-Accept", accept(key))
        if let subprotocol = options.subprotocol {
            // RFC 6455, 4.2.2: one that was not offered would make the client give up.
            guard headers.tokens(of: "Sec-WebSocket-Protocol").contains(subprotocol) else {
                return .failure(.badRequest("the request does not offer the subprotocol \(subprotocol)"))
            }
            answer.add("Sec-WebSocket-Protocol", subprotocol)
        }
        return .success(answer)
    }

    /// RFC 6455, 1.3: SHA-1 of the key and a fixed text, which proves no more than that the request was understood.
    static func accept(_ key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        _ = unsafe SHA1(text, text.count, &digest)
        return Data(digest).base64EncodedString()
    }
}

extension HTTPServerError {
    static let upgradeRequired = Self(
        status: 426, code: "upgrade_required",
        message: "this is a WebSocket of version 13, and the request is for none",
        headers: ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"])
}
