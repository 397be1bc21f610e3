/// Checks text that arrives in pieces for being UTF-8, and fails at the first byte that cannot be part of it
/// (RFC 3629).
struct UTF8Check: Sendable {
    /// How many bytes of a character are still to come, and between which the next one has to be.
    private var left = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xbf

    /// Whether no character is cut off.
    var isComplete: Bool { left == 0 }

    /// False when a byte cannot follow.
    mutating func take(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            if left == 0 {
                guard byte < 0x80 || begin(byte) else { return false }
            } else {
                guard (low...high).contains(byte) else { return false }
                (left, low, high) = (left - 1, 0x80, 0xbf)
            }
        }
        return true
    }

    /// The table of RFC 3629, 4: neither overlong forms nor surrogates nor anything above U+10FFFF.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xc2...0xdf: left = 1
        case 0xe0: (left, low) = (2, 0xa0)
        case 0xed: (left, high) = (2, 0x9f)
        case 0xe1...0xef: left = 2
        case 0xf0: (left, low) = (3, 0x90)
        case 0xf1...0xf3: left = 3
        case 0xf4: (left, high) = (3, 0x8f)
        default: return false
        }
        return true
    }
}
