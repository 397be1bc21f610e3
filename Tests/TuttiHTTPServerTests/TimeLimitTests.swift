import TestServer
import Testing
import TuttiTesting

@testable import TuttiHTTPServer

/// Every limit of time, by a clock that is advanced by hand.
struct TimeLimitTests {
    private let clock = ManualClock()

    /// Advances the clock when the server waits for its next second.
    private func advance(_ seconds: Int) async {
        await clock.untilSleeping(1)
        clock.advance(by: .seconds(seconds))
    }

    @Test func aHeadThatComesTooSlowlyIsAnsweredWith408() async throws {
        try await withServer(TestHandler.echo, clock: clock) { server, port in
            let peer = Peer(port: port)
            await peer.send("GET / HTTP/1.1\r\nHost: te")
            await until { server.statistics.bytesIn == 24 }
            await advance(9)
            await peer.send("st\r\nX-A: b\r\n")  // each byte does not buy more time
            await until { server.statistics.bytesIn == 36 }
            await advance(2)
            let answer = try #require(await peer.readAnswer())
            #expect(answer.status == 408 && answer["connection"] == "close")
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func aConnectionThatSaysNothingIsClosed() async throws {
        try await withServer(TestHandler.echo, clock: clock) { server, port in
            let peer = Peer(port: port)
            await until { server.statistics.connectionsAccepted == 1 }
            await advance(11)
            await #expect(peer.readToEnd().isEmpty)
            #expect(server.statistics.connectionsOpen == 0)
        }
    }

    @Test func anIdleConnectionIsClosedAfterItsTime() async throws {
        try await withServer(TestHandler.echo, clock: clock) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await #expect(peer.readAnswer()?.status == 200)
            await advance(74)
            await peer.send(get())
            await #expect(peer.readAnswer()?.status == 200)
            await advance(76)
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func aBodyThatStopsIsAnsweredWith408() async throws {
        try await withServer(TestHandler.echo, clock: clock) { server, port in
            let peer = Peer(port: port)
            let head = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nabc"
            await peer.send(head)
            await until { server.statistics.bytesIn == head.utf8.count }
            await advance(31)
            await #expect(peer.readAnswer()?.status == 408)
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func aReaderThatTakesNothingIsDropped() async throws {
        let (begun, ended) = (Signal(), Signal())
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: nil) { writer in
                    defer { ended.give() }
                    let piece = [UInt8](repeating: 1, count: 32 << 10)
                    await #expect(throws: ClientGone.self) {
                        while true {
                            try await writer.write(piece)
                            begun.give()
                        }
                    }
                })
        }
        try await withServer(handler, clock: clock) { server, port in
            let peer = Peer(port: port, receiveBuffer: 4096)
            await peer.send(get())
            await begun.wait()
            await advance(31)
            // How much the system takes by itself is not known, and neither is when it has.
            while !ended.isGiven { await advance(31) }
            #expect(server.statistics.connectionsOpen == 0)
            _ = peer
        }
    }

    @Test func anEndedConnectionIsReadForAShortTimeOnly() async throws {
        try await withServer(TestHandler.echo, clock: clock) { server, port in
            let peer = Peer(port: port)
            await peer.send("bad\r\n\r\n")
            await #expect(peer.readAnswer()?.status == 400)
            await #expect(peer.readToEnd().isEmpty)  // our side is closed, the other one not yet
            #expect(server.statistics.connectionsOpen == 1)
            await advance(3)
            await until { server.statistics.connectionsOpen == 0 }
        }
    }

    @Test func aWebSocketThatShowsNoLifeIsGivenUp() async throws {
        let ended = Signal()
        let handler = TestHandler { _ in
            ServerResponse(
                body: .webSocket(WebSocketOptions()) { socket in
                    let message = try await socket.receive()
                    #expect(message == nil)
                    ended.give()
                })
        }
        try await withServer(handler, clock: clock) { _, port in
            let peer = Peer(port: port)
            await peer.send(SocketBytes.handshake)
            await #expect(peer.readAnswer()?.status == 101)
            await advance(31)
            await #expect(peer.read(2) == [0x89, 0])
            await peer.send(SocketBytes.frame(10))
            await advance(31)
            await #expect(peer.read(2) == [0x89, 0])
            await advance(31)
            await ended.wait()
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func theDateIsOfThisSecond() async throws {
        try await withServer(TestHandler.echo, clock: clock) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await #expect(peer.readAnswer()?["date"] == "Tue, 14 Nov 2023 22:13:20 GMT")
            await advance(5)
            await peer.send(get())
            await #expect(peer.readAnswer()?["date"] == "Tue, 14 Nov 2023 22:13:25 GMT")
        }
    }

    @Test func aLoopThatIsLateShowsIt() async throws {
        let (isBlocked, goOn) = (Signal(), Signal())
        let handler = TestHandler { _ in
            isBlocked.give()
            goOn.waitOnThread()  // what a handler must not do
            return ServerResponse()
        }
        try await withServer(handler, clock: clock, { $0.loops = 1 }) { server, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await isBlocked.wait()
            await advance(1)
            await clock.untilSleeping(1)
            clock.advance(by: .seconds(4))
            #expect(server.statistics.loopLag == [.seconds(4)])
            goOn.give()
            await #expect(peer.readAnswer()?.status == 200)
        }
    }
}
