import Testing
import TuttiCore

@testable import TuttiEgress

/// Heads of requests, as strictly as they are read.
struct ProxyRequestTests {
    private func read(_ text: String) -> Result<ProxyRequest, EgressRefusal> {
        ProxyRequest.read(Array(text.utf8)[...])
    }

    @Test func sendsOnWhatIsForTheServer() throws {
        let request = try read(
            "POST http://Example.org:8080/a?b=c HTTP/1.1\r\nHost: other.test\r\nProxy-Authorization: Basic eDp5\r\n"
                + "X-Own: 1\r\nConnection: keep-alive, X-Own\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\n"
                + "Proxy-Connection: keep-alive\r\nAccept: */*\r\nContent-Length: 3\r\n\r\n"
        ).get()
        #expect(
            String(decoding: request.forwarded, as: UTF8.self)
                == "POST /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nAccept: */*\r\nContent-Length: 3\r\n"
                + "Connection: close\r\n\r\n")
        #expect(request.framing == .length(3))
    }

    @Test(arguments: [
        ("GET http://example.org HTTP/1.1", "GET / HTTP/1.1\r\nHost: example.org\r\n"),
        ("GET HTTP://example.org?q HTTP/1.0", "GET /?q HTTP/1.0\r\nHost: example.org\r\n"),
        ("OPTIONS http://example.org HTTP/1.1", "OPTIONS * HTTP/1.1\r\nHost: example.org\r\n"),
        ("GET http://127.1:80/ HTTP/1.1", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"),
        ("GET http://[::1]:81/ HTTP/1.1", "GET / HTTP/1.1\r\nHost: [::1]:81\r\n"),
    ])
    func writesTargetAndHost(line: String, forwarded: String) throws {
        let request = try read(line + "\r\n\r\n").get()
        #expect(String(decoding: request.forwarded, as: UTF8.self).hasPrefix(forwarded))
    }

    @Test(arguments: [
        "GET / HTTP/1.1", "GET example.org HTTP/1.1", "GET https://example.org/ HTTP/1.1", "GET http:///a HTTP/1.1",
        "GET ftp://example.org/ HTTP/1.1", "GET http://u:p@example.org/ HTTP/1.1", "GET http://example.org:/ HTTP/1.1",
        "GET http://example.org:0/ HTTP/1.1", "GET http://example.org:65536/ HTTP/1.1", "GET http://a:80:80/ HTTP/1.1",
        "GET http://example.org\\@evil.test/ HTTP/1.1", "GET http://example.org#@evil.test/ HTTP/1.1",
        "GET http://ex%61mple.org/ HTTP/1.1", "GET  http://example.org/ HTTP/1.1", "GET http://example.org/ HTTP/1.1 ",
        "GET http://example.org/ HTTP/2.0", "GET http://example.org/", "G(T http://example.org/ HTTP/1.1",
        "CONNECT example.org HTTP/1.1", "CONNECT http://example.org:443 HTTP/1.1", "CONNECT example.org:443/ HTTP/1.1",
        "CONNECT u@example.org:443 HTTP/1.1", "CONNECT :443 HTTP/1.1", "CONNECT [::1]443 HTTP/1.1",
        "CONNECT example.org:+443 HTTP/1.1", "CONNECT example.org:443:443 HTTP/1.1", " GET http://a/ HTTP/1.1", "",
    ])
    func refusesLines(line: String) {
        #expect(throws: EgressRefusal.self) { try read(line + "\r\nHost: a\r\n\r\n").get() }
    }

    @Test(arguments: [
        "Content-Length: 1\r\nTransfer-Encoding: chunked", "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: +1",
        "Content-Length: 1, 1", "Content-Length: 0x1", "Content-Length:", "Content-Length: 9999999999999999",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "A: b\r\n c: d",
        "A: b\r\n\tc", "A: \u{0}", "A: b\rc", "A", ": b", "A b: c", "Host: a\r\nHost: b", "Connection: content-length",
        "Connection: host", "Connection: close, Transfer-Encoding", "A: b\nC: d", "A: \u{7F}",
    ])
    func refusesFields(fields: String) {
        #expect(throws: EgressRefusal.self) { try read("POST http://a.test/ HTTP/1.1\r\n\(fields)\r\n\r\n").get() }
    }

    @Test func refusesChunksOfTheOldVersionAndBodiesOfTunnels() {
        #expect(throws: EgressRefusal.self) {
            try read("POST http://a.test/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").get()
        }
        #expect(throws: EgressRefusal.self) {
            try read("CONNECT a.test:443 HTTP/1.1\r\nContent-Length: 1\r\n\r\n").get()
        }
    }

    @Test func refusesTooManyFields() {
        let fields = String(repeating: "A: b\r\n", count: ProxyFields.countMax + 1)
        #expect(throws: EgressRefusal.self) { try read("GET http://a.test/ HTTP/1.1\r\n\(fields)\r\n").get() }
    }
}

/// Bodies of requests, in pieces of every size.
struct RequestBodyFilterTests {
    private func filter(_ text: String, pieces: Int, _ framing: ProxyRequest.Framing = .chunked) -> (String, Bool)? {
        var filter = RequestBodyFilter(framing)
        var (output, rest) = ([UInt8](), Array(text.utf8)[...])
        while !rest.isEmpty {
            guard filter.take(rest.prefix(pieces), into: &output) else { return nil }
            rest = rest.dropFirst(pieces)
        }
        return (String(decoding: output, as: UTF8.self), filter.isDone)
    }

    @Test(arguments: [1, 2, 3, 100])
    func writesChunksAnewAndNothingBehind(pieces: Int) throws {
        let (text, isDone) = try #require(
            filter("5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\nGET http://b/ HTTP/1.1", pieces: pieces))
        #expect(isDone)
        #expect(text.hasSuffix("!\r\n0\r\n\r\n"))
        #expect(!text.contains("Trailer") && !text.contains("GET") && !text.contains("a=b"))
        if pieces == 100 { #expect(text == "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n") }
    }

    @Test func countsLengths() throws {
        #expect(try #require(filter("hello, you", pieces: 3, .length(5))) == ("hello", true))
        #expect(try #require(filter("hell", pieces: 3, .length(5))) == ("hell", false))
    }

    @Test(arguments: [
        "g\r\n", "\r\n", "5 \r\nhello\r\n", "5\nhello\r\n", "5\r\nhello!\r\n", "5\r\nhello\n", "-1\r\n",
        "0x5\r\nhello\r\n",
        "1000000000000000\r\n", "1;a\u{0}\r\n", "0\r\nA: b\n\r\n", "0\r\nA\u{0}: b\r\n", "5\r\nhello\r\r\n",
        "+5\r\nhello\r\n",
    ])
    func refusesBadChunks(text: String) { for pieces in [1, 2, 100] { #expect(filter(text, pieces: pieces) == nil) } }

    @Test func dropsSoMuchAtMost() {
        #expect(filter("1;" + String(repeating: "a", count: 9000), pieces: 100) == nil)
        #expect(filter("0\r\n" + String(repeating: "A: bbbbbbbbbbbb\r\n", count: 1000), pieces: 100) == nil)
    }
}

/// Heads of answers.
struct AnswerHeadFilterTests {
    private func filter(_ text: String, pieces: Int) -> String? {
        var filter = AnswerHeadFilter(bytesMax: 1024)
        var (output, rest) = ([UInt8](), Array(text.utf8)[...])
        while !rest.isEmpty {
            guard filter.take(rest.prefix(pieces), into: &output) else { return nil }
            rest = rest.dropFirst(pieces)
        }
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [1, 2, 7, 1000])
    func promisesNoFurtherRequest(pieces: Int) {
        let answer =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: keep-alive, x\r\nX: 1\r\nContent-Length: 2\r\n"
            + "Transfer-Encoding: chunked\r\nKeep-Alive: 5\r\n\r\nhi\r\n\r\n"
        #expect(
            filter(answer, pieces: pieces)
                == "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\n\r\nhi\r\n\r\n")
    }

    @Test(arguments: [
        "SSH-2.0-x\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 999 x\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n",
        "HTTP/1.1 200 OK\r\nA\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 2000), "\r\n\r\n",
    ])
    func refusesWhatIsNoAnswer(text: String) {
        for pieces in [1, 1000] { #expect(filter(text, pieces: pieces) == nil) }
    }
}

/// What clients of TLS say first.
struct ClientHelloTests {
    @Test func findsTheServerInPiecesOfEverySize() {
        let hello = Greeting.bytes(for: "Example.ORG")
        for count in 0..<hello.count { #expect(ClientHello.read(hello[..<count]) == .more, "\(count) bytes") }
        #expect(ClientHello.read(hello[...]) == .server("example.org"))
        #expect(ClientHello.read((hello + [1, 2, 3])[...]) == .server("example.org"))
        #expect(ClientHello.read(Greeting.bytes(for: "example.org", recordSize: 7)[...]) == .server("example.org"))
        #expect(ClientHello.read(Greeting.bytes(for: nil)[...]) == .server(nil))
    }

    @Test func refusesEverythingElse() {
        for text in ["GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "\u{16}\u{2}", "\u{15}\u{3}\u{3}"] {
            #expect(ClientHello.read(Array(text.utf8)[...]) == .unreadable)
        }
        // Two names, of which two readers could take another one each.
        #expect(
            ClientHello.read(Greeting.bytes(for: "a.test", more: Greeting.serverName("b.test"))[...]) == .unreadable)
        let long = [22, 3, 1, 0x40, 0, 1, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 100)
        #expect(ClientHello.read(long[...]) == .unreadable)
    }

    /// Whatever is changed, it is read to an end.
    @Test func survivesChanges() {
        let hello = Greeting.bytes(for: "example.org")
        var random = SystemRandomNumberGenerator()
        for index in hello.indices {
            for value in [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)] {
                var changed = hello
                changed[index] = value
                if case .server(let name?) = ClientHello.read(changed[...]) { #expect(name.utf8.count < 100) }
            }
        }
    }
}

/// The first message of a client of TLS, made by hand.
enum Greeting {
    static func bytes(for server: String?, more: [UInt8] = [], recordSize: Int = 4096) -> [UInt8] {
        let extensions = vector(2, (server.map(serverName) ?? []) + more + [0, 43, 0, 3, 2, 3, 4])
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + vector(1, []) + vector(2, [0x13, 1]) + vector(1, [0])
            + extensions
        var rest = ([1] + vector(3, body))[...]
        var records: [UInt8] = []
        while !rest.isEmpty {
            records += [22, 3, 1] + vector(2, Array(rest.prefix(recordSize)))
            rest = rest.dropFirst(recordSize)
        }
        return records
    }

    static func serverName(_ name: String) -> [UInt8] {
        [0, 0] + vector(2, vector(2, [0] + vector(2, Array(name.utf8))))
    }

    private static func vector(_ width: Int, _ bytes: [UInt8]) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * (width - 1 - $0))) } + bytes
    }
}
