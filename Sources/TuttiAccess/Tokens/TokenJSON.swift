import FoundationEssentials
import TuttiCore

/// Reads the JSON of tokens, where all readers have to understand the same: no name twice, nothing but UTF-8.
enum TokenJSON {
    /// Values inside each other; the claims of known issuers stay below 6.
    static let depthMax = 16

    /// The members of an object.
    ///
    /// - Throws: `malformed`, or `duplicateMember` at whatever depth.
    static func object(_ bytes: [UInt8]) throws(TokenError) -> [String: JSONValue] {
        // Readers of JSON guess at other encodings by a mark at the beginning or by zero bytes.
        guard bytes.first == UInt8(ascii: "{"), !bytes.contains(0), let names = names(in: bytes),
            case .object(let members)? = try? WireJSON.read(Data(bytes))
        else { throw TokenError(.malformed) }
        // Of two members with one name a reader keeps one, so there are fewer than the text has.
        guard count(.object(members)) == names else { throw TokenError(.duplicateMember) }
        return members
    }

    /// How many members a text has at all depths: the colons outside of its texts; `nil` when it is too deep, or has a
    /// comma that nothing follows, which the decoder lets pass.
    private static func names(in bytes: [UInt8]) -> Int? {
        var (names, depth, isInText, isEscaped, before) = (0, 0, false, false, UInt8(0))
        for byte in bytes where isInText || byte > UInt8(ascii: " ") {
            defer { before = byte }
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: ":"): names += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > depthMax { return nil }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if before == UInt8(ascii: ",") { return nil }
                depth -= 1
            default: break
            }
        }
        return names
    }

    private static func count(_ value: JSONValue) -> Int {
        switch value {
        case .object(let members): members.values.reduce(members.count) { $0 + count($1) }
        case .array(let elements): elements.reduce(0) { $0 + count($1) }
        case .null, .bool, .int, .double, .string: 0
        }
    }
}
