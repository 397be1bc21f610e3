import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

@Suite struct HTTP2Tests {
    /// A server that speaks nothing but HTTP/2, and a client that trusts it.
    private func withHTTP2(
        _ script: @escaping @Sendable (HTTP2Script) -> Void,
        _ body: (HTTPClient, RawServer, HTTPRequest) async throws -> Void
    ) async throws {
        let certificate = TestCertificate(for: "localhost")
        let server = RawServer { connection in
            guard connection.startTLS(certificate, protocol: "h2"), let http2 = HTTP2Script(connection) else { return }
            script(http2)
        }
        try await withClient {
            $0.certificateAuthorityFile = certificate.file
            $0.bufferHighMark = 10_000
        } _: { client in
            try await body(client, server, HTTPRequest(.post, "https://localhost:\(server.port)/", body: [1, 2]))
        }
        server.stop()
        certificate.remove()
    }

    @Test func callsThatBeginTogetherShareOneConnection() async throws {
        try await withHTTP2 { http2 in
            // The first call alone finds out that this is HTTP/2; answered only when the others are there as well.
            var streams: [Int] = []
            while streams.count < 50, let stream = http2.nextRequest() { streams.append(stream) }
            for stream in streams {
                http2.answer(stream)
                http2.data(stream, Array("hello".utf8), ends: true)
            }
            while http2.next() != nil {}
        } _: { client, server, request in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 { group.addTask { text(try await client.send(request).body) } }
                for try await body in group { #expect(body == "hello") }
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func aReaderThatTakesItsTimeDoesNotHoldUpItsNeighbours() async throws {
        try await withHTTP2 { http2 in
            guard let slow = http2.nextRequest() else { return }
            http2.answer(slow)
            for _ in 0..<64 { http2.data(slow, [UInt8](repeating: 7, count: 16 << 10), ends: false) }
            guard let quick = http2.nextRequest() else { return }
            http2.answer(quick)
            http2.data(quick, Array("quick".utf8), ends: true)
            http2.data(slow, [7], ends: true)
            while http2.next() != nil {}
        } _: { client, server, request in
            let slow = try await client.stream(request)
            let quick = try await client.send(request)
            #expect(text(quick.body) == "quick")
            let whole = try await slow.body.collected()
            #expect(whole == [UInt8](repeating: 7, count: (1 << 20) + 1))
            #expect(server.connectionCount == 1)
        }
    }

    @Test func aCancelledCallEndsItsStreamOnly() async throws {
        let hasCome = Signal()
        try await withHTTP2 { http2 in
            guard let first = http2.nextRequest() else { return }
            http2.answer(first)
            hasCome.give()
            guard let frame = http2.next(), frame == (HTTP2Script.Kind.reset, first) else { return }
            guard let second = http2.nextRequest() else { return }
            http2.answer(second)
            http2.data(second, Array("second".utf8), ends: true)
            while http2.next() != nil {}
        } _: { client, server, request in
            do { _ = try await client.stream(request) }
            await hasCome.wait()
            let second = try await client.send(request)
            #expect(text(second.body) == "second")
            #expect(server.connectionCount == 1)
        }
    }

    @Test func aStreamThatTheServerResetsIsACut() async throws {
        try await withHTTP2 { http2 in
            guard let stream = http2.nextRequest() else { return }
            http2.answer(stream)
            http2.data(stream, [1], ends: false)
            http2.send(HTTP2Script.Kind.reset, stream: stream, flags: 0, [0, 0, 0, 2])
            while http2.next() != nil {}
        } _: { client, _, request in
            let error = await failure { () async throws(HTTPClientError) in try await client.send(request) }
            #expect(error?.reason == .cut)
            #expect(error?.hasAnswerBegun == true)
        }
    }
}
