import Glibc
import TestServer
import Testing
import TuttiRuntime

@testable import TuttiEgress

/// Tunnels through the proxy.
@Suite(.timeLimit(.minutes(2)))
struct EgressTunnelTests {
    static let connect = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"

    private func tunnel(_ server: RawServer, checksServerName: Bool = false) throws -> EgressWorld {
        let rule = try EgressRule(host: "example.org", checksServerName: checksServerName)
        return try EgressWorld(.of(rule), servers: [443: server.port])
    }

    @Test func bytesGoBothWaysAndEndsArePassedOn() async throws {
        let server = RawServer { connection in
            // The client has sent its last before the server says anything: half-closed.
            guard let bytes = connection.readBytes(5) else { return }
            connection.waitForClose()
            connection.send(bytes.reversed())
        }
        defer { server.stop() }
        let world = try tunnel(server)
        let answer = try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect + "12")
            #expect(client.read(until: "\r\n\r\n") == "HTTP/1.1 200 Connection established\r\n\r\n")
            client.send("345")
            client.endSending()
            return client.readAll()
        }
        #expect(answer == "54321")
        #expect(world.events.words == ["decided allowed", "ended completed"])
        #expect(world.events.all.last?.bytesUp == 5 && world.events.all.last?.bytesDown == 5)
        #expect(world.events.all.last?.method == "CONNECT")
    }

    @Test func theServerMayEndFirst() async throws {
        let heard = Signal()
        let server = RawServer { connection in
            connection.send("bye")
            connection.endSending()
            if connection.readBytes(4) == Array("more".utf8) { heard.give() }
        }
        defer { server.stop() }
        let world = try tunnel(server)
        let answer = try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect)
            _ = client.read(until: "\r\n\r\n")
            let answer = client.readAll()
            client.send("more")
            heard.waitOnThread()
            return answer
        }
        #expect(answer == "bye")
    }

    @Test func whatWasSentBeforeLeavingArrives() async throws {
        let size = 4 << 20
        let (body, arrived) = ([UInt8](repeating: 5, count: size), Signal())
        let server = RawServer { connection in
            connection.send("nobody reads this")
            if connection.readBytes(size) == body { arrived.give() }
            connection.waitForClose()
        }
        defer { server.stop() }
        let world = try tunnel(server)
        try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect)
            client.send(body)
            client.end()
            arrived.waitOnThread()
            while world.events.all.count < 2 { sched_yield() }
        }
        #expect(world.events.words == ["decided allowed", "ended completed"])
        #expect(world.events.all.last?.bytesUp == size)
    }

    @Test func aSlowReaderHoldsTheServerUp() async throws {
        let size = 24 << 20
        let server = RawServer { connection in
            connection.send([UInt8](repeating: 7, count: size))
        }
        defer { server.stop() }
        let world = try tunnel(server)
        let count = try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect)
            _ = client.read(until: "\r\n\r\n")
            // Another one is served while this one reads nothing.
            #expect(try world.ask("GET / HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 400"))
            return client.readAllBytes().count
        }
        #expect(count == size)
    }

    @Test func aCutServerIsTold() async throws {
        let server = RawServer { connection in
            _ = connection.readBytes(1)
            connection.send("part")
            connection.reset()
        }
        defer { server.stop() }
        let world = try tunnel(server)
        _ = try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect + "x")
            return client.readAll()
        }
        #expect(world.events.words == ["decided allowed", "ended upstream_cut"])
    }

    @Test(arguments: [
        ("example.org", "ok"), ("EXAMPLE.org", "ok"), ("fronted.test", "server_name"),
        ("www.example.org", "server_name"),
        ("", "server_name"),
    ])
    func theNameInTLSIsThatOfTheTunnel(name: String, code: String) async throws {
        let hello = Greeting.bytes(for: name.isEmpty ? nil : name)
        let server = RawServer { connection in
            guard connection.readBytes(hello.count) == hello else { return }
            connection.send("hello")
        }
        defer { server.stop() }
        let world = try tunnel(server, checksServerName: true)
        let answer = try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect)
            _ = client.read(until: "\r\n\r\n")
            for byte in hello { client.send([byte]) }
            client.endSending()
            return client.readAllBytes()
        }
        if code == "ok" {
            #expect(answer == Array("hello".utf8))
            #expect(world.events.words == ["decided allowed", "ended completed"])
        } else {
            #expect(answer == [21, 3, 3, 0, 2, 2, 112])
            #expect(world.events.words == ["decided allowed", "decided server_name"])
            #expect(world.events.all.last?.isAllowed == false)
        }
    }

    @Test func whatIsNoTLSDoesNotPass() async throws {
        let server = RawServer { connection in connection.waitForClose() }
        defer { server.stop() }
        let world = try tunnel(server, checksServerName: true)
        let answer = try await world.serve { world in
            let client = try world.client()
            client.send(Self.connect + "GET / HTTP/1.1\r\nHost: fronted.test\r\n\r\n")
            return client.readAll()
        }
        #expect(answer == "HTTP/1.1 200 Connection established\r\n\r\n")
        #expect(world.events.words == ["decided allowed", "decided not_tls"])
    }

    @Test func onlyListedPortsHaveTunnels() async throws {
        let world = try EgressWorld(.of(EgressRule(host: "example.org", ports: [443])))
        let answers = try await world.serve { world in
            try [22, 25, 80].map { try world.ask("CONNECT example.org:\($0) HTTP/1.1\r\n\r\n") }
        }
        #expect(answers.allSatisfy { $0.contains("X-Tutti-Egress: port_not_listed") })
        #expect(world.resolver.asked.isEmpty)
    }
}
