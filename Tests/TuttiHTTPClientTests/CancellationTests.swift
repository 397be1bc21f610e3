import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

/// However a call ends early, its server sees the connection close.
@Suite struct CancellationTests {
    /// A server that answers so and then waits for the end of the connection.
    private func server(_ answer: String, _ hasAnswered: Signal, _ isClosed: Signal) -> RawServer {
        RawServer { connection in
            _ = connection.readHead()
            connection.send(answer)
            hasAnswered.give()
            connection.waitForClose()
            isClosed.give()
        }
    }

    private let hasAnswered = Signal()
    private let isClosed = Signal()
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func whileItWaitsForTheHead() async throws {
        let server = server("", hasAnswered, isClosed)
        try await withClient { client in
            let task = Task {
                await failure { () async throws(HTTPClientError) in
                    try await client.send(HTTPRequest(.get, server.url()))
                }
            }
            await hasAnswered.wait()
            task.cancel()
            #expect(await task.value == .cancelled)
            await isClosed.wait()
        }
        server.stop()
    }

    @Test func whileItReads() async throws {
        let server = server(Self.head, hasAnswered, isClosed)
        try await withClient { client in
            let response = try await client.stream(HTTPRequest(.get, server.url()))
            let task = Task {
                await failure { () async throws(HTTPClientError) in try await response.body.collected() }
            }
            task.cancel()
            #expect(await task.value == .cancelled)
            await isClosed.wait()
        }
        server.stop()
    }

    @Test func whenItsTaskIsCancelledAlready() async throws {
        try await withClient { client in
            let task = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return await failure { () async throws(HTTPClientError) in
                    try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/"))
                }
            }
            #expect(await task.value == .cancelled)
        }
    }

    @Test func whenTheStreamIsDropped() async throws {
        let server = server(Self.head, hasAnswered, isClosed)
        try await withClient { client in
            do {
                let response = try await client.stream(HTTPRequest(.get, server.url()))
                #expect(response.status == 200)
            }
            await isClosed.wait()
        }
        server.stop()
    }

    @Test func whenTheLoopOverItIsLeft() async throws {
        let server = server(Self.head + "1\r\nx\r\n", hasAnswered, isClosed)
        try await withClient { client in
            for try await bytes in try await client.stream(HTTPRequest(.get, server.url())).body {
                #expect(text(bytes) == "x")
                break
            }
            await isClosed.wait()
        }
        server.stop()
    }

    @Test func whenTheClientIsShutDown() async throws {
        let server = server(Self.head, hasAnswered, isClosed)
        let client = HTTPClient()
        let response = try await client.stream(HTTPRequest(.get, server.url()))
        await client.shutDown()
        await isClosed.wait()
        let error = await failure { () async throws(HTTPClientError) in try await response.body.collected() }
        #expect(error?.reason == .shutDown)
        server.stop()
    }

    @Test func whenTheClientIsDropped() async throws {
        let server = server(Self.head, hasAnswered, isClosed)
        do {
            let response = try await HTTPClient().stream(HTTPRequest(.get, server.url()))
            #expect(response.status == 200)
        }
        await isClosed.wait()
        server.stop()
    }

    @Test func noCallBeginsAfterTheShutDown() async throws {
        for isUsedBefore in [false, true] {
            let client = HTTPClient()
            if isUsedBefore {
                _ = await failure { () async throws(HTTPClientError) in
                    try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/"))
                }
            }
            await client.shutDown()
            await client.shutDown()
            let error = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/"))
            }
            #expect(error == .shutDown)
        }
    }
}
