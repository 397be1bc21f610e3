package import FoundationEssentials

/// Reads JSON that comes from outside.
package enum WireJSON {
    /// Values inside each other; whoever sends more wants something else than to say what it means.
    package static let depthMax = 128

    /// Why something is not read.
    package enum Failure: Error, Hashable {
        case tooDeep
        case notJSON
    }

    /// The value of a whole text.
    ///
    /// - Throws: ``Failure``, before much is built for what is too deep.
    package static func read(_ bytes: Data) throws(Failure) -> JSONValue { try read(Array(bytes)) }

    /// The value of a whole text.
    ///
    /// - Throws: as for `Data`.
    package static func read(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        if let value = PlainJSON.read(bytes) { return value }
        guard depth(of: bytes) <= depthMax else { throw .tooDeep }
        guard let value = try? CanonicalJSON.decode(JSONValue.self, from: Data(bytes)) else { throw .notJSON }
        return value
    }

    /// The deepest nesting, whether or not the brackets fit each other.
    private static func depth(of bytes: [UInt8]) -> Int {
        var (depth, deepest, isInText, isEscaped) = (0, 0, false, false)
        for byte in bytes {
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
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return deepest
    }
}
