import TuttiHTTP

/// The head of a request to the proxy, checked.
struct ProxyRequest: Sendable, Hashable {
    /// How the end of the body is found (RFC 9112, 6.3).
    enum Framing: Sendable, Hashable {
        case length(Int)
        case chunked
    }

    let method: String
    let target: ProxyTarget
    /// 0 or 1, of HTTP/1
    let minorVersion: Int
    private(set) var framing = Framing.length(0)
    /// The lines of the fields that go on, as they came.
    private var lines: [ArraySlice<UInt8>] = []

    var isTunnel: Bool { method == "CONNECT" }

    /// Reads a head with its empty line. What two readers could understand differently is refused.
    static func read(_ head: ArraySlice<UInt8>) -> Result<ProxyRequest, EgressRefusal> {
        guard let lines = ProxyFields.lines(head), let first = lines.first, lines.last?.isEmpty == true else {
            return .failure(.badRequest("a line of the head does not end with CR LF"))
        }
        switch requestLine(first) {
        case .failure(let refusal): return .failure(refusal)
        case .success(var request):
            if let refusal = request.read(lines.dropFirst().dropLast()) { return .failure(refusal) }
            return .success(request)
        }
    }

    /// What the server is sent: the target's path, the target's host, no field that is for the proxy, and no promise
    /// to send another request on this connection.
    var forwarded: [UInt8] {
        let start = "\(method) \(target.path) HTTP/1.\(minorVersion)\r\nHost: \(target.hostField)\r\n"
        let coding = framing == .chunked ? "Transfer-Encoding: chunked\r\n" : ""
        return Array(start.utf8) + lines.flatMap { $0 + Array("\r\n".utf8) }
            + Array((coding + "Connection: close\r\n\r\n").utf8)
    }

    private init(method: String, target: ProxyTarget, minorVersion: Int) {
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
    }

    /// RFC 9112, 3: method, target and version with one blank between each.
    private static func requestLine(_ line: ArraySlice<UInt8>) -> Result<ProxyRequest, EgressRefusal> {
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[1].allSatisfy(ProxyByte.isTarget), !words[1].isEmpty else {
            return .failure(.badRequest("the request line is not a method, a target and a version"))
        }
        let method = String(decoding: words[0], as: UTF8.self)
        guard EgressRule.isMethod(method) else { return .failure(.badRequest("the method of the request is none")) }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            return .failure(.badRequest("this proxy speaks HTTP/1.1 and HTTP/1.0"))
        }
        let text = String(decoding: words[1], as: UTF8.self)
        let target = method == "CONNECT" ? ProxyTarget.tunnel(text) : ProxyTarget.absolute(text, method: method)
        return target.map {
            ProxyRequest(method: method, target: $0, minorVersion: version.hasSuffix("1") ? 1 : 0)
        }
    }

    private mutating func read(_ lines: ArraySlice<ArraySlice<UInt8>>) -> EgressRefusal? {
        guard lines.count <= ProxyFields.countMax else {
            return .badRequest("the request has more than \(ProxyFields.countMax) header fields")
        }
        var all = HTTPHeaders()
        for line in lines {
            guard let field = ProxyFields.field(line) else {
                return .badRequest("a header field is not a name, a colon and a value on one line")
            }
            all.add(field.name, field.value)
        }
        guard all.values(of: "Host").count <= 1 else { return .badRequest("the request has several fields Host") }
        if let refusal = readFraming(all) { return refusal }
        let named = Set(all.tokens(of: "Connection").map { $0.lowercased() })
        // Who could take these away would change where the request goes to, or where it ends.
        guard named.isDisjoint(with: ["host", "content-length", "transfer-encoding"]) else {
            return .badRequest("the field Connection names one that is not for the next machine alone")
        }
        self.lines = zip(all.fields, lines).compactMap { field, line in
            let name = field.name.lowercased()
            return name == "host" || ProxyFields.hopByHop.contains(name) || named.contains(name) ? nil : line
        }
        return nil
    }

    private mutating func readFraming(_ all: HTTPHeaders) -> EgressRefusal? {
        let lengths = all.values(of: "Content-Length")
        let codings = all.values(of: "Transfer-Encoding")
        guard !isTunnel || lengths.isEmpty && codings.isEmpty else { return .badRequest("CONNECT has no body") }
        guard lengths.isEmpty || codings.isEmpty else {
            return .badRequest("the request has both Content-Length and Transfer-Encoding")
        }
        guard lengths.count <= 1, codings.count <= 1 else {
            return .badRequest("the request has more than one Content-Length or Transfer-Encoding")
        }
        if let coding = codings.first {
            guard minorVersion == 1, HTTPHeaders.areEqual(coding, "chunked") else {
                return .badRequest("the only transfer coding is chunked, and HTTP/1.0 has none")
            }
            framing = .chunked
        }
        if let length = lengths.first {
            guard (1...15).contains(length.utf8.count), length.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(length)
            else { return .badRequest("the field Content-Length is no number") }
            framing = .length(number)
        }
        return nil
    }
}
