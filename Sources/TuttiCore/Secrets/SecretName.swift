/// What people call a secret, such as `openai`.
package struct SecretName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// The most characters of a name.
    package static let lengthMax = 100
    /// What ``init(_:)`` asks for, in words for errors.
    package static let rule =
        "1 to \(lengthMax) characters of a-z, 0-9, '.', '_' and '-', the first of them a letter or a digit"

    /// Reads a name, or gives `nil` when it breaks ``rule``. The first character keeps a name from being `..` where it
    /// becomes a part of a path.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= Self.lengthMax, Self.isLetterOrDigit(first),
            bytes.allSatisfy({ Self.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) })
        else { return nil }
        self.text = String(text)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    package var description: String { text }

    package static func < (lhs: SecretName, rhs: SecretName) -> Bool { lhs.text < rhs.text }
}

extension SecretName: Codable {
    /// - Throws: `DecodingError.dataCorrupted` that tells the rule, and not what stood there: it may be a secret in the
    ///   wrong place.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = SecretName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the name of a secret has \(Self.rule)")
        }
        self = name
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
