import FoundationEssentials
package import TuttiCore

/// A request as a server got it.
package struct AskedRequest: Sendable {
    package let line: String
    package let headers: [String: String]
    package let body: JSONValue
    /// The body as it was sent.
    package let bodyText: String

    /// Reads the next one of a connection; nil when the client has gone.
    package init?(_ connection: RawConnection) {
        guard let head = connection.readHead() else { return nil }
        let lines = head.split(separator: "\r\n").map { String($0) }
        line = lines.first ?? ""
        var headers: [String: String] = [:]
        for field in lines.dropFirst() {
            let parts = field.split(separator: ":", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        self.headers = headers
        guard let bytes = connection.readBytes(headers["content-length"].flatMap { Int($0) } ?? 0) else { return nil }
        bodyText = String(decoding: bytes, as: UTF8.self)
        body = (try? CanonicalJSON.decode(JSONValue.self, from: Data(bytes))) ?? .null
    }
}

extension RawConnection {
    /// A whole answer.
    package func answer(
        _ body: String, status: Int = 200, type: String = "application/json", headers: [String] = []
    ) {
        let lines =
            ["HTTP/1.1 \(status) Said", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)"] + headers
        send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }
}
