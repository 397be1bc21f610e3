import FoundationEssentials
import Glibc
import Synchronization
import TestProcess
import TestServer
import Testing
import TuttiRuntime

@testable import TuttiEgress

/// Limits, failures of the network, and what is left afterwards.
@Suite(.timeLimit(.minutes(2)))
struct EgressEndsTests {
    private static let get = "GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func downloadsEndAtTheirLimit() async throws {
        for isTotal in [false, true] {
            let server = RawServer { connection in
                _ = connection.readHead()
                connection.send("HTTP/1.1 200 OK\r\n\r\n")
                while connection.send([UInt8](repeating: 1, count: 10_000)) {}
            }
            defer { server.stop() }
            let policy = try EgressPolicy.of(EgressRule(host: "example.org")) {
                if isTotal { $0.bytesDownTotal = 100_000 } else { $0.bytesDown = 100_000 }
            }
            let world = try EgressWorld(policy, servers: [80: server.port])
            let answer = try await world.serve { try $0.ask(Self.get) }
            #expect(answer.utf8.count <= 100_100)
            #expect(world.events.words == ["decided allowed", "ended bytes_down_limit"])
            #expect(world.events.all.last.map { $0.bytesDown > 100_000 } == true)
        }
    }

    @Test func uploadsEndAtTheirLimit() async throws {
        let server = RawServer { connection in connection.waitForClose() }
        defer { server.stop() }
        let policy = try EgressPolicy.of(EgressRule(host: "example.org", checksServerName: false)) { $0.bytesUp = 1000 }
        let world = try EgressWorld(policy, servers: [443: server.port])
        try await world.serve { world in
            let client = try world.client()
            client.send(EgressTunnelTests.connect)
            _ = client.read(until: "\r\n\r\n")
            while client.send([UInt8](repeating: 1, count: 100)) {}
        }
        #expect(world.events.words == ["decided allowed", "ended bytes_up_limit"])
    }

    @Test func connectionsEndAtTheirTime() async throws {
        let server = RawServer { connection in connection.waitForClose() }
        defer { server.stop() }
        let policy = try EgressPolicy.of(EgressRule(host: "example.org", checksServerName: false)) {
            $0.time = .milliseconds(100)
        }
        let world = try EgressWorld(policy, servers: [443: server.port])
        _ = try await world.serve { try $0.ask(EgressTunnelTests.connect) }
        #expect(world.events.words == ["decided allowed", "ended time_limit"])
    }

    @Test func soManyConnectionsAtOneTime() async throws {
        let policy = try EgressPolicy.of(EgressRule(host: "example.org")) { $0.connections = 2 }
        let world = try EgressWorld(policy)
        let answers = try await world.serve { world in
            let (one, two) = (try world.client(), try world.client())
            let refused = try world.ask(Self.get)
            one.end()
            two.send("GET http://other.test/ HTTP/1.1\r\n\r\n")
            return [refused, two.readAll()]
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 503 ") && answers[0].contains("too_many_connections"))
        #expect(answers[1].contains("host_not_listed"))
    }

    @Test func soManyRequestsInARun() async throws {
        let world = try EgressWorld(.of(EgressRule(host: "example.org")) { $0.requests = 1 })
        let answers = try await world.serve { world in try (0..<4).map { _ in try world.ask(Self.get) } }
        #expect(answers[0].contains("unreachable"))
        #expect(answers[1...].allSatisfy { $0.contains("too_many_requests") })
        // The log is not filled by whoever asks on.
        #expect(world.events.words == ["decided allowed", "ended unreachable", "decided too_many_requests"])
    }

    @Test func whoeverDoesNotTellWhereANameLeadsIsNotWaitedFor() async throws {
        let signal = Signal()
        defer { signal.give() }
        let resolver = FakeResolver(["example.org": [["93.184.216.34"]]], hanging: signal)
        let policy = try EgressPolicy.of(EgressRule(host: "example.org")) { $0.resolveTime = .milliseconds(50) }
        let world = try EgressWorld(policy, resolver: resolver)
        let answers = try await world.serve { world in
            // More than there are threads for.
            try (0..<EgressLookups.threadsMax + 2).map { _ in try world.ask(Self.get) }
        }
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 504 ") && $0.contains("resolution_timeout") })
        #expect(world.resolver.asked.count <= EgressLookups.threadsMax)
        #expect(world.connector.asked.isEmpty)
    }

    @Test func serversThatDoNotAnswer() async throws {
        // A listener whose backlog is full answers nobody.
        let listener = RawServer.listen(0)
        defer { close(listener) }
        let port = RawServer.port(of: listener)
        let waiting = (0..<2).map { _ in TestClient(startingAt: port) }
        defer { withExtendedLifetime(waiting) {} }
        let policy = try EgressPolicy.of(EgressRule(host: "example.org")) { $0.connectTime = .milliseconds(100) }
        let names = ["example.org": [["93.184.216.34", "8.8.8.8"]]]
        let silent = try EgressWorld(policy, names: names, servers: [80: port])
        #expect(try await silent.serve { try $0.ask(Self.get) }.contains("connect_timeout"))
        #expect(silent.events.words == ["decided allowed", "ended connect_timeout"])
        // Each address is tried.
        let absent = try EgressWorld(policy, names: names)
        #expect(try await absent.serve { try $0.ask(Self.get) }.contains("unreachable"))
        #expect(absent.connector.asked == ["93.184.216.34 80", "8.8.8.8 80"])
        #expect(try await absentNames(policy).contains("unresolved"))
    }

    private func absentNames(_ policy: EgressPolicy) async throws -> String {
        try await EgressWorld(policy, names: [:]).serve { try $0.ask(Self.get) }
    }

    @Test func withoutDescriptorsARequestFails() async throws {
        for number in [EMFILE, ENFILE] {
            let world = try EgressWorld(.of(EgressRule(host: "example.org")))
            world.connector.fault.withLock { $0 = number }
            let answer = try await world.serve { try $0.ask(Self.get) }
            #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("no_descriptors"))
        }
    }

    /// A program that leaves while its request is on its way.
    @Test func whoLeavesIsNotWorkedFor() async throws {
        let signal = Signal()
        let resolver = FakeResolver(["example.org": [["93.184.216.34"]]], hanging: signal)
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), resolver: resolver)
        try await world.serve { world in
            let client = try world.client()
            client.send(Self.get)
            while world.resolver.asked.isEmpty { sched_yield() }
            client.end()
            while world.events.all.isEmpty { sched_yield() }
            signal.give()
        }
        #expect(world.events.words == ["decided client_left"])
        #expect(world.connector.asked.isEmpty)
    }

    @Test func cancellingLeavesNothing() async throws {
        let server = RawServer { connection in connection.waitForClose() }
        defer { server.stop() }
        let world = try EgressWorld(
            .of(EgressRule(host: "example.org", checksServerName: false)), servers: [443: server.port])
        #expect(try mode(of: world.path) == 0o600)
        let run = Task { await world.proxy.run() }
        try await onThread {
            let clients = try (0..<5).map { _ in try world.client() }
            for client in clients.dropLast() { client.send(EgressTunnelTests.connect) }
            for client in clients.dropLast() { _ = client.read(until: "\r\n\r\n") }
            run.cancel()
            for client in clients { #expect(client.readAll() == "") }
        }
        await run.value
        #expect(world.events.words.count { $0 == "ended closed" } == 4)
        #expect(unsafe access(world.path, F_OK) != 0)
        // Again, and before it has begun.
        await world.proxy.run()
        let other = try EgressWorld(.none)
        other.proxy.close()
        await other.proxy.run()
        #expect(unsafe access(other.path, F_OK) != 0)
    }

    private func mode(of path: String) throws -> mode_t {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw SystemFault(number: errno) }
        return status.st_mode & 0o777
    }

    /// The descriptors of a process of its own, after many connections of every kind.
    @Test func aProcessHasNoMoreDescriptorsAfterwards() async throws {
        let folder = try TestFolder()
        let probe = try ProbeProcess("egress-bridge-probe", ["leaks", folder.path + "/egress.sock"])
        let (before, after) = (await probe.line(), await probe.line())
        #expect(before != nil && before == after)
        #expect(await probe.end() == 0)
    }

    /// With hardly a descriptor, connections wait for one.
    @Test func aProcessWithoutDescriptorsGoesOn() async throws {
        let folder = try TestFolder()
        let server = EgressProxyTests.server()
        let path = folder.path + "/egress.sock"
        let probe = try ProbeProcess("egress-bridge-probe", ["serve", path, "\(server.port)", "12"])
        defer { probe.kill() }
        #expect(await probe.line() == "ready")
        let answers = try await onThread {
            let clients = try (0..<20).map { _ in try TestClient(path) }
            for client in clients { client.send("GET http://127.0.0.1:\(server.port)/ HTTP/1.1\r\nHost: a\r\n\r\n") }
            return clients.map { client in
                defer { client.end() }
                return client.readAll()
            }
        }
        #expect(answers.count { $0.hasSuffix("hello") } == 20)
        probe.kill()
        _ = await probe.end()
    }

    @Test func pathsThatCannotBeASocket() async throws {
        let folder = try TestFolder()
        func code(_ path: String) -> String? {
            #expect(throws: EgressError.self) { _ = try EgressProxy(path: path, policy: .none) { _ in } }?.code
        }
        #expect(code("") == "egress_socket_path")
        #expect(code("/tmp/" + String(repeating: "a", count: 120)) == "egress_socket_path")
        #expect(code(folder.path) == "egress_socket_taken")
        #expect(code(folder.path + "/none/egress.sock") == "egress_system")
    }

    @Test func theSocketOfAnotherIsLeftAlone() throws {
        let folder = try TestFolder()
        let path = folder.path + "/egress.sock"
        let proxy = try EgressProxy(path: path, mode: 0o666, policy: .none) { _ in }
        #expect(try mode(of: path) == 0o666)
        #expect(unsafe unlink(path) == 0)
        try "mine".write(toFile: path, atomically: false, encoding: .utf8)
        proxy.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }
}
