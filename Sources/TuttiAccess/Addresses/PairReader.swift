/// Reads `name=value` pairs with `;` between them, where a value is a token or a quoted string (RFC 7239, 4).
struct PairReader {
    /// A pair, with its name in lower case, or nothing between two `;`.
    struct Pair {
        let value: (name: String, value: String)?
    }

    private var rest: Substring.UTF8View
    private var isAtEnd = false
    /// Whether all that was read is of the grammar.
    private(set) var isWhole = true

    init(_ text: Substring) { rest = text.utf8 }

    /// - Returns: `nil` at the end, and where the grammar is left.
    mutating func next() -> Pair? {
        guard !isAtEnd, isWhole else { return nil }
        skipBlanks()
        guard let first = rest.first, first != UInt8(ascii: ";") else {
            // An empty pair is allowed, and so says nothing.
            endPair()
            return isWhole ? Pair(value: nil) : nil
        }
        let name = token()
        guard !name.isEmpty, rest.first == UInt8(ascii: "=") else { return fail() }
        rest.removeFirst()
        let value = rest.first == UInt8(ascii: "\"") ? quotedString() : token()
        guard let value, !value.isEmpty else { return fail() }
        endPair()
        return isWhole ? Pair(value: (name.lowercased(), value)) : nil
    }

    private mutating func fail() -> Pair? {
        isWhole = false
        return nil
    }

    private mutating func endPair() {
        skipBlanks()
        guard let next = rest.first else { return isAtEnd = true }
        guard next == UInt8(ascii: ";") else { return isWhole = false }
        rest.removeFirst()
    }

    private mutating func skipBlanks() {
        while let first = rest.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { rest.removeFirst() }
    }

    private mutating func token() -> String {
        let token = rest.prefix(while: Self.isTokenByte)
        rest = rest[token.endIndex...]
        return String(Substring(token))
    }

    /// - Returns: `nil` when the string does not end.
    private mutating func quotedString() -> String? {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
