/// The texts that keys are written in. They are read byte by byte, so that nothing of a key stays in memory that nobody
/// wipes.
enum SecretKeyText {
    /// The 32 bytes that a text means, to be wiped by the caller; `nil` when it breaks ``SecretKeyRing/rule``.
    static func bytes(of line: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard let first = line.firstIndex(where: { !isSpace($0) }), let last = line.lastIndex(where: { !isSpace($0) })
        else { return nil }
        let text = line[first...last]
        switch text.count {
        case SecretKey.size * 2: return hexadecimal(text)
        case base64Digits: return base64(text)
        case base64Digits + 1: return text.last == UInt8(ascii: "=") ? base64(text.dropLast()) : nil
        default: return nil
        }
    }

    /// What 32 bytes are in base64 (RFC 4648, 4 and 5), without the sign at the end, which is often left out.
    private static let base64Digits = 43

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func hexadecimal(_ text: some Collection<UInt8>) -> [UInt8]? {
        collect(text, bitsPerDigit: 4) { byte in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x41 + 10
            case 0x61...0x66: byte - 0x61 + 10
            default: nil
            }
        }
    }

    private static func base64(_ text: some Collection<UInt8>) -> [UInt8]? {
        collect(text, bitsPerDigit: 6) { byte in
            switch byte {
            case 0x41...0x5A: byte - 0x41
            case 0x61...0x7A: byte - 0x61 + 26
            case 0x30...0x39: byte - 0x30 + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
            default: nil
            }
        }
    }

    /// - Returns: `nil` for a byte that is no digit, and when bits are left over that are not 0.
    private static func collect(
        _ text: some Collection<UInt8>, bitsPerDigit: Int, _ digit: (UInt8) -> UInt8?
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(SecretKey.size)
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in text {
            guard let value = digit(byte) else {
                bytes.wipe()
                return nil
            }
            bits = bits << UInt32(bitsPerDigit) | UInt32(value)
            count += bitsPerDigit
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else {
            bytes.wipe()
            return nil
        }
        return bytes
    }
}
