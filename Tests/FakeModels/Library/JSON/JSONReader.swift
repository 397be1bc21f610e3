package import TuttiCore

/// Reads JSON, byte by byte; `nil` for whatever is none.
package struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Values inside each other.
    private static let depthMax = 256

    private struct NotJSON: Error {}

    /// The value that some bytes hold.
    package static func read(_ bytes: [UInt8]) -> JSONValue? {
        var reader = JSONReader(bytes: bytes)
        guard let value = try? reader.value() else { return nil }
        reader.skipSpace()
        return reader.position == bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value() throws(NotJSON) -> JSONValue {
        skipSpace()
        depth += 1
        defer { depth -= 1 }
        guard position < bytes.count, depth <= Self.depthMax else { throw NotJSON() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(NotJSON) -> JSONValue {
        position += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw NotJSON() }
            let name = try string()
            skipSpace()
            guard take(":") else { throw NotJSON() }
            members[name] = try value()
            skipSpace()
        } while take(",")
        guard take("}") else { throw NotJSON() }
        return .object(members)
    }

    private mutating func array() throws(NotJSON) -> JSONValue {
        position += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(items) }
        repeat {
            items.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw NotJSON() }
        return .array(items)
    }

    private mutating func string() throws(NotJSON) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            position += 1
        }
        var collected = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: collected, as: UTF8.self) else { throw NotJSON() }
                return text
            }
            if byte == UInt8(ascii: "\\") {
                collected += try escaped()
            } else {
                guard byte >= 0x20 else { throw NotJSON() }
                collected.append(byte)
            }
        }
        throw NotJSON()
    }

    private mutating func escaped() throws(NotJSON) -> [UInt8] {
        guard position < bytes.count else { throw NotJSON() }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"): return try Array(String(Character(scalar())).utf8)
        default: throw NotJSON()
        }
    }

    /// What stands behind `\u`: one unit, or two that are one character together.
    private mutating func scalar() throws(NotJSON) -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard (0xd800..<0xdc00).contains(unit), take("\\"), take("u") else { throw NotJSON() }
        let low = try hexadecimal()
        guard (0xdc00..<0xe000).contains(low) else { throw NotJSON() }
        guard let scalar = Unicode.Scalar(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)) else { throw NotJSON() }
        return scalar
    }

    private mutating func hexadecimal() throws(NotJSON) -> UInt32 {
        guard position + 4 <= bytes.count else { throw NotJSON() }
        let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
        guard digits.allSatisfy(\.isHexDigit), let unit = UInt32(digits, radix: 16) else { throw NotJSON() }
        position += 4
        return unit
    }

    private mutating func number() throws(NotJSON) -> JSONValue {
        let start = position
        while position < bytes.count, Self.numberBytes.contains(bytes[position]) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw NotJSON() }
        return .double(number)
    }

    private static let numberBytes = Set("+-.eE0123456789".utf8)

    private mutating func word(_ word: String, _ value: JSONValue) throws(NotJSON) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw NotJSON() }
        position += word.utf8.count
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) { position += 1 }
    }
}
