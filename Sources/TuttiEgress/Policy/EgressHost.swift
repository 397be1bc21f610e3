package import TuttiRuntime

/// The host of a request, in the one form that rules are compared with.
package enum EgressHost: Sendable, Hashable, CustomStringConvertible {
    /// A name in lower case without a dot at its end.
    case name(String)
    case address(NetworkAddress)

    /// RFC 1035, 2.3.4.
    static let lengthMax = 253
    private static let labelLengthMax = 63

    /// Reads a host as it stands in a URL.
    ///
    /// A host whose last label is a number is an address of IPv4 in any of the forms that inet_aton(3) takes, such as
    /// `0x7f.1` or `2130706433`, since that is what programs behind us would make of it. An address of IPv6 has its
    /// brackets. Names have letters, digits, `-` and `_`; other scripts come as A-labels (RFC 5890), `xn--…`.
    ///
    /// - Returns: `nil` for anything else, zones of IPv6 included.
    package init?(_ text: some StringProtocol) {
        if text.utf8.first == UInt8(ascii: "[") {
            guard text.hasSuffix("]"), text.utf8.contains(UInt8(ascii: ":")),
                let address = NetworkAddress(text.dropFirst().dropLast())
            else { return nil }
            self = .address(address)
            return
        }
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard Self.isName(name) else { return nil }
        if Self.endsInNumber(name) {
            guard let bits = LooseAddress.bits(name) else { return nil }
            self = .address(NetworkAddress(.v4, bits: UInt128(bits)))
        } else {
            self = .name(name)
        }
    }

    package var description: String {
        switch self {
        case .name(let name): name
        case .address(let address): address.description
        }
    }

    /// As it stands in a URL or in the field Host.
    var urlText: String {
        if case .address(let address) = self, address.family == .v6 { "[\(address)]" } else { description }
    }

    static func isName(_ text: String) -> Bool {
        guard (1...lengthMax).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...labelLengthMax).contains(label.count) && label.first != UInt8(ascii: "-")
                && label.last != UInt8(ascii: "-") && label.allSatisfy(isNameByte)
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// No top-level domain is a number, also none that begins with 0x (WHATWG URL, "ends in a number").
    private static func endsInNumber(_ name: String) -> Bool {
        guard let last = name.split(separator: ".").last else { return false }
        return last.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || last.hasPrefix("0x") && last.utf8.dropFirst(2).allSatisfy { LooseAddress.digit($0, radix: 16) != nil }
    }
}
