import Synchronization
import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

@Suite struct StreamTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    @Test func piecesComeAsTheyAreSent() async throws {
        let signals = [Signal(), Signal(), Signal()]
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send(Self.head)
            for (index, signal) in signals.enumerated() {
                signal.waitOnThread()
                connection.send(Self.chunk("piece \(index)"))
            }
            connection.send("0\r\nTrailer: x\r\n\r\n")
            connection.waitForClose()
        }
        try await withClient { client in
            let response = try await client.stream(HTTPRequest(.get, server.url()))
            #expect(response.status == 200)
            var iterator = response.body.makeAsyncIterator()
            for (index, signal) in signals.enumerated() {
                signal.give()
                #expect(try await iterator.next().map(text) == "piece \(index)")
            }
            #expect(try await iterator.next() == nil)
            #expect(try await iterator.next() == nil)
        }
        server.stop()
    }

    @Test func eventsComeOutOfAStream() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send(Self.head + Self.chunk("event: a\r\nda") + Self.chunk("ta: 1\r\n\r"))
            connection.send(Self.chunk("\ndata: 2\n\ndata: [DONE]") + "0\r\n\r\n")
        }
        try await withClient { client in
            let response = try await client.stream(HTTPRequest(.get, server.url()))
            var iterator = response.body.events().makeAsyncIterator()
            #expect(try await iterator.next() == ServerSentEvent(type: "a", data: "1"))
            #expect(try await iterator.next() == ServerSentEvent(data: "2"))
            #expect(try await iterator.next() == nil)
            #expect(iterator.parser.unfinished() == ServerSentEvent(data: "[DONE]"))
        }
        server.stop()
    }

    @Test func whatCameBeforeACutIsGivenFirst() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send(Self.head + Self.chunk("hello"))
        }
        try await withClient { client in
            let response = try await client.stream(HTTPRequest(.get, server.url()))
            var received = ""
            var error: HTTPClientError?
            do throws(HTTPClientError) {
                for try await bytes in response.body { received += text(bytes) }
            } catch let failure {
                error = failure
            }
            #expect(received == "hello")
            #expect(error?.reason == .cut)
            #expect(error?.hasAnswerBegun == true)
        }
        server.stop()
    }

    @Test func aBodyMayEndWithItsConnection() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.0 200 OK\r\n\r\nall of it")
        }
        try await withClient { client in
            let response = try await client.send(HTTPRequest(.get, server.url()))
            #expect(text(response.body) == "all of it")
        }
        server.stop()
    }

    @Test func interimHeadsArePassedOver() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            connection.send("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno")
        }
        try await withClient { client in
            let response = try await client.send(HTTPRequest(.get, server.url()))
            #expect(response == HTTPResponse(status: 404, headers: ["Content-Length": "2"], body: Array("no".utf8)))
        }
        server.stop()
    }

    @Test func aReaderThatTakesItsTimeMakesTheSenderWait() async throws {
        let size = 64 << 20
        let (hasSentAll, isPaused) = (Signal(), Signal())
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            for part in 0..<64 { connection.send([UInt8](repeating: UInt8(part), count: size / 64)) }
            hasSentAll.give()
            connection.waitForClose()
        }
        var configuration = HTTPClientConfiguration()
        configuration.bufferHighMark = 100_000
        // Shorter than the time a reader may take: what a reader does not take is nobody's silence.
        configuration.timeouts.idle = .seconds(20)
        let client = HTTPClient(configuration, whenPaused: { isPaused.give() })
        let response = try await client.stream(HTTPRequest(.get, server.url()))
        await isPaused.wait()
        #expect(!hasSentAll.isGiven)
        var iterator = response.body.makeAsyncIterator()
        let first = try #require(try await iterator.next())
        #expect(first.count >= 100_000 && first.count < 100_000 + (16 << 10))
        var sums = [Int](repeating: 0, count: 64)
        for byte in first { sums[Int(byte)] += 1 }
        while let bytes = try await iterator.next() {
            #expect(bytes.count < 100_000 + (16 << 10))
            for byte in bytes { sums[Int(byte)] += 1 }
        }
        #expect(sums == [Int](repeating: size / 64, count: 64))
        await client.shutDown()
        server.stop()
    }
}
