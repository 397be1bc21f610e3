/// The 128 bits of a UUID, and the two texts we write them in.
package struct UUIDBits: Sendable, Hashable {
    package var high: UInt64
    package var low: UInt64

    /// The bits from the first 64 and the last.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version 7 UUID: 48 bits of milliseconds, 74 random bits (RFC 9562, section 5.7).
    package static func version7(at time: Timestamp, using random: inout some RandomNumberGenerator) -> UUIDBits {
        let milliseconds = UInt64(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        let high: UInt64 = milliseconds << 16 | 0x7000 | random.next() & 0x0FFF
        let low: UInt64 = 0x8000_0000_0000_0000 | random.next() & 0x3FFF_FFFF_FFFF_FFFF
        return UUIDBits(high: high, low: low)
    }

    /// The text of RFC 9562, section 4: 8-4-4-4-12 lower-case hexadecimal digits.
    package var canonicalText: String {
        var text = ""
        text.reserveCapacity(36)
        for (position, nibble) in (0..<32).enumerated() {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append("-") }
            let word = nibble < 16 ? high : low
            let shift = UInt64(60 - (nibble % 16) * 4)
            text.append(Hexadecimal.digit(UInt8(word >> shift & 0xF)))
        }
        return text
    }
}

/// Crockford's base32 of 128 bits in 26 characters; the first character carries three bits.
enum Base32 {
    private static let alphabet: [UInt8] = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    static let length = 26

    static func encode(high: UInt64, low: UInt64) -> String {
        var bytes = [UInt8](repeating: 0, count: length)
        var high = high
        var low = low
        for index in stride(from: length - 1, through: 0, by: -1) {
            bytes[index] = alphabet[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of each byte; 255 for those that are not of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: .max, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// The way back, or `nil` for a text that is not 26 characters of the alphabet, or more than 128 bits.
    static func decode(_ text: Substring) -> UUIDBits? {
        var (bits, count) = (UUIDBits(high: 0, low: 0), 0)
        let values = values
        for byte in text.utf8 {
            let value = values[Int(byte)]
            guard value < 32, count < length, count > 0 || value < 8 else { return nil }
            bits.high = bits.high << 5 | bits.low >> 59
            bits.low = bits.low << 5 | UInt64(value)
            count += 1
        }
        return count == length ? bits : nil
    }

    static func isWellFormed(_ text: Substring) -> Bool {
        let values = values
        return text.utf8.count == length && text.utf8.allSatisfy { values[Int($0)] < 32 }
    }
}

/// Lower-case hexadecimal.
package enum Hexadecimal {
    private static let digits: [Character] = Array("0123456789abcdef")

    static func digit(_ value: UInt8) -> Character { digits[Int(value & 0xF)] }

    /// Two digits a byte.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte))
        }
        return text
    }

    /// 16 digits, the most significant first.
    package static func text(of word: UInt64) -> String {
        String(
            decoding: (0..<16).map { lower(UInt8(truncatingIfNeeded: word >> UInt64(60 - $0 * 4)) & 0xF) },
            as: UTF8.self)
    }

    /// The number that lower-case digits write, or `nil` for other bytes or more than 16 of them.
    package static func word(_ digits: some Collection<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 16 else { return nil }
        var word: UInt64 = 0
        for byte in digits {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return word
    }

    private static func lower(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
