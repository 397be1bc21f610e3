import Glibc
import Synchronization
import TestServer
import Testing
import TuttiHTTP
import TuttiRuntime

@testable import TuttiHTTPClient

/// Which connections calls use.
@Suite struct ConnectionTests {
    /// Answers each request on each connection.
    private static func patientServer(_ answer: @escaping @Sendable (String) -> String) -> RawServer {
        RawServer { connection in
            while let head = connection.readHead() { connection.send(answer(head)) }
        }
    }

    private static func ok(_ body: String = "ok") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The server takes a second request on a kept connection, and closes it without an answer.
    @Test(
        "a request on a kept connection is sent once more at first, and not when the server may have begun to work",
        arguments: [(Duration.seconds(60), 3), (.zero, 2)])
    func resending(window: Duration, sent: Int) async throws {
        let heads = Atomic(0)
        let server = RawServer { connection in
            while connection.readHead() != nil {
                if heads.add(1, ordering: .relaxed).newValue == 2 { return }
                connection.send(Self.ok())
            }
        }
        try await withClient {
            $0.resendWindow = window
        } _: { client in
            let request = HTTPRequest(.post, server.url(), body: [1])
            let first = try await client.send(request)
            #expect(first.status == 200)
            let error = await failure { () async throws(HTTPClientError) in try await client.send(request) }
            #expect(error?.reason == (sent == 2 ? .cut : nil))
        }
        server.stop()
        #expect(heads.load(ordering: .relaxed) == sent)
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let server = Self.patientServer { _ in Self.ok() }
        try await withClient { client in
            for _ in 0..<20 {
                let response = try await client.send(HTTPRequest(.get, server.url()))
                #expect(response.status == 200)
            }
        }
        #expect(server.connectionCount == 1)
        server.stop()
    }

    @Test func aConnectionWhoseReaderHasEnoughIsUsedAgain() async throws {
        let finished = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
            finished.waitOnThread()
            connection.send("5\r\n\n\n\n\n\n\r\n0\r\n\r\n")
            while connection.readHead() != nil { connection.send(Self.ok()) }
        }
        try await withClient {
            $0.callsPerHostMax = 1  // the second call waits for the end of the first
        } _: { client in
            try await takeFirst(of: client, server)
            finished.give()
            #expect(try await client.send(HTTPRequest(.get, server.url())).status == 200)
        }
        #expect(server.connectionCount == 1)
        server.stop()
    }

    @Test(arguments: ["", String(repeating: "x", count: 2 * HTTPBody.restSizeMax)])
    func aConnectionIsClosedWhoseRestIsLongInComing(_ rest: String) async throws {
        let closed = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nok")
            connection.send(rest)
            connection.waitForClose()
            closed.give()
        }
        try await withClient { client in
            try await takeFirst(of: client, server)
            await closed.wait()
        }
        server.stop()
    }

    private func takeFirst(of client: HTTPClient, _ server: RawServer) async throws {
        let answer = try await client.stream(HTTPRequest(.get, server.url(), bodySizeMax: 1 << 30))
        var bytes = answer.body.makeAsyncIterator()
        #expect(try await bytes.next()?.prefix(2) == Array("ok".utf8)[...])
        answer.body.finish()
    }

    @Test func aConnectionThatTheServerHasClosedIsMadeAnew() async throws {
        let server = RawServer { connection in
            guard connection.readHead() != nil else { return }
            connection.send(Self.ok())
        }
        try await withClient { client in
            for _ in 0..<5 {
                let response = try await client.send(HTTPRequest(.post, server.url(), body: [1]))
                #expect(response.status == 200)
            }
        }
        #expect(server.connectionCount == 5)
        server.stop()
    }

    @Test func noMoreCallsGoToAHostThanMay() async throws {
        let counts = Counts()
        let server = RawServer { connection in
            while connection.readHead() != nil {
                counts.enter()
                sched_yield()
                counts.leave()
                connection.send(Self.ok())
            }
        }
        try await withClient {
            $0.callsPerHostMax = 3
        } _: { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<200 {
                    group.addTask { try await client.send(HTTPRequest(.get, server.url())).status }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(counts.peak <= 3)
        #expect(server.connectionCount <= 3)
        server.stop()
    }

    @Test func moreThanMayWaitAreRefused() async throws {
        let hasCome = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            hasCome.give()
            connection.waitForClose()
        }
        try await withClient {
            $0.callsMax = 1
            $0.waitingMax = 0
        } _: { client in
            // Where the other call is made, too: there the limit holds.
            let first = Task(executorPreference: currentTaskExecutor) {
                try await client.send(HTTPRequest(.get, server.url()))
            }
            await hasCome.wait()
            let error = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, server.url()))
            }
            #expect(error?.reason == .overloaded)
            #expect(error?.isRetryable == true)
            first.cancel()
            _ = await first.result
        }
        server.stop()
    }

    @Test func redirectsAreAnswersUnlessAskedFor() async throws {
        let server = Self.patientServer { _ in "HTTP/1.1 302 Go\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n" }
        try await withClient { client in
            let response = try await client.send(HTTPRequest(.get, server.url("/a")))
            #expect(response.status == 302)
            #expect(response.headers["Location"] == "/b")
        }
        server.stop()
    }

    @Test(arguments: [
        (301, "GET /b/c?d"), (302, "GET /b/c?d"), (303, "GET /b/c?d"), (307, "POST /b/c?d"), (308, "POST /b/c?d"),
    ])
    func redirectsOnTheSameHostAreFollowedWhenAskedFor(_ status: Int, _ line: String) async throws {
        let server = RawServer { connection in
            while let head = connection.readHead() {
                if head.contains("Content-Length: 4") { _ = connection.readBytes(4) }
                let isFirst = head.hasPrefix("POST /b/a ")
                connection.send(
                    isFirst ? "HTTP/1.1 \(status) Go\r\nLocation: c?d\r\nContent-Length: 0\r\n\r\n" : Self.ok(head))
            }
        }
        try await withClient {
            $0.followsRedirectsOnSameHost = true
        } _: { client in
            let request = HTTPRequest(
                .post, server.url("/b/a"), headers: ["Authorization": "key"], body: Array("ping".utf8))
            let seen = text(try await client.send(request).body)
            #expect(seen.hasPrefix(line + " HTTP/1.1\r\n"))
            #expect(seen.contains("Authorization: key"))
        }
        server.stop()
    }

    @Test func redirectsElsewhereAreNeverFollowed() async throws {
        let other = RawServer { _ in Issue.record("somebody came") }
        let places = [other.url("/"), "https://127.0.0.1/", "//example.invalid/", "ftp://x/"]
        try await withClient {
            $0.followsRedirectsOnSameHost = true
        } _: { client in
            for place in places {
                let server = Self.patientServer { _ in
                    "HTTP/1.1 307 Go\r\nLocation: \(place)\r\nContent-Length: 0\r\n\r\n"
                }
                let response = try await client.send(HTTPRequest(.get, server.url()))
                #expect(response.status == 307)
                server.stop()
            }
        }
        #expect(other.connectionCount == 0)
        other.stop()
    }

    @Test func redirectsHaveALimit() async throws {
        let server = Self.patientServer { _ in "HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n" }
        try await withClient {
            $0.followsRedirectsOnSameHost = true
        } _: { client in
            let error = await failure { () async throws(HTTPClientError) in
                try await client.send(HTTPRequest(.get, server.url()))
            }
            #expect(error?.reason == .protocolError)
            #expect(error?.message.contains("more than 5 times") == true)
        }
        server.stop()
    }

    @Test func aProxyIsUsedWhenItIsConfigured() async throws {
        let proxy = Self.patientServer { head in Self.ok(head) }
        let server = Self.patientServer { head in Self.ok(head) }
        try await withClient {
            $0.proxy = .server(url: proxy.url(), except: ["127.0.0.1"])
        } _: { client in
            let far = text(try await client.send(HTTPRequest(.get, "http://far.invalid/a")).body)
            #expect(far.hasPrefix("GET http://far.invalid/a HTTP/1.1\r\nHost: far.invalid\r\n"))
            let near = text(try await client.send(HTTPRequest(.get, server.url("/a"))).body)
            #expect(near.hasPrefix("GET /a HTTP/1.1"))
        }
        proxy.stop()
        server.stop()
    }

    @Test(arguments: [HTTPMethod.get, .post, .put, .patch, .delete, .options])
    func everyMethodIsSent(_ method: HTTPMethod) async throws {
        let server = Self.patientServer { head in Self.ok(head) }
        try await withClient { client in
            let seen = text(try await client.send(HTTPRequest(method, server.url("/m"))).body)
            #expect(seen.hasPrefix("\(method.rawValue) /m HTTP/1.1\r\n"))
            let hasLength = [HTTPMethod.post, .put, .patch].contains(method)
            #expect(seen.contains("Content-Length: 0") == hasLength)
            #expect(!seen.contains("Content-Type"))
        }
        server.stop()
    }

    @Test func aHeadAnswerHasNoBody() async throws {
        let server = Self.patientServer { _ in "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" }
        try await withClient { client in
            let response = try await client.send(HTTPRequest(.head, server.url()))
            #expect(response.headers["content-length"] == "1000")
            #expect(response.body.isEmpty)
        }
        server.stop()
    }

    @Test func aLargeBodyIsSentWhole() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 1000) }
        let server = RawServer { connection in
            guard let head = connection.readHead(), !head.contains("Expect") else { return }
            connection.send(Self.ok(connection.readBytes(body.count) == body ? "same" : "other"))
            connection.waitForClose()
        }
        try await withClient { client in
            let response = try await client.send(HTTPRequest(.put, server.url(), body: body))
            #expect(text(response.body) == "same")
        }
        server.stop()
    }
}

/// How many are somewhere at one time, and have been at most.
final class Counts: Sendable {
    private let state = Mutex((present: 0, peak: 0))

    var peak: Int { state.withLock { $0.peak } }

    func enter() {
        state.withLock { state in
            state.present += 1
            state.peak = max(state.peak, state.present)
        }
    }

    func leave() { state.withLock { $0.present -= 1 } }
}
