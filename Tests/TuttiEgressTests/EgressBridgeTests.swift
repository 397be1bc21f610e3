import FoundationEssentials
import Glibc
import TestProcess
import TestServer
import Testing
import TuttiRuntime

@testable import TuttiEgress

/// The bridge as a process, in front of programs.
@Suite(.timeLimit(.minutes(2)))
struct EgressBridgeTests {
    private static let curl = "/usr/bin/curl"
    private static var hasCurl: Bool { unsafe access(curl, X_OK) == 0 }

    /// A port that was free a moment ago.
    private static func freePort() -> UInt16 {
        let listener = RawServer.listen(1)
        defer { close(listener) }
        return RawServer.port(of: listener)
    }

    private func bridge(_ path: String, _ port: UInt16, _ command: [String]) throws -> ProbeProcess {
        try ProbeProcess("egress-bridge-probe", ["--socket", path, "--port", "\(port)", "--"] + command)
    }

    private func output(_ process: ProbeProcess) async -> String {
        var lines: [String] = []
        while let line = await process.line() { lines.append(line) }
        return lines.joined(separator: "\n")
    }

    @Test func tellsHowTheProgramEnded() async throws {
        let ends: [(String, Int32)] = [("exit 0", 0), ("exit 42", 42), ("kill -9 $$", 137), ("kill -15 $$", 143)]
        for (script, code) in ends {
            let process = try bridge("/nowhere.sock", Self.freePort(), ["/bin/sh", "-c", script])
            #expect(await process.end() == code, "\(script)")
        }
    }

    @Test(
        arguments: [
            ([], 125), (["--"], 125), (["--socket"], 125), (["--socket", "/a", "--"], 125),
            (["--port", "0", "--", "true"], 125),
            (["--socket", "/a", "--port", "x", "--", "true"], 125), (["--socket", "/a", "--what", "--", "true"], 125),
            (["--socket", "/" + String(repeating: "a", count: 200), "--", "true"], 125), (["--", "true"], 125),
        ] as [([String], Int32)])
    func refusesWhatItDoesNotUnderstand(arguments: [String], code: Int32) async throws {
        #expect(await (try ProbeProcess("egress-bridge-probe", arguments)).end() == code)
    }

    @Test func programsThatCannotBeStarted() async throws {
        #expect(await (try bridge("/a", Self.freePort(), ["/no/such/program"])).end() == 127)
        #expect(await (try bridge("/a", Self.freePort(), ["no-such-program-anywhere"])).end() == 127)
        #expect(await (try bridge("/a", Self.freePort(), ["/etc/passwd"])).end() == 126)
    }

    @Test func aPortThatIsTaken() async throws {
        let listener = RawServer.listen(1)
        defer { close(listener) }
        #expect(await (try bridge("/a", RawServer.port(of: listener), ["/bin/true"])).end() == 125)
    }

    @Test func passesSignalsOn() async throws {
        let script = "trap 'echo asked; kill $!; exit 7' TERM; sleep 60 & echo ready; wait"
        let process = try bridge("/a", Self.freePort(), ["/bin/sh", "-c", script])
        #expect(await process.line() == "ready")
        kill(process.id, SIGTERM)
        #expect(await process.line() == "asked")
        #expect(await process.end() == 7)
    }

    @Test func connectionsReachTheProxyAndBack() async throws {
        let size = 2 << 20
        let server = RawServer { connection in
            guard let bytes = connection.readBytes(size) else { return }
            connection.waitForClose()
            connection.send(bytes)
        }
        defer { server.stop() }
        let world = try EgressWorld(
            .of(EgressRule(host: "example.org", checksServerName: false)), servers: [443: server.port])
        let port = Self.freePort()
        let process = try bridge(world.path, port, ["/bin/sh", "-c", "echo ready; exec sleep 60"])
        defer { kill(process.id, SIGTERM) }
        #expect(await process.line() == "ready")
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13 >> 2) }
        let answer = try await world.serve { _ in
            let refused = try TestClient(port: port)
            refused.send("CONNECT other.test:443 HTTP/1.1\r\n\r\n")
            #expect(refused.readAll().contains("host_not_listed"))
            let client = try TestClient(port: port)
            client.send(EgressTunnelTests.connect)
            _ = client.read(until: "\r\n\r\n")
            client.send(body)
            client.endSending()
            return client.readAllBytes()
        }
        #expect(answer == body)
        // Nobody is behind the bridge any more.
        let gone = try await onThread { try TestClient(port: port).readAll() }
        #expect(gone == "")
    }

    /// More connections than there are descriptors for: they wait.
    @Test func goesOnWithFewDescriptors() async throws {
        let server = EgressProxyTests.server()
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        let port = Self.freePort()
        let process = try ProbeProcess(
            "egress-bridge-probe",
            ["few", "12", "--socket", world.path, "--port", "\(port)", "--"]
                + ["/bin/sh", "-c", "echo ready; exec sleep 60"])
        defer { kill(process.id, SIGTERM) }
        #expect(await process.line() == "ready")
        let answers = try await world.serve { _ in
            let clients = try (0..<20).map { _ in try TestClient(port: port) }
            for client in clients { client.send("GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n") }
            return clients.map { client in
                defer { client.end() }
                return client.readAll()
            }
        }
        #expect(answers.count { $0.hasSuffix("hello") } == 20)
    }

    /// A program as they are, with TLS.
    @Test(.enabled(if: EgressBridgeTests.hasCurl, "there is no curl"))
    func curlGetsOutByIt() async throws {
        let certificate = TestCertificate(for: "example.org")
        defer { certificate.remove() }
        let server = RawServer { connection in
            guard connection.startTLS(certificate), connection.readHead() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
        }
        defer { server.stop() }
        let world = try EgressWorld(
            .of(EgressRule(host: "example.org"), EgressRule(host: "fronted.test")),
            names: ["example.org": [["93.184.216.34"]]], servers: [443: server.port])
        let port = Self.freePort()
        let script = """
            c="\(Self.curl) -sS -m 20 --cacert \(certificate.file) --proxy http://127.0.0.1:\(port)"
            $c https://example.org/; echo " $?"
            $c --connect-to fronted.test:443:example.org:443 https://fronted.test/ 2>/dev/null; echo "$?"
            $c http://other.test/ | cut -c 1-40
            """
        let process = try bridge(world.path, port, ["/bin/sh", "-c", script])
        async let served: Void = world.proxy.run()
        let said = await output(process)
        world.proxy.close()
        await served
        #expect(said.hasPrefix("secret 0\n35\negress: GET other.test:80 is not allowed"), "\(said)")
        #expect(world.events.words.contains("decided server_name"))
        #expect(await process.end() == 0)
    }
}
