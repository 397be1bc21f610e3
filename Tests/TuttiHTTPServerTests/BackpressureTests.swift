import Synchronization
import TestServer
import Testing

@testable import TuttiHTTPServer

/// Whoever is slow slows the other side, and nothing grows in between.
struct BackpressureTests {
    @Test func aHandlerThatDoesNotReadStopsTheSender() async throws {
        let (begun, goOn) = (Signal(), Signal())
        let size = 32 << 20
        let handler = TestHandler(RequestPlan(bodySizeMax: size)) { request in
            begun.give()
            await goOn.wait()
            var count = 0
            for try await chunk in request.body {
                #expect(chunk.count <= 2 * HTTPServerLimits().unreadHighMark)
                count += chunk.count
            }
            return ServerResponse(body: .bytes(Array("\(count)".utf8)))
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n")
            await begun.wait()
            let piece = [UInt8](repeating: 1, count: 64 << 10)
            var sent = 0
            // Until the systems on both sides hold what they hold.
            while true {
                let count = await peer.sendWithoutWaiting(piece)
                guard count > 0 else { break }
                sent += count
            }
            #expect(sent < size)
            // What the server itself has taken is no more than the mark and one read.
            #expect(server.statistics.bytesIn <= 64 + 2 * (64 << 10) + (64 << 10))
            goOn.give()
            while sent < size {
                let count = min(piece.count, size - sent)
                await peer.send(Array(piece[..<count]))
                sent += count
            }
            await #expect(peer.readAnswer()?.text == "\(size)")
        }
    }

    @Test("the end of a body is seen, however much of it waits", arguments: [-1, 0, 1, 100, 4096, 40_000, 65_536])
    func aBodyAboveTheMarkHasAnEnd(above: Int) async throws {
        let size = HTTPServerLimits().unreadHighMark + above
        let goOn = Signal()
        let handler = TestHandler(RequestPlan(bodySizeMax: 1 << 20)) { request in
            await goOn.wait()
            return ServerResponse(body: .bytes(Array("\(try await request.body.collect(upTo: 1 << 20).count)".utf8)))
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port)
            await peer.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n")
            await peer.send([UInt8](repeating: 1, count: size))
            goOn.give()
            await #expect(peer.readAnswer()?.text == "\(size)")
        }
    }

    @Test func aClientThatDoesNotReadStopsTheHandler() async throws {
        let written = Mutex(0)
        let (stalled, total) = (Signal(), 16 << 20)
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: total) { writer in
                    let piece = [UInt8](repeating: 7, count: 48 << 10)
                    var left = total
                    while left > 0 {
                        let count = min(piece.count, left)
                        try await writer.write(Array(piece[..<count]))
                        left -= count
                        written.withLock { $0 += count }
                    }
                })
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port, receiveBuffer: 16 << 10)
            await peer.send(get())
            await #expect(peer.readHead() != nil)
            stalled.give()
            // It comes to a stop: what is written and not sent stays below the mark and one piece.
            var before = -1
            while before != server.statistics.bytesOut {
                before = server.statistics.bytesOut
                for _ in 0..<1000 { await Task.yield() }
            }
            let ahead = written.withLock { $0 } - server.statistics.bytesOut
            #expect(ahead <= HTTPServerLimits().unsentHighMark + (48 << 10))
            #expect(written.withLock { $0 } < total)
            await #expect(peer.read(total)?.count == total)
        }
    }

    @Test func manyWritersOfOneAnswerAllComeToTheirTurn() async throws {
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: nil) { writer in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<20 {
                            group.addTask { try await writer.write([UInt8](repeating: UInt8(number), count: 100_000)) }
                        }
                        try await group.waitForAll()
                    }
                })
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port, receiveBuffer: 16 << 10)
            await peer.send(get())
            let body = try #require(await peer.readAnswer()?.body)
            #expect(body.count == 2_000_000)
            for number in 0..<20 { #expect(body.count { $0 == UInt8(number) } == 100_000) }
        }
    }

    @Test func aWriterThatIsCancelledByItsOwnTaskGoesOn() async throws {
        let ended = Signal()
        let handler = TestHandler { _ in
            ServerResponse(
                body: .stream(length: nil) { writer in
                    let piece = [UInt8](repeating: 7, count: 100_000)
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask {
                            await #expect(throws: CancellationError.self) {
                                while true { try await writer.write(piece) }
                            }
                            ended.give()
                        }
                        // Only the child is cancelled; the request goes on.
                        group.cancelAll()
                    }
                    #expect(!Task.isCancelled)
                })
        }
        try await withServer(handler) { _, port in
            let peer = Peer(port: port, receiveBuffer: 4096)
            await peer.send(get())
            await ended.wait()
            await #expect(peer.readAnswer() != nil)
        }
    }

    @Test func aReceiverThatDoesNotReceiveStopsTheOtherSideOfAWebSocket() async throws {
        let goOn = Signal()
        let handler = TestHandler { _ in
            ServerResponse(
                body: .webSocket(WebSocketOptions()) { socket in
                    await goOn.wait()
                    var count = 0
                    while let message = try await socket.receive() { count += message.size }
                    #expect(count == 40_000_000)
                })
        }
        try await withServer(handler) { server, port in
            let peer = Peer(port: port)
            await peer.send(SocketBytes.handshake)
            await #expect(peer.readHead() != nil)
            let frame = SocketBytes.frame(2, [UInt8](repeating: 1, count: 40_000))
            var sent = 0
            var rest = frame[...]
            while true {
                let count = await peer.sendWithoutWaiting(Array(rest))
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
                if rest.isEmpty { (sent, rest) = (sent + 1, frame[...]) }
            }
            #expect(sent < 1000)
            #expect(server.statistics.bytesIn < 4 << 20)
            goOn.give()
            await peer.send(Array(rest))
            for _ in sent + 1..<1000 { await peer.send(frame) }
            await peer.send(SocketBytes.frame(8, [0x03, 0xe8]))
            await #expect(peer.readToEnd() == [0x88, 2, 0x03, 0xe8])
        }
    }
}
