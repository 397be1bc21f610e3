import Glibc
import Synchronization
import TestServer
import Testing
import TuttiTesting

@testable import TuttiHTTPServer

struct ShutDownTests {
    @Test func idleConnectionsAreClosedAndNobodyIsAccepted() async throws {
        let server = HTTPServer(handler: TestHandler.echo)
        async let run: Void = server.run()
        let peer = Peer(port: try await server.boundPort)
        await peer.send(get())
        await #expect(peer.readAnswer()?.status == 200)
        await server.shutDownGracefully(within: .seconds(60))
        try await run
        await #expect(peer.readToEnd().isEmpty)
        #expect(server.statistics.connectionsOpen == 0)
        let late = socketThatConnects(to: try await server.boundPort)
        #expect(!late)
    }

    @Test func whatIsInHandIsFinished() async throws {
        let (begun, goOn) = (Signal(), Signal())
        let handler = TestHandler { _ in
            begun.give()
            await goOn.wait()
            return ServerResponse(body: .bytes(Array("done".utf8)))
        }
        let server = HTTPServer(handler: handler)
        async let run: Void = server.run()
        let peer = Peer(port: try await server.boundPort)
        await peer.send(get() + get())
        await begun.wait()
        async let end: Void = server.shutDownGracefully(within: .seconds(60))
        await until { server.isEnding }
        goOn.give()
        let answer = try #require(await peer.readAnswer())
        #expect(answer.text == "done" && answer["connection"] == "close")
        await #expect(peer.readToEnd().isEmpty)  // the second one is not begun
        await end
        try await run
    }

    @Test func streamsAndSocketsAreToldToComeBack() async throws {
        let (broadcast, ended) = (Broadcast(), Signal())
        let handler = TestHandler { request in
            switch request.path {
            case "/chat":
                ServerResponse(
                    body: .webSocket(WebSocketOptions()) { socket in
                        let message = try await socket.receive()
                        #expect(message == nil)
                    })
            case "/follow":
                ServerResponse(body: .stream(length: nil) { _ = try await $0.follow(broadcast, behind: 0) })
            default:
                ServerResponse(
                    body: .stream(length: nil) { writer in
                        try await writer.write([0x61])
                        while !writer.isServerEnding { await Task.yield() }
                        try await writer.write([0x62])
                        ended.give()
                    })
            }
        }
        let server = HTTPServer(handler: handler)
        async let run: Void = server.run()
        let port = try await server.boundPort
        let (socket, follower, stream) = (Peer(port: port), Peer(port: port), Peer(port: port))
        await socket.send(SocketBytes.handshake)
        await follower.send(get("/follow"))
        await stream.send(get("/stream"))
        await #expect(socket.readHead() != nil)
        await until { broadcast.followerCount == 1 }
        await #expect(stream.readHead() != nil)
        async let end: Void = server.shutDownGracefully(within: .seconds(60))
        await #expect(socket.read(4)?.suffix(2) == [0x03, 0xe9])
        await socket.send(SocketBytes.frame(8, [0x03, 0xe9]))
        await #expect(follower.readAnswer()?.body == [])  // in good order: the client comes back at once
        await #expect(stream.readChunk() == [0x61])
        await #expect(stream.readChunk() == [0x62])
        await #expect(stream.readChunk() == [])
        await ended.wait()
        await end
        try await run
        #expect(server.statistics.connectionsOpen == 0)
    }

    @Test func whatTakesTooLongIsCancelled() async throws {
        let (clock, begun, cancelled) = (ManualClock(), Signal(), Signal())
        let handler = TestHandler { _ in
            begun.give()
            await withTaskCancellationHandler {
                await cancelled.wait()
            } onCancel: {
                cancelled.give()
            }
            return ServerResponse()
        }
        let server = HTTPServer(handler: handler, clock: clock)
        async let run: Void = server.run()
        let peer = Peer(port: try await server.boundPort)
        await peer.send(get())
        await begun.wait()
        async let end: Void = server.shutDownGracefully(within: .seconds(7))
        await clock.untilSleeping(2)
        #expect(!cancelled.isGiven)
        clock.advance(by: .seconds(7))
        await end
        try await run
        #expect(cancelled.isGiven)
        await #expect(peer.readToEnd().isEmpty)
    }

    @Test func cancellingTheRunEndsEverythingAtOnce() async throws {
        let (broadcast, begun, cancelled) = (Broadcast(), Signal(), Signal())
        let handler = TestHandler { request in
            guard request.path == "/think" else {
                return ServerResponse(body: .stream(length: nil) { _ = try await $0.follow(broadcast, behind: 0) })
            }
            begun.give()
            await withTaskCancellationHandler {
                await cancelled.wait()
            } onCancel: {
                cancelled.give()
            }
            return ServerResponse()
        }
        let server = HTTPServer(handler: handler)
        let peers = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.boundPort
            let peers = [Peer(port: port), Peer(port: port), Peer(port: port)]
            await peers[0].send(get("/think"))
            await peers[1].send(get("/follow"))
            await peers[2].send("GET / HTT")
            await begun.wait()
            await until { broadcast.followerCount == 1 }
            group.cancelAll()
            return peers
        }
        #expect(cancelled.isGiven && broadcast.followerCount == 0 && server.statistics.connectionsOpen == 0)
        for peer in peers { await #expect(!text(peer.readToEnd()).contains("200 OK\r\n\r\n")) }
    }

    @Test func aServerThatIsShutDownBeforeItRunsEndsAtOnce() async throws {
        let server = HTTPServer(handler: TestHandler.echo)
        await server.shutDownGracefully(within: .seconds(60))
        try await server.run()
        #expect(server.statistics.connectionsAccepted == 0)
    }

    @Test func aWriterThatIsKeptForTooLongIsToldSo() async throws {
        let kept = Kept()
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: nil) { writer in
                    kept.writer.withLock { $0 = writer }
                })
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await #expect(peer.readAnswer()?.status == 200)
            let writer = try #require(kept.writer.withLock { $0 })
            await #expect(throws: ClientGone.self) { try await writer.write([1]) }
        }
        // The loops have ended by now.
        let writer = try #require(kept.writer.withLock { $0 })
        await #expect(throws: ClientGone.self) { try await writer.write([1]) }
    }
}

/// Somebody who keeps what was given to him for a while.
private final class Kept: Sendable {
    let writer = Mutex<ResponseWriter?>(nil)
}

private func socketThatConnects(to port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    return Loopback.connect(socket, to: port) == 0
}
