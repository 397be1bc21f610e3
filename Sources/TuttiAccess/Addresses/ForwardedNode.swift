import TuttiRuntime

/// How a proxy names a machine: an address, and perhaps a port that does not matter here.
enum ForwardedNode {
    /// Reads what stands in `X-Forwarded-For`: an address, with `[…]` or without, `address:port` of IPv4 and
    /// `[address]:port` of IPv6.
    static func address(_ text: Substring) -> NetworkAddress? {
        if let address = NetworkAddress(text) { return address }
        return strictAddress(text)
    }

    /// Reads a node of RFC 7239, 6: IPv6 has brackets, a port may be hidden (`_…`). Of `unknown` and hidden names
    /// (`_…`) there is no address.
    static func strictAddress(_ text: Substring) -> NetworkAddress? {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]),
                let address = NetworkAddress(text[text.index(after: text.startIndex)..<end]),
                text[..<end].contains(":")
            else { return nil }
            return address
        }
        let end = text.firstIndex(of: ":") ?? text.endIndex
        guard isPort(text[end...]), let address = NetworkAddress(text[..<end]) else { return nil }
        return address
    }

    /// Nothing, or a colon with up to five digits, or with a hidden port.
    private static func isPort(_ text: Substring) -> Bool {
        guard let colon = text.utf8.first else { return true }
        let port = text.utf8.dropFirst()
        guard colon == UInt8(ascii: ":"), let first = port.first else { return false }
        if first == UInt8(ascii: "_") {
            return port.count > 1
                && port.dropFirst().allSatisfy { byte in
                    let character = Character(UnicodeScalar(byte))
                    return character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
                }
        }
        return port.count <= 5 && port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
