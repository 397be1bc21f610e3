/// The few forms of ASN.1's distinguished encoding (X.690) that keys and signatures need.
enum DistinguishedEncoding {
    /// A whole number above zero from its big-endian bytes.
    static func integer(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if (digits.first ?? 0x80) >= 0x80 { digits.insert(0, at: 0) }  // else it would be below zero, or nothing
        return tagged(0x02, digits)
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { tagged(0x30, content) }

    private static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    /// The two numbers of a sequence of nothing else, each in `width` bytes; `nil` for any other content.
    static func pair(_ bytes: [UInt8], width: Int) -> ([UInt8], [UInt8])? {
        var rest = bytes[...]
        guard rest.popFirst() == 0x30, let length = rest.popFirst(), Int(length) == rest.count,
            let first = number(&rest, width: width), let second = number(&rest, width: width), rest.isEmpty
        else { return nil }
        return (first, second)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, width: Int) -> [UInt8]? {
        guard rest.popFirst() == 0x02, let length = rest.popFirst(), Int(length) <= rest.count else { return nil }
        let digits = rest.prefix(Int(length)).drop { $0 == 0 }
        rest = rest.dropFirst(Int(length))
        guard digits.count <= width else { return nil }
        return [UInt8](repeating: 0, count: width - digits.count) + digits
    }
}
