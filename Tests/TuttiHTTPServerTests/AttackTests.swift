import Glibc
import Synchronization
import TestServer
import Testing
import TuttiTesting

@testable import TuttiHTTPServer

/// What somebody does who wants the server to suffer.
struct AttackTests {
    /// Eight thousand where there is time.
    private static let many = unsafe getenv("TUTTI_LONG") == nil ? 500 : 8000

    @Test func manyConnectionsThatSayNothingAreBorne() async throws {
        let clock = ManualClock()
        try await withServer(TestHandler.echo, clock: clock) { server, port in
            let crowd = Crowd(port: port)
            await #expect(crowd.connect(Self.many) == Self.many)
            await crowd.sendToAll("GET / HTTP/1.1\r\nX-A: slow")
            await until { server.statistics.bytesIn == Self.many * 25 }
            let peer = Peer(port: port)
            await peer.send(get())
            await #expect(peer.readAnswer()?.status == 200)  // others do not notice
            await clock.untilSleeping(1)
            clock.advance(by: .seconds(11))
            let answers = await crowd.readUntil(Array("nothing".utf8))
            #expect(answers.allSatisfy { text($0).hasPrefix("HTTP/1.1 408 ") })
            await crowd.closeAll()
            await until { server.statistics.connectionsOpen <= 1 }
        }
    }

    @Test func oneConnectionTooManyIsAnsweredWith503() async throws {
        try await withServer(TestHandler.echo, { $0.limits.connectionsMax = 3 }) { server, port in
            let crowd = Crowd(port: port)
            _ = await crowd.connect(3)
            await until { server.statistics.connectionsAccepted == 3 }
            let peer = Peer(port: port)
            await peer.send(get())
            let answer = try #require(await peer.readAnswer())
            #expect(answer.status == 503 && answer["retry-after"] == "1" && answer["connection"] == "close")
            await #expect(peer.readToEnd().isEmpty)
            await peer.close()
            #expect(server.statistics.connectionsRefused == 1)
            await crowd.closeAll()
            await until { server.statistics.connectionsOpen == 0 }
            let next = Peer(port: port)
            await next.send(get())
            await #expect(next.readAnswer()?.status == 200)
        }
    }

    @Test func refusedConnectionsAreLimitedToo() async throws {
        let change: (inout HTTPServerConfiguration) -> Void = {
            $0.limits.connectionsMax = 1
            $0.limits.refusalsMax = 2
        }
        try await withServer(TestHandler.echo, change) { server, port in
            let crowd = Crowd(port: port)
            _ = await crowd.connect(50)
            await until { server.statistics.connectionsRefused == 49 }
            #expect(server.statistics.connectionsOpen <= 3)
        }
    }

    @Test func aFloodOfTinyChunksTakesNoMoreMemoryThanItsBytes() async throws {
        try await withServer(TestHandler.echo) { _, port in
            let peer = Peer(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
            let flood = Array(String(repeating: "1\r\nx\r\n", count: 1000).utf8)
            for _ in 0..<100 { await peer.send(flood) }
            await peer.send("0\r\n\r\n")
            await #expect(peer.readAnswer()?.body.count == 100_000)
        }
    }

    @Test(arguments: [true, false])
    func anUploadOverTheLimitIsRefused(isChunked: Bool) async throws {
        let asked = Atomic<Int>(0)
        let handler = TestHandler(RequestPlan(bodySizeMax: 100_000)) { request in
            asked.add(1, ordering: .relaxed)
            for try await _ in request.body {}
            return ServerResponse()
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000000000"
            await peer.send("POST / HTTP/1.1\r\nHost: test\r\n\(framing)\r\n\r\n")
            let piece = [UInt8](repeating: 0x78, count: 0x8000)
            for _ in 0..<10 {
                if isChunked { await peer.send("8000\r\n") }
                await peer.send(piece)
                if isChunked { await peer.send("\r\n") }
            }
            let answer = try #require(await peer.readAnswer())
            #expect(answer.status == 413 && answer["connection"] == "close")
            await #expect(peer.readToEnd().isEmpty)
        }
        #expect(asked.load(ordering: .relaxed) == (isChunked ? 1 : 0))
    }

    @Test func whoNeverStopsSendingAfterTheEndIsCutOff() async throws {
        try await withServer(TestHandler.echo) { server, port in
            let peer = Peer(port: port)
            await peer.send("bad\r\n\r\n")
            let piece = [UInt8](repeating: 0x78, count: 1 << 16)
            while await peer.send(piece) {}
            await until { server.statistics.connectionsOpen == 0 }
            #expect(server.statistics.bytesIn < 4 << 20)
        }
    }

    @Test func aHandlerThatIsNeverReadFromHoldsNoMoreThanItsMarks() async throws {
        let change: (inout HTTPServerConfiguration) -> Void = { $0.limits.connectionsMax = 200 }
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: nil) { writer in
                    while true { try await writer.write([UInt8](repeating: 1, count: 10_000)) }
                })
        }
        try await withServer(handler, change) { server, port in
            let crowd = Crowd(port: port)
            _ = await crowd.connect(50)
            await crowd.sendToAll(get())
            await until { server.statistics.requests == 50 }
            let peer = Peer(port: port)
            await peer.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")
            await #expect(peer.readAnswer(toHead: true)?.status == 200)  // others have their turn
            await crowd.closeAll()
            await until { server.statistics.connectionsOpen == 1 }
        }
    }

    @Test func pipelinedRequestsWithoutEndAreAnsweredWithoutGrowing() async throws {
        try await withServer(TestHandler.echo) { server, port in
            let peer = Peer(port: port)
            let many = Array(String(repeating: get(), count: 1000).utf8)
            async let sending: Void = {
                for _ in 0..<20 { _ = await peer.sendWithoutWaiting(many) }
            }()
            await sending
            await peer.finishSending()
            let answers = await peer.readTextToEnd()
            #expect(answers.hasPrefix("HTTP/1.1 200 OK"))
            await until { server.statistics.connectionsOpen == 0 }
        }
    }

    @Test func aServerWithoutDescriptorsSendsAwayAndRecovers() async throws {
        // In a process of its own: others here need descriptors.
        await #expect(processExitsWith: .success) {
            try await withServer(TestHandler.echo, { $0.loops = 1 }) { server, port in
                let peer = Peer(port: port)
                await peer.send(get())
                guard await peer.readAnswer()?.status == 200 else { exit(1) }
                var taken: [Int32] = []
                let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                while true {
                    let descriptor = dup(client)
                    guard descriptor >= 0 else { break }
                    taken.append(descriptor)
                }
                // The handshake is the kernel's; accepting is not possible, and the client is sent away.
                guard Loopback.connect(client, to: port) == 0 else { exit(2) }
                var byte: UInt8 = 0
                guard unsafe recv(client, &byte, 1, 0) <= 0 else { exit(3) }
                guard server.statistics.connectionsRefused == 1 else { exit(4) }
                // Who is there is still served.
                await peer.send(get())
                guard await peer.readAnswer()?.status == 200 else { exit(5) }
                for descriptor in taken { close(descriptor) }
                let next = Peer(port: port)
                await next.send(get())
                guard await next.readAnswer()?.status == 200 else { exit(6) }
            }
            exit(0)
        }
    }
}
