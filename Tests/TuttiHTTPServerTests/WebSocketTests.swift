import TestServer
import Testing
import TuttiHTTP

@testable import TuttiHTTPServer

struct WebSocketTests {
    private let echo = TestHandler { request in
        var options = WebSocketOptions(messageSizeMax: 100_000)
        options.subprotocol = request.headers["Sec-WebSocket-Protocol"] == nil ? nil : "chat.v2"
        return ServerResponse(
            headers: ["X-A": "b"],
            body: .webSocket(options) { socket in
                while let message = try await socket.receive() {
                    switch message {
                    case .text("close"): await socket.close(code: .goingAway, reason: "asked")
                    case .text("throw"): throw HTTPServerError.internal
                    case .text("return"): return
                    case .text(let text): try await socket.send(text: text)
                    case .binary(let bytes): try await socket.send(binary: bytes)
                    }
                }
            })
    }

    private func open(_ port: Int) async -> Peer {
        let peer = Peer(port: port)
        await peer.send(SocketBytes.handshake)
        let head = await peer.readHead()
        #expect(head?.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n") == true)
        return peer
    }

    @Test func theHandshakeIsAnsweredAsTheStandardSays() async throws {
        try await withServer(echo) { _, port in
            let peer = Peer(port: port)
            await peer.send(SocketBytes.handshake)
            let answer = try #require(await peer.readAnswer())
            #expect(answer.status == 101 && answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer["upgrade"] == "websocket" && answer["connection"] == "Upgrade" && answer["x-a"] == "b")
            #expect(answer["content-length"] == nil && answer["transfer-encoding"] == nil)
        }
    }

    @Test func aSubprotocolIsAgreedToOnlyWhenItIsOffered() async throws {
        try await withServer(echo) { _, port in
            for (offer, status) in [("chat.v1, chat.v2", 101), ("chat.v1", 400)] {
                let peer = Peer(port: port)
                let head = SocketBytes.handshake.dropLast() + "Sec-WebSocket-Protocol: \(offer)\r\n\r\n"
                await peer.send(String(head))
                let answer = try #require(await peer.readAnswer())
                #expect(answer.status == status)
                #expect(answer["sec-websocket-protocol"] == (status == 101 ? "chat.v2" : nil))
            }
        }
    }

    @Test(arguments: [
        ("Upgrade: websocket\r\n", "", 426), ("keep-alive, Upgrade", "close", 426), ("Version: 13", "Version: 12", 426),
        ("GET", "POST", 426), ("HTTP/1.1", "HTTP/1.0", 426), ("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 400),
        ("dGhlIHNhbXBsZSBub25jZQ==", "!!!!IHNhbXBsZSBub25jZQ==", 400),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400),
        ("Host: test\r\n", "Host: test\r\nContent-Length: 3\r\n", 400),
    ])
    func aRequestThatIsForNoneIsRefused(part: String, other: String, status: Int) async throws {
        try await withServer(echo) { _, port in
            let peer = Peer(port: port)
            await peer.send(SocketBytes.handshake.replacing(part, with: other) + "abc")
            let answer = try #require(await peer.readAnswer())
            #expect(answer.status == status)
            if status == 426 { #expect(answer["sec-websocket-version"] == "13" && answer["upgrade"] == "websocket") }
        }
    }

    @Test func messagesOfEveryKindAndSizeComeBack() async throws {
        try await withServer(echo) { _, port in
            let peer = await open(port)
            await peer.send(SocketBytes.text("hello ä"))
            await #expect(peer.read(10) == [0x81, 8] + Array("hello ä".utf8))
            await peer.send(SocketBytes.frame(2, [0, 255]))
            await #expect(peer.read(4) == [0x82, 2, 0, 255])
            await peer.send(SocketBytes.frame(1, Array("he".utf8), isFinal: false))
            await peer.send(SocketBytes.frame(9, [7]))
            await peer.send(SocketBytes.frame(0, Array("y".utf8)))
            await #expect(peer.read(3) == [0x8a, 1, 7])
            await #expect(peer.read(5) == [0x81, 3] + Array("hey".utf8))
            await peer.send(SocketBytes.frame(2, [UInt8](repeating: 1, count: 60_000)))
            await #expect(peer.read(60_004)?.prefix(4) == [0x82, 126, 0xea, 0x60])
        }
    }

    @Test func framesThatComeWithTheHandshakeAreNotLost() async throws {
        try await withServer(echo) { _, port in
            let peer = Peer(port: port)
            await peer.send(Array(SocketBytes.handshake.utf8) + SocketBytes.text("a") + SocketBytes.text("b"))
            await #expect(peer.readHead() != nil)
            await #expect(peer.read(6) == [0x81, 1, 0x61, 0x81, 1, 0x62])
        }
    }

    @Test func aCloseOfTheClientIsAnswered() async throws {
        try await withServer(echo) { server, port in
            let peer = await open(port)
            await peer.send(SocketBytes.frame(8, [0x03, 0xe8, 0x62]))
            await #expect(peer.readToEnd() == [0x88, 2, 0x03, 0xe8])
            await peer.close()
            await until { server.statistics.connectionsOpen == 0 }
        }
    }

    @Test(arguments: [
        ("close", [0x03, 0xe9] + Array("asked".utf8)), ("return", [0x03, 0xe8]), ("throw", [0x03, 0xf3]),
    ])
    func aCloseOfTheServerWaitsForThatOfTheClient(message: String, payload: [UInt8]) async throws {
        try await withServer(echo) { server, port in
            let peer = await open(port)
            await peer.send(SocketBytes.text(message))
            await #expect(peer.read(2 + payload.count) == [0x88, UInt8(payload.count)] + payload)
            #expect(server.statistics.connectionsOpen == 1)
            await peer.send(SocketBytes.frame(8, Array(payload.prefix(2))))
            await #expect(peer.readToEnd().isEmpty)
        }
    }

    @Test func everyBrokenRuleIsAnsweredWithItsCode() async throws {
        try await withServer(echo) { _, port in
            for frames in Corpus.frames {
                guard let failure = frames.events.last, failure.hasPrefix("failed "),
                    let code = UInt16(failure.dropFirst(7))
                else { continue }
                guard code != 1009 || frames.content.count < 20 else { continue }  // those need the corpus' own limit
                let peer = await open(port)
                await peer.send(frames.content)
                let rest = await peer.readToEnd()
                let close = rest.firstRange(of: [0x88]).map { Array(rest[$0.lowerBound...]) } ?? []
                #expect(close.count > 3 && UInt16(close[2]) << 8 | UInt16(close[3]) == code, "\(frames.name)")
            }
        }
    }

    @Test func aFloodOfPingsIsEnded() async throws {
        try await withServer(echo) { _, port in
            let peer = await open(port)
            let flood = (0..<1000).flatMap { _ in SocketBytes.frame(9, [UInt8](repeating: 1, count: 100)) }
            await peer.send(flood)
            let all = await peer.readToEnd()
            #expect(all.count <= (HTTPServerLimits().pingsPerSecondMax + 1) * 130)
            #expect(text(all).contains("too many pings"))
        }
    }

    @Test func aFloodOfPongsIsEnded() async throws {
        try await withServer(echo) { _, port in
            let peer = await open(port)
            await peer.send((0..<1000).flatMap { _ in SocketBytes.frame(10) })
            await #expect(text(peer.readToEnd()).contains("too many pongs"))
        }
    }

    @Test func nothingCanBeSentAfterAClose() async throws {
        let ended = Signal()
        let handler = TestHandler { _ in
            ServerResponse(
                body: .webSocket(WebSocketOptions()) { socket in
                    while try await socket.receive() != nil {}
                    await #expect(throws: ClientGone.self) { try await socket.send(text: "late") }
                    await socket.close()
                    ended.give()
                })
        }
        try await withServer(handler) { _, port in
            let peer = await open(port)
            await peer.send(SocketBytes.frame(8))
            await #expect(peer.readToEnd() == [0x88, 0])
            await ended.wait()
        }
    }
}
