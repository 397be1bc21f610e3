import TestServer
import Testing

@testable import TuttiHTTPServer

/// A caller that leaves has its handler cancelled, wherever that stands: what it would pay for stops.
struct ClientLeavesTests {
    /// The ways in which a caller can go.
    enum Leaving: CaseIterable, Sendable {
        case closes, resets, finishesSending

        func callAsFunction(_ peer: Peer) async {
            switch self {
            case .closes: await peer.close()
            case .resets: await peer.reset()
            case .finishesSending: await peer.finishSending()
            }
        }
    }

    /// Waits until its task is cancelled.
    private static func untilCancelled() async {
        let cancelled = Signal()
        await withTaskCancellationHandler {
            await cancelled.wait()
        } onCancel: {
            cancelled.give()
        }
    }

    private func expectCancelled(
        _ leaving: Leaving, request: String,
        _ body: @escaping @Sendable (ServerRequest, Signal) async throws -> ServerResponse
    ) async throws {
        let (begun, ended) = (Signal(), Signal())
        let handler = TestHandler { request in
            defer { ended.give() }
            let response = try await body(request, begun)
            return response
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port)
            await peer.send(request)
            await begun.wait()
            await leaving(peer)
            await ended.wait()
            if leaving != .finishesSending { await until { server.statistics.connectionsOpen == 0 } }
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileItThinks(_ leaving: Leaving) async throws {
        try await expectCancelled(leaving, request: get()) { _, begun in
            begun.give()
            await Self.untilCancelled()
            return ServerResponse()
        }
    }

    @Test(arguments: Leaving.allCases)
    func afterItHasReadTheBody(_ leaving: Leaving) async throws {
        let request = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc"
        try await expectCancelled(leaving, request: request) { request, begun in
            let content = try await request.body.collect(upTo: 3)
            #expect(content == Array("abc".utf8))
            begun.give()
            await Self.untilCancelled()
            return ServerResponse()
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileABodyIsUnread(_ leaving: Leaving) async throws {
        // More than is taken from the socket while nobody reads, and less than the system keeps: what the sender's
        // system still holds would hold back the news, too.
        let body = String(repeating: "x", count: 100_000)
        let request = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 900000\r\n\r\n\(body)"
        try await expectCancelled(leaving, request: request) { _, begun in
            begun.give()
            await Self.untilCancelled()
            return ServerResponse()
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileItWaitsForTheBody(_ leaving: Leaving) async throws {
        let request = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nabc"
        try await expectCancelled(leaving, request: request) { request, begun in
            var chunks = request.body.makeAsyncIterator()
            let first = try await chunks.next()
            #expect(first == Array("abc".utf8))
            begun.give()
            do {
                _ = try await chunks.next()
                Issue.record("the rest of the body has never come")
            } catch {
                #expect(Task.isCancelled)
            }
            return ServerResponse()
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileItRunsElsewhere(_ leaving: Leaving) async throws {
        let (begun, ended) = (Signal(), Signal())
        let handler = TestHandler(RequestPlan(runsElsewhere: true)) { _ in
            begun.give()
            await Self.untilCancelled()
            ended.give()
            return ServerResponse()
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await begun.wait()
            await leaving(peer)
            await ended.wait()
        }
        #expect(ended.isGiven)
    }

    private func expectStreamEnds(
        _ leaving: Leaving, _ body: @escaping @Sendable (ResponseWriter, Signal) async throws -> Void
    ) async throws {
        let (begun, ended) = (Signal(), Signal())
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: nil) { writer in
                    await #expect(throws: ClientGone.self) { try await body(writer, begun) }
                    #expect(Task.isCancelled)
                    ended.give()
                })
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port, receiveBuffer: 4096)
            await peer.send(get())
            await begun.wait()
            await leaving(peer)
            await ended.wait()
            await until { server.statistics.connectionsOpen == 0 }
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileItWaitsToWrite(_ leaving: Leaving) async throws {
        try await expectStreamEnds(leaving) { writer, begun in
            let piece = [UInt8](repeating: 1, count: 32 << 10)
            while true {
                try await writer.write(piece)
                begun.give()
            }
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileItFollows(_ leaving: Leaving) async throws {
        let broadcast = Broadcast()
        try await expectStreamEnds(leaving) { writer, begun in
            begun.give()
            _ = try await writer.follow(broadcast, behind: 0)
        }
        #expect(broadcast.followerCount == 0)
    }

    @Test(arguments: Leaving.allCases)
    func whileItHoldsAWebSocket(_ leaving: Leaving) async throws {
        let (begun, ended) = (Signal(), Signal())
        let handler = TestHandler { _ in
            ServerResponse(
                body: .webSocket(WebSocketOptions()) { socket in
                    begun.give()
                    await #expect(throws: ClientGone.self) { try await socket.receive() }
                    #expect(Task.isCancelled)
                    ended.give()
                })
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port)
            await peer.send(SocketBytes.handshake)
            await begun.wait()
            await leaving(peer)
            await ended.wait()
            await until { server.statistics.connectionsOpen == 0 }
        }
    }

    @Test(arguments: Leaving.allCases)
    func whileMessagesOfAWebSocketAreUnread(_ leaving: Leaving) async throws {
        let (begun, ended) = (Signal(), Signal())
        let handler = TestHandler { _ in
            ServerResponse(
                body: .webSocket(WebSocketOptions()) { _ in
                    begun.give()
                    await Self.untilCancelled()
                    ended.give()
                })
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(SocketBytes.handshake)
            await begun.wait()
            for _ in 0..<2000 { await peer.send(SocketBytes.text("more than are taken while nobody receives")) }
            await leaving(peer)
            await ended.wait()
        }
        #expect(ended.isGiven)
    }

    @Test func aPeerThatFinishesItsSideStillGetsWhatNeedsNoWait() async throws {
        try await withServer(TestHandler.echo) { _, port in
            let peer = Peer(port: port)
            await peer.send(get() + "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc")
            await peer.finishSending()
            await #expect(peer.readAnswer()?.status == 200)
            await #expect(peer.readAnswer()?.text == "abc")
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func anAnswerOfOneWhoDoesNotLookIsStillSentToAPeerThatFinishedItsSide() async throws {
        let begun = Signal()
        let handler = TestHandler { _ in
            begun.give()
            await Self.untilCancelled()
            return ServerResponse(body: .bytes(Array("late".utf8)))
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await begun.wait()
            await peer.finishSending()
            await #expect(peer.readAnswer()?.text == "late")
            await #expect(peer.readToEnd().isEmpty)
        }
    }
}
