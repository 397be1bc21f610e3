import Glibc
import Synchronization
import TestServer
import Testing
import TuttiHTTP
import TuttiRuntime

@testable import TuttiHTTPClient

@Suite struct ManyCallsTests {
    /// Takes `count` connections, reads a request on each, and answers only when all are there.
    private static func serveTogether(_ listener: Int32, _ count: Int, pieces: Int) {
        var sockets: [Int32] = []
        while sockets.count < count {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { return }
            sockets.append(socket)
        }
        let connections = sockets.map { RawConnection($0) }
        for connection in connections { _ = connection.readHead() }
        for connection in connections {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        }
        for piece in 0..<pieces { for connection in connections { connection.send("1\r\n\(piece % 10)\r\n") } }
        for connection in connections { connection.send("0\r\n\r\n") }
    }

    @Test func twoThousandStreamsAreOpenAtOneTimeOnOneThread() async throws {
        // Both ends are in this process, beside the other tests: what may be open decides.
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = min(2000, Int(limit.rlim_cur) / 4)
        let listener = RawServer.listen(4096)
        let port = RawServer.port(of: listener)
        PosixThread.start(name: "test-server") { Self.serveTogether(listener, count, pieces: 5) }
        try await withClient {
            $0.callsMax = count
            $0.callsPerHostMax = count
        } _: { client in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        let request = HTTPRequest(.post, "http://127.0.0.1:\(port)/", body: Array("{}".utf8))
                        var whole = ""
                        for try await bytes in try await client.stream(request).body { whole += text(bytes) }
                        return whole
                    }
                }
                var sum = 0
                for try await whole in group { sum += whole == "01234" ? 1 : 0 }
                #expect(sum == count)
            }
        }
        close(listener)
    }

    @Test func allOfThemEndWhenTheClientIsShutDown() async throws {
        let arrived = Counts()
        let all = Signal()
        let server = RawServer { connection in
            _ = connection.readHead()
            arrived.enter()
            if arrived.peak == 50 { all.give() }
            connection.waitForClose()
        }
        let client = HTTPClient()
        await withTaskGroup(of: HTTPClientError?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await failure { () async throws(HTTPClientError) in
                        try await client.send(HTTPRequest(.get, server.url()))
                    }
                }
            }
            await all.wait()
            await client.shutDown()
            for await error in group { #expect(error?.reason == .shutDown) }
        }
        server.stop()
    }
}
