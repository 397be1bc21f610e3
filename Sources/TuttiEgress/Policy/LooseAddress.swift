/// An address of IPv4 in the forms of inet_aton(3): one to four numbers, each decimal, octal (`0…`) or hexadecimal
/// (`0x…`), of which the last one fills what is left.
enum LooseAddress {
    static func bits(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var numbers: [UInt64] = []
        for part in parts {
            guard let number = number(part.utf8) else { return nil }
            numbers.append(number)
        }
        let last = numbers.removeLast()
        guard numbers.allSatisfy({ $0 <= 255 }), last < 1 << (8 * UInt64(4 - numbers.count)) else { return nil }
        let high = numbers.enumerated().reduce(UInt64(0)) { $0 | $1.element << (24 - 8 * UInt64($1.offset)) }
        return UInt32(high | last)
    }

    /// At most 32 bits; `0x` alone is 0.
    private static func number(_ text: Substring.UTF8View) -> UInt64? {
        guard let first = text.first else { return nil }
        var (digits, radix) = (text[...], UInt64(10))
        if first == UInt8(ascii: "0"), text.count > 1 {
            let isHexadecimal = text.dropFirst().first == UInt8(ascii: "x")
            radix = isHexadecimal ? 16 : 8
            digits = text.dropFirst(isHexadecimal ? 2 : 1)
        }
        var value: UInt64 = 0
        for byte in digits {
            guard let digit = digit(byte, radix: radix) else { return nil }
            value = value * radix + digit
            guard value <= UInt64(UInt32.max) else { return nil }
        }
        return value
    }

    static func digit(_ byte: UInt8, radix: UInt64) -> UInt64? {
        let value: UInt64
        switch byte {
        case 0x30...0x39: value = UInt64(byte) - 0x30
        case 0x61...0x66: value = UInt64(byte) - 0x61 + 10
        default: return nil
        }
        return value < radix ? value : nil
    }
}
