import Synchronization
import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

@Suite struct SendTests {
    @Test func aCallBringsStatusHeadersAndBody() async throws {
        let server = RawServer { connection in
            guard let head = connection.readHead() else { return }
            let body = connection.readBytes(4) ?? []
            let answer = head + text(body)
            connection.send(
                "HTTP/1.1 201 Made\r\nX-One: 1\r\nx-one:  two \r\nX-None:\r\n"
                    + "Content-Length: \(answer.utf8.count)\r\n\r\n\(answer)")
            connection.waitForClose()
        }
        try await withClient { client in
            let response = try await client.send(
                HTTPRequest(
                    .post, server.url("/a?b=%20c"), headers: ["Authorization": "Bearer s", "X-Empty": ""],
                    body: Array("ping".utf8)))
            #expect(response.status == 201)
            #expect(response.headers.values(of: "X-ONE") == ["1", "two"])
            #expect(response.headers["x-none"] == "")
            let lines = text(response.body).split(separator: "\r\n").map(String.init)
            #expect(lines.first == "POST /a?b=%20c HTTP/1.1")
            #expect(
                Set(lines.dropFirst()) == [
                    "Host: 127.0.0.1:\(server.port)", "Authorization: Bearer s", "X-Empty:", "User-Agent: tutti",
                    "Content-Length: 4", "ping",
                ])
        }
        server.stop()
    }
}
