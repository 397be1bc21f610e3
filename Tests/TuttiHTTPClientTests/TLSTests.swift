import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

@Suite struct TLSTests {
    private static func server(
        _ certificate: TestCertificate, _ script: @escaping @Sendable (RawConnection) -> Void
    ) -> RawServer {
        RawServer { connection in if connection.startTLS(certificate) { script(connection) } }
    }

    @Test func anOwnAuthorityIsTrusted() async throws {
        let certificate = TestCertificate(for: "localhost")
        let server = Self.server(certificate) { connection in
            while connection.readHead() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        }
        try await withClient {
            $0.certificateAuthorityFile = certificate.file
        } _: { client in
            for _ in 0..<3 {
                let response = try await client.send(HTTPRequest(.get, "https://localhost:\(server.port)/"))
                #expect(text(response.body) == "ok")
            }
        }
        #expect(server.connectionCount == 1)
        server.stop()
        certificate.remove()
    }

    private func failureAt(
        _ host: String, certifiedFor name: String, isTrusted: Bool = true,
        _ script: @escaping @Sendable (RawConnection) -> Void = { $0.waitForClose() }
    ) async throws -> HTTPClientError? {
        let certificate = TestCertificate(for: name)
        let server = Self.server(certificate, script)
        let error = try await withClient {
            if isTrusted { $0.certificateAuthorityFile = certificate.file }
        } _: { client in
            await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, "https://\(host):\(server.port)/geheim"))
            }
        }
        server.stop()
        certificate.remove()
        return error
    }

    @Test func aCertificateOfAnotherHostIsRefused() async throws {
        let error = try await failureAt("localhost", certifiedFor: "example.test")
        #expect(error?.reason == .tls)
        #expect(error?.isRetryable == false)
        #expect(error?.message.contains("localhost") == true)
        #expect(error?.message.contains("geheim") == false)
    }

    @Test func aCertificateOfANameIsNoneOfAnAddress() async throws {
        #expect(try await failureAt("127.0.0.1", certifiedFor: "localhost")?.reason == .tls)
    }

    @Test func aCertificateThatNobodyTrustsIsRefused() async throws {
        let error = try await failureAt("localhost", certifiedFor: "localhost", isTrusted: false)
        #expect(error?.reason == .tls)
        #expect(error?.isRetryable == false)
    }

    @Test func callsThatWaitForTheFirstOneFailWithIt() async throws {
        let certificate = TestCertificate(for: "example.test")
        let mayAnswer = Signal()
        let server = RawServer { connection in
            mayAnswer.waitOnThread()
            _ = connection.startTLS(certificate)
        }
        try await withClient {
            $0.certificateAuthorityFile = certificate.file
        } _: { client in
            let request = HTTPRequest(.get, "https://localhost:\(server.port)/")
            await withTaskGroup(of: HTTPClientError?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await failure { () async throws(HTTPClientError) in try await client.send(request) }
                    }
                }
                // A call to elsewhere that is done shows that the loop has seen those before it.
                _ = await failure { () async throws(HTTPClientError) in
                    try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/"))
                }
                mayAnswer.give()
                for await error in group { #expect(error?.reason == .tls) }
            }
        }
        #expect(server.connectionCount < 20)
        server.stop()
        certificate.remove()
    }

    @Test func aServerWithoutTLSIsATLSErrorThatMayPass() async throws {
        let server = RawServer { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        try await withClient { client in
            let error = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
            }
            #expect(error?.reason == .tls)
            #expect(error?.isRetryable == true)
        }
        server.stop()
    }

    @Test func aMissingAuthorityFileIsATLSError() async throws {
        let certificate = TestCertificate(for: "localhost")
        let server = Self.server(certificate) { $0.waitForClose() }
        try await withClient {
            $0.certificateAuthorityFile = "/nowhere/ca.pem"
        } _: { client in
            let error = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, "https://localhost:\(server.port)/"))
            }
            #expect(error?.reason == .tls)
            #expect(error?.message.contains("/nowhere/ca.pem") == true)
        }
        server.stop()
        certificate.remove()
    }

    @Test func anEndWithoutGoodByeIsACut() async throws {
        let error = try await failureAt("localhost", certifiedFor: "localhost") { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")
            connection.end(politely: false)
        }
        #expect(error?.reason == .cut)
        #expect(error?.hasAnswerBegun == true)
    }
}
