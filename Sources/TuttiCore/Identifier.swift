/// A UUIDv7 shown as a prefix and 26 lower-case base32 characters, such as `run_01k9...`.
///
/// The first 48 bits are the time in milliseconds (RFC 9562, section 5.7), so identifiers sort by their creation.
/// The alphabet is Crockford's, without `i`, `l`, `o` and `u`, which people misread.
public protocol Identifier: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
    /// What stands before the underscore, such as `run`.
    static var prefix: String { get }
    /// The whole text, prefix included.
    var text: String { get }
    /// Takes a text that is known to be well formed, such as one read back from the store.
    init(trusted text: String)
}

extension Identifier {
    /// A fresh identifier for the given time.
    ///
    /// - Parameters:
    ///   - time: the moment of creation; it becomes the sortable part.
    ///   - random: the source of the remaining 74 bits.
    public init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        let uuid = UUIDBits.version7(at: time, using: &random)
        self.init(trusted: Self.prefix + "_" + Base32.encode(high: uuid.high, low: uuid.low))
    }

    /// Reads an identifier as a person typed it, or gives `nil` when it is not one.
    public init?(_ text: String) {
        let lowered = text.lowercased()
        let head = Self.prefix + "_"
        guard lowered.hasPrefix(head), Base32.isWellFormed(lowered.dropFirst(head.count)) else { return nil }
        self.init(trusted: lowered)
    }

    /// The whole text, prefix included.
    public var description: String { text }

    /// Identifiers sort by their creation time.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.text < rhs.text }

    /// Reads the text form.
    ///
    /// - Throws: `DecodingError.dataCorrupted` when it is not an identifier of this kind.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not an identifier that begins with \(Self.prefix)_")
        }
        self = value
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Names a run.
public struct RunID: Identifier {
    /// `run`
    public static let prefix = "run"
    /// The whole text, prefix included.
    public let text: String

    /// Takes a text that is known to be well formed.
    public init(trusted text: String) { self.text = text }
}

/// Names an executor: one process that works on runs, from its start to its end. Never used twice.
public struct ExecutorID: Identifier {
    /// `exe`
    public static let prefix = "exe"
    /// The whole text, prefix included.
    public let text: String

    /// Takes a text that is known to be well formed.
    public init(trusted text: String) { self.text = text }
}
