/// A secret that only a key opens, and only in the context it was sealed for.
///
/// As bytes: the format 1, four bytes of the key's id, a nonce of 12, the sealed text, and a tag of 16.
package struct SealedSecret: Sendable, Hashable {
    static let format: UInt8 = 1
    static let keyIDSize = 4
    static let nonceSize = 12
    static let tagSize = 16
    static let headSize = 1 + keyIDSize + nonceSize

    /// The stored form.
    package let bytes: [UInt8]

    /// Takes what was stored, whatever it is by now: what is damaged cannot be opened, and is told of then.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    init(keyID: [UInt8], nonce: [UInt8], text: [UInt8], tag: [UInt8]) {
        bytes = [Self.format] + keyID + nonce + text + tag
    }

    /// Whether it has all of its parts.
    var isWhole: Bool { bytes.count >= Self.headSize + Self.tagSize && bytes[0] == Self.format }

    /// The id of the key that opens it, in 8 hexadecimal digits; empty when it is not whole.
    package var keyID: String {
        guard isWhole else { return "" }
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes[1..<(1 + Self.keyIDSize)].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    // For one that is whole.

    var nonce: ArraySlice<UInt8> { bytes[(1 + Self.keyIDSize)..<Self.headSize] }
    var text: ArraySlice<UInt8> { bytes[Self.headSize..<(bytes.count - Self.tagSize)] }
    var tag: ArraySlice<UInt8> { bytes.suffix(Self.tagSize) }
}
