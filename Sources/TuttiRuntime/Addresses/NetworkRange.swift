/// All addresses that begin with the same bits, as in `10.0.0.0/8`.
package struct NetworkRange: Sendable, Hashable {
    /// The first address of the range.
    package let first: NetworkAddress
    /// How many bits are the same.
    package let length: Int

    /// The range that an address is in.
    ///
    /// - Parameter length: Brought to 0 … the width of the address.
    package init(_ address: NetworkAddress, length: Int) {
        let width = address.family.width
        self.length = max(0, min(length, width))
        // A shift by all bits gives 0 for these integers.
        let mask = UInt128.max << (width - self.length)
        first = NetworkAddress(address.family, bits: address.bits & mask)
    }

    /// Why a text is no range.
    package enum Fault: Error, Sendable, Hashable {
        /// Neither an address nor one with `/` and a length.
        case malformed
        /// The length is not a plain number from 0 to the width of the address.
        case length(widthMax: Int)
        /// Bits behind the length are set; the range that was likely meant.
        case bitsBehind(suggestion: String)
    }

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address.
    ///
    /// - Throws: `Fault`
    package init(_ text: some StringProtocol) throws(Fault) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ NetworkAddress($0) }) else { throw .malformed }
        // The length counts in the form that was written: ::ffff:10.0.0.0/104 is 10.0.0.0/8.
        let isMapped = address.family == .v4 && parts[0].contains(":")
        let width = isMapped ? 128 : address.family.width
        guard parts.count == 2 else {
            self.init(address, length: address.family.width)
            return
        }
        guard let written = Self.number(parts[1]), written <= width, !isMapped || written >= 96 else {
            throw .length(widthMax: width)
        }
        self.init(address, length: isMapped ? written - 96 : written)
        guard first == address else { throw .bitsBehind(suggestion: description) }
    }

    /// Whether the address is in it. None of IPv4 is in a range of IPv6, `::/0` included.
    package func contains(_ address: NetworkAddress) -> Bool {
        address.family == first.family && (address.bits ^ first.bits) >> (first.family.width - length) == 0
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...3).contains(text.utf8.count), text == "0" || !text.hasPrefix("0"),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }
}

extension NetworkRange: CustomStringConvertible {
    /// For example `2001:db8::/32`
    package var description: String { "\(first)/\(length)" }
}
