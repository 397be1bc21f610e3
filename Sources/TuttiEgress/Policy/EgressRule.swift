/// One line of an allowlist.
package struct EgressRule: Sendable, Hashable {
    /// Which hosts.
    package let host: EgressHostPattern
    /// Which ports, in ascending order.
    package let ports: [UInt16]
    /// Which methods of plain HTTP; `nil` for all. With a list, `CONNECT` has to be in it for a tunnel, since nobody
    /// sees the methods in one.
    package let methods: [String]?
    /// Whether the host may be in a private network, on this machine, or on its wire.
    package let allowsPrivate: Bool
    /// Whether a tunnel has to begin with TLS that asks for the host of the tunnel. Without that, a program reaches
    /// every other host of the same servers, by domain fronting.
    package let checksServerName: Bool

    /// HTTPS and HTTP.
    package static let portsUsual: [UInt16] = [80, 443]
    static let portsMax = 64
    static let methodsMax = 16
    static let methodLengthMax = 32

    /// A rule from its parts.
    ///
    /// - Throws: ``EgressPolicyError``: `host`, `ports` for none, 0 or too many, `methods` for none, too many, or what
    ///   is no token.
    package init(
        host: String, ports: [UInt16] = Self.portsUsual, methods: [String]? = nil, allowsPrivate: Bool = false,
        checksServerName: Bool = true
    ) throws(EgressPolicyError) {
        self.host = try EgressHostPattern(host)
        guard (1...Self.portsMax).contains(ports.count), !ports.contains(0) else {
            throw EgressPolicyError(.ports, host, "'ports' has 1 to \(Self.portsMax) numbers from 1 to 65535")
        }
        self.ports = Set(ports).sorted()
        if let methods {
            let isGood =
                (1...Self.methodsMax).contains(methods.count)
                && methods.allSatisfy { Self.isMethod($0) && $0 == $0.uppercased() }
            guard isGood else {
                throw EgressPolicyError(
                    .methods, host, "'methods' has 1 to \(Self.methodsMax) names in capitals, such as GET")
            }
        }
        self.methods = methods
        self.allowsPrivate = allowsPrivate
        self.checksServerName = checksServerName
    }

    /// Whether the method of a request can be one: a token (RFC 9110, 9.1), not too long.
    static func isMethod(_ text: String) -> Bool {
        (1...methodLengthMax).contains(text.utf8.count) && text.utf8.allSatisfy(ProxyByte.isToken)
    }

    func allows(_ method: String) -> Bool { methods?.contains(method) ?? true }
}
