/// JSON that is written from front to back, its members in the order in which they come.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Whether the next value is the first of its list or object.
    private var isFirst = true

    /// Opens an object or a list; its end is ``close(_:)``.
    mutating func open(_ byte: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: byte))
        isFirst = true
    }

    mutating func close(_ byte: Unicode.Scalar) {
        bytes.append(UInt8(ascii: byte))
        isFirst = false
    }

    /// The name of a member; its value comes next.
    mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        isFirst = true
    }

    mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    mutating func int(_ value: Int64) { word(String(value)) }

    mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

    /// What JSON has no number for is written as Protobuf's JSON does: as a text.
    mutating func double(_ value: Double) {
        if value.isNaN { return string("NaN") }
        if value.isInfinite { return string(value < 0 ? "-Infinity" : "Infinity") }
        word("\(value)")
    }

    /// What has been written elsewhere.
    mutating func raw(_ value: [UInt8]) {
        separate()
        bytes.append(contentsOf: value)
    }

    private mutating func word(_ word: String) {
        separate()
        bytes.append(contentsOf: word.utf8)
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: Self.escaped(text))
        bytes.append(UInt8(ascii: "\""))
    }

    /// The inside of a JSON string. Besides what RFC 8259 demands, the delete character, the C1 controls and the
    /// separators of lines are escaped, at which terminals and readers of lines would take offence.
    static func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes.append(contentsOf: #"\""#.utf8)
            case "\\": bytes.append(contentsOf: #"\\"#.utf8)
            case "\n": bytes.append(contentsOf: #"\n"#.utf8)
            case "\r": bytes.append(contentsOf: #"\r"#.utf8)
            case "\t": bytes.append(contentsOf: #"\t"#.utf8)
            default:
                guard ControlCharacters.contains(scalar) else {
                    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                    continue
                }
                let digits = String(scalar.value, radix: 16)
                bytes.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            }
        }
        return bytes
    }
}

/// Characters that do something instead of being seen: controls, separators of lines, turns of direction, the mark of
/// byte order. None is above U+FFFF.
enum ControlCharacters {
    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
