import Glibc
import TestServer
import Testing
import TuttiHTTP
import TuttiTesting

@testable import TuttiHTTPClient

/// Each time limit by itself: the others are too long to matter.
@Suite struct TimeoutTests {
    private static let short = Duration.milliseconds(80)
    private static let long = HTTPTimeouts(
        connect: .seconds(60), firstByte: .seconds(60), idle: .seconds(60), total: .seconds(60))

    private func failureOf(
        _ server: RawServer, _ limit: WritableKeyPath<HTTPTimeouts, Duration>
    ) async throws -> HTTPClientError? {
        var timeouts = Self.long
        timeouts[keyPath: limit] = Self.short
        return try await withClient { client in
            await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, server.url(), timeouts: timeouts))
            }
        }
    }

    private func expect(_ error: HTTPClientError?, _ reason: HTTPClientError.Reason, begun: Bool) {
        #expect(error?.reason == reason)
        #expect(error?.hasAnswerBegun == begun)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("0.08 seconds") == true, "\(error?.message ?? "")")
    }

    @Test func connecting() async throws {
        // A queue of one that is full: the kernel answers nobody any more.
        let listener = RawServer.listen(0)
        let port = RawServer.port(of: listener)
        defer { close(listener) }
        var timeouts = Self.long
        timeouts.connect = Self.short
        let request = HTTPRequest(.get, "http://127.0.0.1:\(port)/", timeouts: timeouts)
        try await withClient { client in
            await withTaskGroup(of: HTTPClientError?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        await failure { () async throws(HTTPClientError) in
                            try await client.send(request)
                        }
                    }
                }
                // Those that are in the queue are connected, and would wait for an answer.
                for await error in group {
                    expect(error, .timeoutConnect, begun: false)
                    break
                }
                group.cancelAll()
            }
        }
    }

    @Test func theFirstByte() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.waitForClose()
        }
        expect(try await failureOf(server, \.firstByte), .timeoutFirstByte, begun: false)
        server.stop()
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 100 Go\r\n\r\n"])
    func betweenPieces(_ beginning: String) async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send(beginning)
            connection.waitForClose()
        }
        expect(try await failureOf(server, \.idle), .timeoutIdle, begun: true)
        server.stop()
    }

    /// Comments of an event stream and the like come all the time, and are not what is waited for.
    @Test func whatMattersInTheAnswer() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while connection.send(":\n") {}
        }
        var timeouts = Self.long
        timeouts.firstContent = Self.short
        let request = HTTPRequest(.get, server.url(), timeouts: timeouts, bodySizeMax: 1 << 30)
        let error = try await withClient { client in
            await failure { () async throws(HTTPClientError) in
                var bytes = try await client.stream(request).body.makeAsyncIterator()
                while try await bytes.next() != nil {}
            }
        }
        expect(error, .timeoutFirstContent, begun: true)
        server.stop()
    }

    @Test func aReaderThatHasWhatItWaitsForIsNotHurried() async throws {
        let asked = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok")
            asked.waitOnThread()
            connection.send("ay")
            connection.waitForClose()
        }
        var timeouts = HTTPTimeouts(
            connect: .seconds(900), firstByte: .seconds(900), idle: .seconds(900), total: .seconds(900))
        timeouts.firstContent = .seconds(60)
        let time = ManualClock()
        try await withClient(time: time) { client in
            let answer = try await client.stream(HTTPRequest(.get, server.url(), timeouts: timeouts))
            var bytes = answer.body.makeAsyncIterator()
            #expect(try await bytes.next() == Array("ok".utf8))
            answer.body.noteContent()
            time.advance(by: .seconds(61))
            // Another call has the loop look at its limits; that of the first one is over.
            let quick = RawServer { connection in
                guard connection.readHead() != nil else { return }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
            let other = try await client.send(HTTPRequest(.get, quick.url(), timeouts: timeouts))
            #expect(other.status == 200)
            quick.stop()
            asked.give()
            #expect(try await bytes.next() == Array("ay".utf8))
            #expect(try await bytes.next() == nil)
        }
        server.stop()
    }

    @Test func theWholeBeforeTheAnswer() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.waitForClose()
        }
        expect(try await failureOf(server, \.total), .timeoutTotal, begun: false)
        server.stop()
    }

    @Test func theWholeWhileTheAnswerComes() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
            // As fast as it goes, until the client closes.
            while connection.send([UInt8](repeating: 1, count: 1)) {}
        }
        expect(try await failureOf(server, \.total), .timeoutTotal, begun: true)
        server.stop()
    }

    @Test func theWholeWhileWaitingForATurn() async throws {
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.waitForClose()
        }
        try await withClient {
            $0.callsPerHostMax = 1
        } _: { client in
            let first = Task { try await client.send(HTTPRequest(.get, server.url())) }
            var timeouts = Self.long
            timeouts.total = Self.short
            let request = HTTPRequest(.get, server.url(), timeouts: timeouts)
            var error: HTTPClientError?
            error = await failure { () async throws(HTTPClientError) in try await client.send(request) }
            expect(error, .timeoutTotal, begun: false)
            first.cancel()
            _ = await first.result
        }
        server.stop()
    }
}
