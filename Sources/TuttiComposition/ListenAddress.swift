import TuttiTerminal

/// Where the server is to listen.
struct ListenAddress: Sendable, Hashable {
    let address: String
    let port: Int

    /// The addresses of this machine that other machines cannot reach.
    static let local = ["127.0.0.1", "::1", "localhost"]

    /// Whether only this machine reaches it.
    var isLocal: Bool { Self.local.contains(address) }

    /// - Parameter text: `ADDRESS:PORT`, an address alone, or a port alone; IPv6 in brackets.
    /// - Throws: ``InputError`` for what is none.
    init(_ text: String) throws(InputError) {
        let (host, digits) = Self.parts(of: text)
        guard let port = Int(digits), (0...65_535).contains(port), !digits.hasPrefix("+") else {
            throw InputError("'\(text.prefix(80))' is no place to listen; write it as 127.0.0.1:8001")
        }
        self.port = port
        address = host == "localhost" ? "127.0.0.1" : host
    }

    private static func parts(of text: String) -> (host: String, port: String) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (
                String(text[text.index(after: text.startIndex)..<end]),
                rest.hasPrefix(":") ? String(rest.dropFirst()) : "8001"
            )
        }
        if text.allSatisfy(\.isNumber) { return ("127.0.0.1", text) }
        guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon else { return (text, "8001") }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
