import TestServer
import Testing
import TuttiHTTP
import TuttiRuntime
import TuttiTesting

@testable import TuttiHTTPClient
@testable import TuttiHTTPServer

/// Calls of tasks on a loop are carried out on that loop, and end with it.
@Suite struct EventLoopTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private func server() -> ScriptedServer { ScriptedServer { _, connection in connection.send(Self.answer) } }

    /// A client whose thread of its own would never begin.
    private func client(_ change: (inout HTTPClientConfiguration) -> Void = { _ in }) -> HTTPClient {
        var configuration = HTTPClientConfiguration()
        change(&configuration)
        return HTTPClient(configuration)
    }

    @Test func callsOfATaskOnALoopNeedNoOtherThread() async throws {
        let (server, client) = (server(), client())
        try await withLoop { loop in
            for _ in 0..<3 {
                let answer = try await client.send(HTTPRequest(.get, server.url + "/"))
                #expect(text(answer.body) == "ok")
                #expect(loop.isOnLoop)
            }
        }
        #expect(server.connectionCount == 1)
        #expect(!client.hasThread)
        await client.shutDown()
    }

    @Test func eachLoopHasItsOwnConnections() async throws {
        let (server, client) = (server(), client())
        for _ in 0..<2 {
            try await withLoop { _ in _ = try await client.send(HTTPRequest(.get, server.url + "/")) }
        }
        _ = try await client.send(HTTPRequest(.get, server.url + "/"))
        #expect(server.connectionCount == 3)
        #expect(client.hasThread)
        await client.shutDown()
    }

    @Test func aCallThatOutlivesItsLoopEndsWithIt() async throws {
        let hasAnswered = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send(Self.head)
            hasAnswered.give()
            connection.waitForClose()
        }
        let client = client()
        let response = try await withLoop { _ in try await client.stream(HTTPRequest(.get, server.url())) }
        await hasAnswered.wait()
        let error = await failure { () async throws(HTTPClientError) in try await response.body.collected() }
        #expect(error?.reason == .shutDown)
        server.stop()
        await client.shutDown()
    }

    @Test func whoWaitsOnALoopThatEndsIsToldAndCanCallFromElsewhere() async throws {
        let (isAsked, other, client) = (Signal(), server(), client())
        let server = RawServer { connection in
            _ = connection.readHead()
            isAsked.give()
            connection.waitForClose()
        }
        let task = try await withLoop { loop in
            let task = Task(executorPreference: loop) {
                let error = await failure { () async throws(HTTPClientError) in
                    try await client.send(HTTPRequest(.get, server.url()))
                }
                return (error, try await client.send(HTTPRequest(.get, other.url + "/")))
            }
            await isAsked.wait()
            return task
        }
        let (error, answer) = try await task.value
        #expect(error?.reason == .shutDown)
        #expect(text(answer.body) == "ok" && client.hasThread)
        server.stop()
        await client.shutDown()
    }

    @Test func aCallThatIsAskedForAsTheClientShutsDownEnds() async throws {
        let isAsked = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            isAsked.give()
            connection.waitForClose()
        }
        let client = client()
        try await withLoop { _ in
            async let error = failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, server.url()))
            }
            await isAsked.wait()
            await client.shutDown()
            let reason = await error?.reason
            #expect(reason == .shutDown)
            let late = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, server.url()))
            }
            #expect(late?.reason == .shutDown)
        }
        server.stop()
    }

    @Test func aClientThatNobodyHoldsLeavesTheLoop() async throws {
        let server = server()
        try await withLoop { loop in
            do {
                let client = client()
                _ = try await client.send(HTTPRequest(.get, server.url + "/"))
                #expect(loop.sourceCount == 1)
            }
            while loop.sourceCount > 0 { await Task.yield() }
        }
    }

    @Test func aReaderElsewhereIsServedByTheLoop() async throws {
        let (server, client) = (server(), client())
        try await withLoop { loop in
            let response = try await client.stream(HTTPRequest(.get, server.url + "/"))
            let body = try await Task.detached { try await response.body.collected() }.value
            #expect(text(body) == "ok")
        }
        #expect(!client.hasThread)
        await client.shutDown()
    }
}
