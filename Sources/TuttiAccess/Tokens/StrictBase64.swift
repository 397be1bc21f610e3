/// Base64 in which every value has exactly one text: whatever could be written in two ways is not read.
///
/// RFC 4648, sections 3.5 and 5: the bits that are left over at the end are zero, and there are no line breaks.
package struct StrictBase64: Sendable {
    /// The alphabet of URLs without padding, as tokens and keys use it (RFC 7515, section 2).
    package static let url = StrictBase64(last: "-_", isPadded: false)
    /// The usual alphabet without padding, as in the PHC form of hashes.
    package static let unpadded = StrictBase64(last: "+/", isPadded: false)
    /// The usual alphabet with padding.
    package static let padded = StrictBase64(last: "+/", isPadded: true)
    /// The alphabet of passlib's hashes: `.` for `+`, without padding.
    package static let dotted = StrictBase64(last: "./", isPadded: false)

    private let alphabet: [UInt8]
    private let values: [UInt8]
    private let isPadded: Bool

    private static let none: UInt8 = 0xFF
    private static let filler = UInt8(ascii: "=")

    private init(last: String, isPadded: Bool) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        alphabet = Array((letters + last).utf8)
        var values = [UInt8](repeating: Self.none, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        self.values = values
        self.isPadded = isPadded
    }

    /// The text of some bytes.
    package func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xFFFF
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> count & 0x3F)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << (6 - count) & 0x3F)]) }
        while isPadded, !text.count.isMultiple(of: 4) { text.append(Self.filler) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; `nil` when ``encode(_:)`` writes no such text.
    package func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var digits = text.count
        if isPadded {
            guard digits.isMultiple(of: 4) else { return nil }
            digits -= text.suffix(2).reduce(0) { $0 + ($1 == Self.filler ? 1 : 0) }
        }
        guard digits % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits * 3 / 4)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for letter in text.prefix(digits) {
            let value = values[Int(letter)]
            guard value != Self.none else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        guard bits & (1 << count - 1) == 0 else { return nil }
        return bytes
    }

    /// The bytes of a text; `nil` when ``encode(_:)`` writes no such text.
    package func decode(_ text: some StringProtocol) -> [UInt8]? { decode(text.utf8) }
}
