/// A string of JSON as it is written, and what it says.
enum EscapedText {
    /// What it says, where its escapes are those of JSON. Halves of letters, which say nothing, become the sign for
    /// that.
    static func decoded(_ written: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(written.count)
        var rest = Array(written)[...]
        while let unit = nextUnit(of: rest) {
            append(unit.letter, to: &text)
            rest = rest[(rest.startIndex + unit.length)...]
        }
        return text + rest
    }

    /// Where places of what it says stand in what is written.
    ///
    /// - Parameter places: in order.
    static func places(_ places: [Int], in written: some Collection<UInt8>) -> [Int] {
        var result: [Int] = []
        let written = Array(written)
        var (said, next) = (0, 0)
        var letter: [UInt8] = []
        for place in places {
            while said < place, let unit = nextUnit(of: written[next...]) {
                letter.removeAll(keepingCapacity: true)
                append(unit.letter, to: &letter)
                said += letter.count
                next += unit.length
            }
            result.append(next)
        }
        return result
    }

    /// A byte as it is, or what an escape stands for.
    private enum Letter {
        case byte(UInt8)
        case scalar(Unicode.Scalar)
    }

    private static func append(_ letter: Letter, to text: inout [UInt8]) {
        switch letter {
        case .byte(let byte): text.append(byte)
        case .scalar(let scalar): text.append(contentsOf: String(scalar).utf8)
        }
    }

    private static func nextUnit(of rest: ArraySlice<UInt8>) -> (letter: Letter, length: Int)? {
        guard let first = rest.first else { return nil }
        guard first == UInt8(ascii: "\\") else { return (.byte(first), 1) }
        guard let kind = rest.dropFirst().first else { return nil }
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return (.byte(kind), 2)
        case UInt8(ascii: "n"): return (.byte(0x0A), 2)
        case UInt8(ascii: "r"): return (.byte(0x0D), 2)
        case UInt8(ascii: "t"): return (.byte(0x09), 2)
        case UInt8(ascii: "b"): return (.byte(0x08), 2)
        case UInt8(ascii: "f"): return (.byte(0x0C), 2)
        case UInt8(ascii: "u"): return unicode(rest)
        default: return nil
        }
    }

    private static func unicode(_ rest: ArraySlice<UInt8>) -> (letter: Letter, length: Int)? {
        guard let first = unit(rest) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (.scalar(scalar), 6) }
        if first < 0xDC00, let second = unit(rest.dropFirst(6)), (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        {
            return (.scalar(scalar), 12)
        }
        return (.scalar("\u{FFFD}"), 6)
    }

    /// Four digits behind `\u`.
    private static func unit(_ rest: ArraySlice<UInt8>) -> UInt32? {
        guard rest.count >= 6, rest.starts(with: [0x5C, 0x75]) else { return nil }
        var value: UInt32 = 0
        for byte in rest.dropFirst(2).prefix(4) {
            guard byte.isHexadecimal else { return nil }
            value = value << 4 | UInt32(byte.isDigit ? byte & 15 : (byte | 0x20) - 87)
        }
        return value
    }
}
