import Synchronization
import TestServer
import Testing
import TuttiHTTP
import TuttiTesting

@testable import TuttiHTTPServer

struct BroadcastTests {
    /// A handler that sends a greeting, follows behind the place in the query, and says how that ended.
    private func follower(of broadcast: Broadcast, greeting: String = "hi\n") -> TestHandler {
        TestHandler { request in
            let place = Int64(request.query ?? "") ?? 0
            return ServerResponse(
                headers: ["Content-Type": "text/event-stream"],
                body: .stream(length: nil) { writer in
                    try await writer.write(Array(greeting.utf8))
                    let end = try await writer.follow(broadcast, behind: place)
                    try await writer.write(Array("\(end)\n".utf8))
                })
        }
    }

    private func publish(_ range: ClosedRange<Int64>, to broadcast: Broadcast) {
        for place in range { broadcast.publish(Array("\(place)\n".utf8), place: place) }
    }

    @Test func everyFrameComesOnceAndInOrder() async throws {
        let broadcast = Broadcast(ringCountMax: 100_000)
        publish(1...100, to: broadcast)
        try await withServer(follower(of: broadcast)) { _, port in
            // Some come while frames are published from another thread: neither gap nor duplicate where ring and live
            // meet.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for place in stride(from: 0, through: 100, by: 10) {
                    group.addTask {
                        let peer = Peer(port: port)
                        await peer.send(get("/?\(place)"))
                        let lines = try #require(await peer.readAnswer()?.text)
                        let expected = "hi\n" + (place + 1...20_000).map { "\($0)\n" }.joined() + "finished\n"
                        #expect(lines == expected)
                    }
                }
                group.addTask {
                    for place in 101...20_000 {
                        self.publish(Int64(place)...Int64(place), to: broadcast)
                        if place % 50 == 0 { await Task.yield() }
                    }
                    broadcast.finish()
                }
                try await group.waitForAll()
            }
        }
        #expect(broadcast.followerCount == 0 && broadcast.lastPlace == 20_000)
    }

    @Test func framesUpToThePlaceOfTheSnapshotAreNotSentAlsoWhenTheyComeLater() async throws {
        let broadcast = Broadcast()
        publish(1...3, to: broadcast)
        try await withServer(follower(of: broadcast)) { _, port in
            let peer = Peer(port: port)
            await peer.send(get("/?5"))
            await until { broadcast.followerCount == 1 }
            publish(4...7, to: broadcast)
            broadcast.finish()
            await #expect(peer.readAnswer()?.text == "hi\n6\n7\nfinished\n")
        }
    }

    @Test func whoIsTooFarBehindIsTold() async throws {
        let broadcast = Broadcast(ringCountMax: 10)
        publish(1...100, to: broadcast)
        try await withServer(follower(of: broadcast)) { _, port in
            let peer = Peer(port: port)
            await peer.send(get("/?89"))
            await #expect(peer.readAnswer()?.text == "hi\nbehind\n")
            await peer.send(get("/?90"))
            await until { broadcast.followerCount == 1 }
            broadcast.finish()
            await #expect(peer.readAnswer()?.text == "hi\n" + (91...100).map { "\($0)\n" }.joined() + "finished\n")
        }
    }

    @Test func aPublisherThatIsFasterThanTheLoopLeavesFollowersBehind() async throws {
        let (broadcast, blocked, goOn) = (Broadcast(ringCountMax: 10), Signal(), Signal())
        let following = follower(of: broadcast)
        let handler = TestHandler { request in
            guard request.path == "/block" else { return try await following.respond(to: request) }
            blocked.give()
            goOn.waitOnThread()
            return ServerResponse()
        }
        try await withServer(handler, { $0.loops = 1 }) { _, port in
            let (peer, other) = (Peer(port: port), Peer(port: port))
            await peer.send(get("/?0"))
            await until { broadcast.followerCount == 1 }
            await other.send(get("/block"))
            await blocked.wait()
            publish(1...100, to: broadcast)
            goOn.give()
            await #expect(peer.readAnswer()?.text == "hi\nbehind\n")
        }
    }

    @Test func aFollowerThatReadsTooSlowlyIsCutOffAndNobodyElse() async throws {
        let broadcast = Broadcast(ringCountMax: 4)
        // On one loop, what the quick one has read has been handed to the slow one, too: on another, a late turn would
        // leave it behind the ring, which is another end.
        try await withServer(follower(of: broadcast), { $0.loops = 1 }) { server, port in
            let (slow, quick) = (Peer(port: port, receiveBuffer: 4096), Peer(port: port))
            await slow.send(get())
            await quick.send(get())
            await until { broadcast.followerCount == 2 }
            await #expect(quick.readHead() != nil)
            await #expect(quick.readChunk() == Array("hi\n".utf8))
            let frame = [UInt8](repeating: 1, count: 100_000)
            var place: Int64 = 0
            while server.statistics.followersCutOff == 0, place < 1000 {
                place += 1
                broadcast.publish(frame, place: place)
                await #expect(quick.readChunk()?.count == frame.count)
            }
            #expect(server.statistics.followersCutOff == 1)
            await until { broadcast.followerCount == 1 }
            broadcast.finish()
            await #expect(quick.readChunk() == Array("finished\n".utf8))
            await #expect(!text(slow.readToEnd()).hasSuffix("0\r\n\r\n"))  // it can see that something is missing
        }
    }

    @Test func thoseWhoHearNothingGetASignOfLife() async throws {
        let (clock, broadcast) = (ManualClock(), Broadcast(heartbeat: .seconds(15)))
        try await withServer(follower(of: broadcast), clock: clock) { _, port in
            let peer = Peer(port: port)
            await peer.send(get())
            await until { broadcast.followerCount == 1 }
            await #expect(peer.readHead() != nil)
            await #expect(peer.readChunk() == Array("hi\n".utf8))
            for _ in 0..<3 {
                await clock.untilSleeping(1)
                clock.advance(by: .seconds(15))
                await #expect(peer.readChunk() == Array(":\n\n".utf8))
            }
            publish(1...1, to: broadcast)
            await #expect(peer.readChunk() == Array("1\n".utf8))
        }
    }

    @Test func oldClientsFollowWithoutChunks() async throws {
        let broadcast = Broadcast()
        try await withServer(follower(of: broadcast)) { _, port in
            let peer = Peer(port: port)
            await peer.send("GET / HTTP/1.0\r\n\r\n")
            await until { broadcast.followerCount == 1 }
            publish(1...3, to: broadcast)
            broadcast.finish()
            await #expect(peer.readAnswer()?.text == "hi\n1\n2\n3\nfinished\n")
        }
    }

    @Test func aThousandFollowOnAllLoops() async throws {
        let broadcast = Broadcast()
        try await withServer(follower(of: broadcast)) { server, port in
            let crowd = Crowd(port: port)
            await #expect(crowd.connect(1000) == 1000)
            await crowd.sendToAll(get())
            await until { broadcast.followerCount == 1000 }
            publish(1...50, to: broadcast)
            broadcast.finish()
            let ends = await crowd.readUntil(Array("finished\n\r\n0\r\n\r\n".utf8))
            #expect(ends.count == 1000)
            for lines in ends.map({ withoutChunks($0) }) {
                #expect(lines == "hi\n" + (1...50).map { "\($0)\n" }.joined() + "finished\n")
            }
            #expect(server.statistics.connectionsOpen == 1000)
        }
        #expect(broadcast.followerCount == 0)
    }

    @Test func afterTheEndNothingIsTaken() {
        let broadcast = Broadcast()
        publish(1...2, to: broadcast)
        broadcast.finish()
        publish(3...3, to: broadcast)
        #expect(broadcast.lastPlace == 2)
    }

    private func withoutChunks(_ bytes: [UInt8]) -> String {
        let body = text(bytes).split(separator: "\r\n\r\n", maxSplits: 1).dropFirst().first ?? ""
        var (lines, isSize) = ([String](), true)
        for part in body.components(separatedBy: "\r\n") {
            if !isSize { lines.append(part) }
            isSize.toggle()
        }
        return lines.joined()
    }
}

extension Substring {
    fileprivate func components(separatedBy mark: String) -> [String] {
        var (parts, rest) = ([String](), self)
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
