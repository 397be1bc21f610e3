/// An address of a machine: IPv4, or IPv6 without a zone.
package struct NetworkAddress: Sendable, Hashable {
    /// Which of the two it is, and so how many bits count.
    package enum Family: Sendable, Hashable {
        case v4, v6

        /// 32 or 128.
        package var width: Int { self == .v4 ? 32 : 128 }
    }

    package let family: Family
    /// The lowest 32 bits are the address of IPv4.
    package let bits: UInt128

    /// The longest text that can be one: eight groups, the last two as IPv4.
    static let lengthMax = 45

    /// An address from its bits; one of IPv6 that holds one of IPv4 by mapping is the IPv4 one.
    package init(_ family: Family, bits: UInt128) {
        // An IPv6 socket shows who comes by IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2): that is the same machine.
        if family == .v6, bits >> 32 == 0xFFFF {
            self.family = .v4
            self.bits = bits & 0xFFFF_FFFF
        } else {
            self.family = family
            self.bits = bits
        }
    }

    /// Reads `192.0.2.1` (four decimal numbers, without leading zeros, which some programs read as octal) or
    /// `2001:db8::1` (RFC 4291, 2.2, with all of its forms); an IPv4-mapped address of IPv6 is the IPv4 one. No ports,
    /// brackets, zones (`%eth0`) or white space.
    ///
    /// - Returns: `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.lengthMax else { return nil }
        let bytes = Array(text.utf8)
        if let bits = Self.bitsOfV4(bytes[...]) {
            self.init(.v4, bits: UInt128(bits))
        } else if let bits = Self.bitsOfV6(bytes[...]) {
            self.init(.v6, bits: bits)
        } else {
            return nil
        }
    }

    /// Whether it names the machine itself: 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { family == .v4 ? bits >> 24 == 127 : bits == 1 }

    /// Whom a limit counts: the address itself of IPv4, the /64 of IPv6, since one customer has all of its addresses at
    /// hand (RFC 6177).
    package var subject: String {
        family == .v4 ? description : NetworkRange(self, length: 64).description
    }
}

// MARK: - Reading

extension NetworkAddress {
    private static func bitsOfV4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let numbers = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 4 else { return nil }
        var bits: UInt32 = 0
        for number in numbers {
            guard (1...3).contains(number.count), number.count == 1 || number.first != UInt8(ascii: "0") else {
                return nil
            }
            var value: UInt32 = 0
            for digit in number {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                value = value * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private static func bitsOfV6(_ text: ArraySlice<UInt8>) -> UInt128? {
        let colon = UInt8(ascii: ":")
        guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) else {
            guard let groups = groups(text, isLast: true), groups.count == 8 else { return nil }
            return bits(of: groups)
        }
        // "::" stands for one group of zeros at least, and is there once.
        guard let before = groups(text[..<gap], isLast: false), let after = groups(text[(gap + 2)...], isLast: true),
            before.count + after.count < 8
        else { return nil }
        return bits(of: before + [UInt16](repeating: 0, count: 8 - before.count - after.count) + after)
    }

    private static func bits(of groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }

    /// - Parameter isLast: Whether the text ends the address, so that it may end in the form of IPv4.
    private static func groups(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var texts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var tail: [UInt16] = []
        if isLast, let last = texts.last, last.contains(UInt8(ascii: ".")) {
            guard let bits = bitsOfV4(last) else { return nil }
            tail = [UInt16(bits >> 16), UInt16(bits & 0xFFFF)]
            texts.removeLast()
        }
        var groups: [UInt16] = []
        for text in texts {
            guard let group = group(text) else { return nil }
            groups.append(group)
        }
        return groups + tail
    }

    private static func group(_ text: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(text.count) else { return nil }
        var value: UInt16 = 0
        for digit in text {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}

// MARK: - Writing

extension NetworkAddress: CustomStringConvertible {
    /// The one form of RFC 5952: lower case, no leading zeros, `::` for the first of the longest runs of zeros.
    package var description: String {
        guard family == .v6 else { return (0..<4).map { String(bits >> (24 - 8 * $0) & 0xFF) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        let zeros = Self.longestZeros(groups)
        guard zeros.count > 1 else { return Self.hexadecimal(groups[...]) }
        return Self.hexadecimal(groups[..<zeros.lowerBound]) + "::" + Self.hexadecimal(groups[zeros.upperBound...])
    }

    private static func hexadecimal(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<index + 1
            }
        }
        return longest
    }
}
