/// Reads JSON as programs usually write it, at a fraction of what a general decoder costs: a third of all work on short
/// answers was that.
///
/// It gives up on everything out of the ordinary, which is for the general decoder to judge: errors, other encodings,
/// members of one name, numbers that do not fit. What it reads is what that one would read.
struct PlainJSON {
    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value of a whole text; `nil` when somebody else has to look at it, also since it is nested deeper than
    /// ``WireJSON/depthMax``.
    static func read(_ bytes: [UInt8]) -> JSONValue? {
        var reader = PlainJSON(bytes)
        guard let value = reader.value() else { return nil }
        reader.skipSpace()
        return reader.place == reader.bytes.count ? value : nil
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        place += 1
        return true
    }

    private mutating func value() -> JSONValue? {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.array() }
        case UInt8(ascii: "\""): return text().map(JSONValue.string)
        case UInt8(ascii: "t"): return word("true", .bool(true))
        case UInt8(ascii: "f"): return word("false", .bool(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout PlainJSON) -> JSONValue?) -> JSONValue? {
        guard depth < WireJSON.depthMax else { return nil }
        depth += 1
        defer { depth -= 1 }
        return read(&self)
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
        let end = place + word.utf8CodeUnitCount
        let isIt = word.description.utf8.elementsEqual(bytes[place..<min(end, bytes.count)])
        place = end
        return isIt ? value : nil
    }

    private mutating func object() -> JSONValue? {
        place += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\""), let name = text() else { return nil }
            skipSpace()
            guard take(":"), let value = value(), members.updateValue(value, forKey: name) == nil else { return nil }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    private mutating func array() -> JSONValue? {
        place += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(items) }
        while true {
            guard let value = value() else { return nil }
            items.append(value)
            skipSpace()
            if take("]") { return .array(items) }
            guard take(",") else { return nil }
        }
    }

    // MARK: Texts

    private mutating func text() -> String? {
        place += 1
        let start = place
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
        if next == UInt8(ascii: "\"") {
            defer { place += 1 }
            return String(validating: bytes[start..<place], as: UTF8.self)
        }
        return escapedText(Array(bytes[start..<place]))
    }

    /// The rest of a text that has an escape here.
    private mutating func escapedText(_ beginning: [UInt8]) -> String? {
        var text = beginning
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escaped() else { return nil }
                text += Array(String(scalar).utf8)
            case 0x20...: text.append(byte)
            default: return nil
            }
        }
        return nil
    }

    /// What stands behind a backslash.
    private mutating func escaped() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"): return unicode()
        default: return nil
        }
    }

    private mutating func unicode() -> Unicode.Scalar? {
        guard let first = hexadecimal() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard take("\\"), take("u"), let second = hexadecimal(), (0xDC00..<0xE000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func hexadecimal() -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[place..<(place + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 + UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 + UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 + UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        place += 4
        return value
    }

    // MARK: Numbers

    /// Digits of a whole number that surely fits.
    private static let digitsMax = 18

    private mutating func number() -> JSONValue? {
        let start = place
        let isNegative = take("-")
        var whole: Int64 = 0
        let firstDigit = place
        while let byte = next, Self.isDigit(byte), place - firstDigit < Self.digitsMax {
            whole = whole * 10 + Int64(byte - UInt8(ascii: "0"))
            place += 1
        }
        let count = place - firstDigit
        guard count > 0, count == 1 || bytes[firstDigit] != UInt8(ascii: "0") else { return nil }
        switch next {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return fraction(from: start)
        case .some(let byte) where Self.isDigit(byte): return nil
        default: return isNegative && whole == 0 ? nil : .int(isNegative ? -whole : whole)
        }
    }

    private mutating func fraction(from start: Int) -> JSONValue? {
        if take("."), !skipDigits() { return nil }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            guard skipDigits() else { return nil }
        }
        // A whole number in the form of a fraction may be read as one.
        guard let number = Double(String(decoding: bytes[start..<place], as: UTF8.self)), number.isFinite,
            number != number.rounded()
        else { return nil }
        return .double(number)
    }

    private mutating func skipDigits() -> Bool {
        let start = place
        while let byte = next, Self.isDigit(byte) { place += 1 }
        return place > start
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
