import TuttiCore

/// The SHA-256 of the bytes that an object holds, which is its name.
package struct ObjectHash: Sendable, Hashable {
    // Four numbers, not an array: tens of thousands of them are compared in a snapshot.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    static let byteCount = 32

    /// - Parameter bytes: 32 of them.
    init(bytes: ArraySlice<UInt8>) {
        precondition(bytes.count == Self.byteCount, "a digest has 32 bytes")
        words = unsafe bytes.withUnsafeBytes { buffer in
            func word(_ index: Int) -> UInt64 {
                UInt64(bigEndian: unsafe buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// Takes 64 hexadecimal digits in lower case; `nil` for anything else.
    init?(hex: some Collection<UInt8>) {
        guard hex.count == 2 * Self.byteCount else { return nil }
        var rest = hex[...]
        func word() -> UInt64? {
            defer { rest = rest.dropFirst(16) }
            return Hexadecimal.word(rest.prefix(16))
        }
        guard let first = word(), let second = word(), let third = word(), let fourth = word() else { return nil }
        words = (first, second, third, fourth)
    }

    package static func == (one: ObjectHash, other: ObjectHash) -> Bool { one.words == other.words }
    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// 64 hexadecimal digits.
    package var hex: String { String(decoding: digits, as: UTF8.self) }

    var digits: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * Self.byteCount)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: word >> shift) & 0xF
                digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        return digits
    }

    /// The first byte, by which objects are spread over folders.
    var firstByte: UInt8 { UInt8(truncatingIfNeeded: words.0 >> 56) }

    func append(to bytes: inout [UInt8]) {
        for word in [words.0, words.1, words.2, words.3] { bytes.append(bigEndian: word) }
    }
}
