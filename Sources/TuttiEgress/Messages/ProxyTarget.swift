/// Where a request to a proxy wants to go (RFC 9112, 3.2.2 and 3.2.3).
struct ProxyTarget: Sendable, Hashable {
    let host: EgressHost
    let port: UInt16
    /// What the server is asked for: path and query; empty for a tunnel.
    let path: String

    /// The value of the field Host.
    var hostField: String { port == 80 ? host.urlText : "\(host.urlText):\(port)" }

    /// Of CONNECT: a host and a port.
    static func tunnel(_ text: String) -> Result<Self, EgressRefusal> {
        guard let (host, port) = authority(text[...]), let port else {
            return .failure(.badRequest("the target of CONNECT is not a host and a port, such as example.org:443"))
        }
        return .success(Self(host: host, port: port, path: ""))
    }

    /// Of every other method: a URL with `http://`, without a user.
    static func absolute(_ text: String, method: String) -> Result<Self, EgressRefusal> {
        let scheme = "http://"
        guard text.utf8.count > scheme.utf8.count, text.prefix(scheme.count).lowercased() == scheme else {
            let advice =
                text.hasPrefix("/")
                ? "this is a proxy, and the target of the request is a path; ask for http://host/path"
                : "the target of the request does not begin with http://; what is encrypted goes by CONNECT"
            return .failure(.badRequest(advice))
        }
        let rest = text.dropFirst(scheme.count)
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard let (host, port) = authority(rest[..<end]) else {
            return .failure(.badRequest("the URL has no host that can be read in one way only"))
        }
        var path = String(rest[end...])
        if path.isEmpty {
            path = method == "OPTIONS" ? "*" : "/"
        } else if path.hasPrefix("?") {
            path = "/" + path
        }
        return .success(Self(host: host, port: port ?? 80, path: path))
    }

    /// A host with or without a port; users and empty ports are refused.
    private static func authority(_ text: Substring) -> (EgressHost, UInt16?)? {
        var (name, port) = (text, Substring?.none)
        if let bracket = text.lastIndex(of: "]") {
            name = text[...bracket]
            let rest = text[text.index(after: bracket)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            name = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard let host = EgressHost(name) else { return nil }
        guard let port else { return (host, nil) }
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(port), number > 0
        else { return nil }
        return (host, number)
    }
}
