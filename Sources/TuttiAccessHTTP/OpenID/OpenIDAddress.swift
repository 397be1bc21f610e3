/// A URL of an issuer: `https`, or `http` on this machine, where nobody is on the way.
struct OpenIDAddress: Sendable, Hashable {
    let text: String
    /// Whether it is `http`.
    let isPlain: Bool

    /// Why a text is none, to stand behind its name.
    static let rule =
        "has to be an https:// URL of visible ASCII characters, without a name, a password or a fragment (http:// on "
        + "localhost, 127.0.0.1 and [::1] only)"

    init?(_ text: String) {
        let isPlain = text.hasPrefix("http://")
        guard isPlain || text.hasPrefix("https://"), text.utf8.count <= OpenIDLimits.addressBytesMax,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"@#\\\"<>".utf8.contains($0) })
        else { return nil }
        let rest = text.dropFirst(isPlain ? "http://".count : "https://".count)
        let place = rest.prefix { $0 != "/" && $0 != "?" }
        let isNumber = place.hasPrefix("[")
        let host = isNumber ? place.prefix { $0 != "]" } + "]" : place.prefix { $0 != ":" }
        let port = place.dropFirst(host.count)
        guard !host.isEmpty, place.count >= host.count,
            port.isEmpty || port.first == ":" && UInt16(port.dropFirst()) != nil
        else { return nil }
        guard !isPlain || ["localhost", "127.0.0.1", "[::1]"].contains(String(host)) else { return nil }
        self.text = text
        self.isPlain = isPlain
    }

    var hasQuery: Bool { text.utf8.contains(UInt8(ascii: "?")) }

    /// Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4): a slash at its end is left out.
    static func discovery(of issuer: String) -> String {
        (issuer.utf8.last == UInt8(ascii: "/") ? String(issuer.dropLast()) : issuer)
            + "/.well-known/openid-configuration"
    }
}
