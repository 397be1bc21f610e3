/// A model and who answers for it, written `provider/name`, such as `ollama/qwen3:8b`.
///
/// The provider ends at the first slash; names of models may have more of them: `openrouter/vendor/small`. A name
/// without a slash is that of a route, which stands for several models: `smart`.
public struct ModelReference: Sendable, Hashable, CustomStringConvertible {
    /// The most bytes of a reference.
    public static let lengthMax = 256
    /// The rule in words, to stand after "it takes".
    package static let expectation =
        "provider/name, such as ollama/qwen3:8b, or the name of a route: visible ASCII characters, at most \(lengthMax)"

    /// Who answers for it: lower-case letters, digits, `-` and `_`; empty for a route.
    public let provider: String
    /// What the provider calls it, or the name of a route.
    public let name: String
    /// Whether it is a route.
    public var isRoute: Bool { provider.isEmpty }

    /// Reads a reference; `nil` for a text that is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1, Self.isRouteName(text) {
            (provider, name) = ("", text)
            return
        }
        guard parts.count == 2, text.utf8.count <= Self.lengthMax, !parts[1].isEmpty,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), Self.isProvider(parts[0])
        else { return nil }
        provider = String(parts[0])
        name = String(parts[1])
    }

    /// The most bytes of a route's name.
    package static let routeLengthMax = 64

    /// Whether a route can have this name: letters, digits, `-`, `_`, `.` and `:`.
    package static func isRouteName(_ text: some StringProtocol) -> Bool {
        let isFitting = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_.:".utf8.contains(byte)
        }
        return isFitting && (1...routeLengthMax).contains(text.utf8.count)
    }

    /// The most bytes of a provider's name.
    package static let providerLengthMax = 32

    /// Whether a provider can have this name: lower-case letters, digits, `-` and `_`, a letter first.
    package static func isProvider(_ text: some StringProtocol) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.utf8.first, letters.contains(first), text.utf8.count <= providerLengthMax else {
            return false
        }
        return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || "_-".utf8.contains($0) }
    }

    /// As it is written.
    public var description: String { isRoute ? name : "\(provider)/\(name)" }
}

extension ModelReference: Codable {
    /// Reads the text.
    ///
    /// - Throws: `DecodingError.dataCorrupted` that says what a reference looks like.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let reference = ModelReference(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "is no model; it takes \(Self.expectation)")
        }
        self = reference
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension ModelReference: JSONSchemaProviding {
    /// A text such as `ollama/qwen3:8b`, or the name of a route.
    public static var jsonSchema: JSONSchema {
        var schema = JSONSchema.string()
        schema.examples = ["ollama/qwen3:8b"]
        return schema
    }
}
