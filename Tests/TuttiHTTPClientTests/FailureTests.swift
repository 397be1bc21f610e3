import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

/// Answers that are not what they should be.
@Suite struct FailureTests {
    /// What a call fails with when the server answers so and closes the connection.
    private func failureOf(
        _ answer: String, reset: Bool = false, _ change: (inout HTTPClientConfiguration) -> Void = { _ in }
    ) async throws -> HTTPClientError? {
        let server = RawServer { connection in
            guard connection.readHead() != nil else { return }
            connection.send(answer)
            if reset { connection.reset() }
        }
        defer { server.stop() }
        return try await withClient(change) { client in
            await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, server.url("/geheim?key=geheim")))
            }
        }
    }

    private func expect(
        _ error: HTTPClientError?, _ reason: HTTPClientError.Reason, begun: Bool, retryable: Bool,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(error?.reason == reason, sourceLocation: location)
        #expect(error?.hasAnswerBegun == begun, sourceLocation: location)
        #expect(error?.isRetryable == retryable, sourceLocation: location)
        #expect(error?.message.contains("127.0.0.1:") == true, sourceLocation: location)
        #expect(error?.message.contains("geheim") == false, sourceLocation: location)
    }

    @Test func nothingAtAllIsACutBeforeTheAnswer() async throws {
        expect(try await failureOf(""), .cut, begun: false, retryable: true)
        expect(try await failureOf("", reset: true), .cut, begun: false, retryable: true)
    }

    @Test func aBodyShorterThanItsLengthIsACut() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"
        expect(try await failureOf(answer), .cut, begun: true, retryable: true)
    }

    @Test(arguments: ["5\r\nhello\r\n", "5\r\nhe", "5\r\nhello\r\n0\r\n", ""])
    func aChunkedBodyWithoutItsEndIsACut(_ body: String) async throws {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
        expect(try await failureOf(answer), .cut, begun: true, retryable: true)
    }

    @Test func aResetIsACut() async throws {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        expect(try await failureOf(answer, reset: true), .cut, begun: true, retryable: true)
    }

    @Test func aHeadWithoutItsEndIsACut() async throws {
        let error = try await failureOf("HTTP/1.1 200 OK\r\nContent-Le")
        #expect(error?.reason == .cut)
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{3}\u{1}\u{2}", "<html>hello</html>\n", "HTTP/9.9 200 OK\r\n\r\n",
    ])
    func whatIsNotHTTPIsAProtocolError(_ answer: String) async throws {
        let error = try await failureOf(answer)
        #expect(error?.reason == .protocolError)
        #expect(error?.isRetryable == false)
    }

    @Test(arguments: ["zz\r\n", "-5\r\nhello\r\n0\r\n\r\n", "10000000000000003\r\nx", "5hello\r\n"])
    func aChunkThatIsNoneIsAnError(_ body: String) async throws {
        let error = try await failureOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        #expect(error?.reason == .protocolError || error?.reason == .cut)
        #expect(error?.hasAnswerBegun == true)
    }

    @Test func aFoldedHeaderIsAProtocolError() async throws {
        let error = try await failureOf("HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n")
        #expect(error?.reason == .protocolError)
    }

    @Test func headersHaveACount() async throws {
        let fields = String(repeating: "A: b\r\n", count: 21)
        let error = try await failureOf("HTTP/1.1 200 OK\r\n\(fields)\r\n") { $0.headFieldsMax = 20 }
        expect(error, .tooLarge, begun: true, retryable: false)
        #expect(error?.message.contains("20 fields") == true)
    }

    @Test func headersHaveASize() async throws {
        let field = "A: \(String(repeating: "x", count: 2000))\r\n"
        let error = try await failureOf("HTTP/1.1 200 OK\r\n\(field)\r\n") { $0.headSizeMax = 2000 }
        expect(error, .tooLarge, begun: true, retryable: false)
        let endless = try await failureOf("HTTP/1.1 200 OK\r\nA: \(String(repeating: "x", count: 400_000))")
        expect(endless, .tooLarge, begun: true, retryable: false)
    }

    @Test func interimHeadsCountAsWell() async throws {
        let interim = String(repeating: "HTTP/1.1 103 Early\r\nA: b\r\n\r\n", count: 100)
        let error = try await failureOf(interim) { $0.headFieldsMax = 50 }
        expect(error, .tooLarge, begun: true, retryable: false)
    }

    @Test func aBodyHasASize() async throws {
        let announced = try await failureOf("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n") { $0.bodySizeMax = 10 }
        expect(announced, .tooLarge, begun: true, retryable: false)
        let chunk = "6\r\n123456\r\n"
        let sent = try await failureOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)") {
            $0.bodySizeMax = 10
        }
        expect(sent, .tooLarge, begun: true, retryable: false)
        #expect(sent?.message.contains("10 bytes") == true)
    }

    @Test func nobodyThereIsNoConnection() async throws {
        let server = RawServer { _ in }
        let url = server.url()
        server.stop()
        try await withClient { client in
            // The port is free only when the listener's thread has seen the end.
            var error: HTTPClientError?
            repeat {
                error = await failure { () async throws(HTTPClientError) in
                    try await client.send(HTTPRequest(.get, url))
                }
            } while error?.reason == .cut
            expect(error, .connect, begun: false, retryable: true)
        }
    }

    @Test func aNameThatCannotBeIsADNSError() async throws {
        // A label of more than 63 letters is refused without anybody being asked.
        let name = String(repeating: "a", count: 64) + ".invalid"
        try await withClient { client in
            let error = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, "http://\(name)/"))
            }
            #expect(error?.reason == .dns)
            #expect(error?.isRetryable == true)
            #expect(error?.message.contains(name) == true)
        }
    }

    @Test func codesAreStable() {
        #expect(
            HTTPClientError.Reason.allCases.map(\.rawValue) == [
                "http_dns", "http_connect", "http_tls", "http_timeout_connect", "http_timeout_first_byte",
                "http_timeout_first_content",
                "http_timeout_idle", "http_timeout_total", "http_cut", "http_too_large", "http_bad_request",
                "http_cancelled", "http_protocol", "http_overloaded", "http_shut_down",
            ])
        #expect(HTTPClientError.cancelled.code == "http_cancelled")
    }
}
