import Glibc
import Synchronization
import TestServer
import Testing
import TuttiRuntime

@testable import TuttiEgress

/// Plain HTTP through the proxy.
@Suite(.timeLimit(.minutes(2)))
struct EgressProxyTests {
    static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    /// A server that answers once and ends, as it is asked to.
    static func server(_ answer: String = Self.answer) -> ScriptedServer {
        ScriptedServer { _, connection in
            connection.send(answer)
            connection.end()
        }
    }

    @Test func forwardsWhatIsAllowed() async throws {
        let server = Self.server()
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        let answer = try await world.serve {
            try $0.ask("GET http://example.org/a?secret=1 HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic s\r\n\r\n")
        }
        #expect(answer == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        #expect(server.asked.count == 1)
        #expect(world.connector.asked == ["93.184.216.34 80"])
        #expect(world.events.words == ["decided allowed", "ended completed"])
        let event = try #require(world.events.all.last)
        #expect(event.host == "example.org" && event.port == 80 && event.method == "GET" && event.isAllowed)
        #expect(event.rule == "example.org" && event.address == "93.184.216.34")
        #expect(event.bytesDown == Self.answer.utf8.count && event.bytesUp > 0)
        #expect(!"\(world.events.all)".contains("secret"))
    }

    @Test(arguments: [
        ("GET http://other.test/ HTTP/1.1", "host_not_listed", "add other.test:80 to egress"),
        ("GET http://example.org:81/ HTTP/1.1", "port_not_listed", "add example.org:81 to egress"),
        ("PUT http://example.org/ HTTP/1.1", "method_not_listed", "add \"PUT\" to the methods"),
        ("CONNECT example.org:443 HTTP/1.1", "method_not_listed", "egress.allow"),
        ("CONNECT inside.test:443 HTTP/1.1", "address_private", "add the address itself"),
        ("GET http://secrets.test/ HTTP/1.1", "address_metadata", "add the address itself"),
        ("GET http://127.1/ HTTP/1.1", "host_not_listed", "add 127.0.0.1:80 to egress"),
    ])
    func refusesAndSaysWhatIsMissing(line: String, code: String, advice: String) async throws {
        let policy = try EgressPolicy.of(
            EgressRule(host: "example.org", methods: ["GET"]), EgressRule(host: "inside.test"),
            EgressRule(host: "secrets.test"))
        let names = ["inside.test": [["10.0.0.1"]], "secrets.test": [["169.254.169.254"]]]
        let world = try EgressWorld(policy, names: names)
        let answer = try await world.serve { try $0.ask(line + "\r\nHost: a\r\n\r\n") }
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(answer.contains("X-Tutti-Egress: \(code)\r\n"))
        #expect(answer.contains(advice), "\(answer)")
        #expect(world.connector.asked.isEmpty)
        #expect(world.events.words == ["decided \(code)"])
        #expect(world.events.all.first?.isAllowed == false)
    }

    /// A program that goes on after a refusal, on the same connection, is not heard.
    @Test func readsNothingBehindARequest() async throws {
        let server = Self.server()
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        let good = "GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n"
        let bad = "GET http://other.test/ HTTP/1.1\r\nHost: a\r\n\r\n"
        let answers = try await world.serve { [try $0.ask(bad + good), try $0.ask(good + bad + good)] }
        #expect(answers[0].hasPrefix("HTTP/1.1 403"))
        #expect(answers[1].hasPrefix("HTTP/1.1 200") && answers[1].hasSuffix("hello"))
        #expect(answers.allSatisfy { $0.components("HTTP/1.1 ") == 1 })
        #expect(server.asked.count == 1)
    }

    @Test(arguments: [
        "GET http://example.org/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET http://example.org/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET http://example.org/\u{0} HTTP/1.1\r\n\r\n",
        "GET http://example.org/ HTTP/1.1\nHost: a\n\n", "\u{16}\u{3}\u{1}\u{0}",
        "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    ])
    func refusesWhatCannotBeReadInOneWay(text: String) async throws {
        let world = try EgressWorld(.of(EgressRule(host: "example.org")))
        let answer = try await world.serve { try $0.ask(text) }
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(world.events.words == ["decided bad_request"])
        #expect(world.connector.asked.isEmpty)
    }

    @Test func refusesHugeHeads() async throws {
        let world = try EgressWorld(.of(EgressRule(host: "example.org")))
        let field = "A: " + String(repeating: "a", count: 100_000)
        let answers = try await world.serve { world in
            try ["\r\n\r\n", ""].map { try world.ask("GET http://example.org/ HTTP/1.1\r\n" + field + $0) }
        }
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 431 ") })
        #expect(world.events.words == ["decided head_too_large", "decided head_too_large"])
    }

    @Test func waitsSoLongForAHead() async throws {
        let world = try EgressWorld(.of(EgressRule(host: "example.org")) { $0.headTime = .milliseconds(50) })
        let answer = try await world.serve { try $0.ask("GET http://exam") }
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(world.events.words == ["decided head_timeout"])
    }

    /// The proxy follows nothing: the redirect is the program's, whose next request is judged anew.
    @Test func redirectsGoNowhere() async throws {
        let server = Self.server("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\n\r\n")
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        let answers = try await world.serve { world in
            [
                try world.ask("GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                try world.ask("GET http://169.254.169.254/latest HTTP/1.1\r\nHost: a\r\n\r\n"),
            ]
        }
        #expect(answers[0].contains("Location: http://169.254.169.254/latest"))
        #expect(answers[1].hasPrefix("HTTP/1.1 403 "))
        #expect(world.connector.asked == ["93.184.216.34 80"])
    }

    /// The first answer of DNS is public, the next one is not: it is asked once for each request, and connected to what
    /// was judged.
    @Test func namesThatAreBoundAgainGainNothing() async throws {
        let server = Self.server()
        let names = ["example.org": [["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]]]
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), names: names, servers: [80: server.port])
        let answers = try await world.serve { world in
            try (0..<3).map { _ in try world.ask("GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n") }
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 200"))
        #expect(answers[1].contains("address_loopback"))
        #expect(answers[2].contains("address_private"))
        #expect(world.connector.asked == ["93.184.216.34 80"])
        #expect(world.resolver.asked == ["example.org", "example.org", "example.org"])
    }

    @Test func bodiesGoInBothDirections() async throws {
        let size = 3 << 20
        let server = RawServer { connection in
            guard connection.readHead() != nil, let body = connection.readBytes(size) else { return }
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            connection.send(body)
        }
        defer { server.stop() }
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let answer = try await world.serve { world in
            let client = try world.client()
            client.send("PUT http://example.org/ HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            client.send(body)
            #expect(client.read(until: "\r\n\r\n").contains("200 OK"))
            return client.readAllBytes()
        }
        #expect(answer == body)
        #expect(world.events.all.last?.reason == "completed")
    }

    @Test func chunksArriveAsTheyWereUnderstood() async throws {
        let server = RawServer { connection in
            guard let head = connection.readHead(), head.contains("Transfer-Encoding: chunked"),
                let body = connection.readBytes(20)
            else { return }
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            connection.send(body)
        }
        defer { server.stop() }
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        let start = "POST http://example.org/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let answer = try await world.serve { try $0.ask(start + "000a;x=y\r\n0123456789\r\n0\r\nA: b\r\n\r\n") }
        #expect(answer.hasSuffix("\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"))
    }

    /// A server may stay although it is asked to go; the program knows when it has all.
    @Test func whoHasTheAnswerMayLeaveFirst() async throws {
        let server = ScriptedServer { _, connection in connection.send(Self.answer) }
        let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
        try await world.serve { world in
            let client = try world.client()
            client.send("GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.read(until: "hello").hasSuffix("hello"))
            client.end()
            while world.events.all.count < 2 { sched_yield() }
        }
        #expect(world.events.words == ["decided allowed", "ended completed"])
    }

    @Test func whatIsNoAnswerIsNotPassedOn() async throws {
        for text in ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 101 Go\r\n\r\n", "HTTP/1.1 200 OK\r\n", ""] {
            let server = RawServer { connection in
                _ = connection.readHead()
                connection.send(text)
            }
            defer { server.stop() }
            let world = try EgressWorld(.of(EgressRule(host: "example.org")), servers: [80: server.port])
            let answer = try await world.serve { try $0.ask("GET http://example.org/ HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 502 "))
            #expect(world.events.words == ["decided allowed", "ended bad_answer"])
        }
    }
}

extension String {
    /// How often a text is in it.
    func components(_ text: String) -> Int { ranges(of: text).count }
}
