/// How much a finding matters, from "do not build on this" to "worth a minute".
public enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    /// Something that will fail, leak or mislead if the document is followed as it stands.
    case critical
    /// A gap that two readers will fill in two ways.
    case high
    /// A weakness that costs a round of questions.
    case medium
    /// A blemish.
    case low

    /// Reads a severity whatever its case, as people and models write it.
    ///
    /// - Parameter text: `critical`, `high`, `medium` or `low` in any case; anything else gives `nil`.
    public init?(caseInsensitive text: String) {
        self.init(rawValue: text.lowercased())
    }

    /// The place in the order, 0 for `critical`.
    private var rank: Int {
        switch self {
        case .critical: 0
        case .high: 1
        case .medium: 2
        case .low: 3
        }
    }

    /// A severity is less than another when it matters less: `.low < .critical`.
    public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rank > rhs.rank }

    /// Decodes case-insensitively, since models and people write `High` and `HIGH`.
    ///
    /// - Throws: `DecodingError.dataCorrupted` that names the allowed words.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Severity(caseInsensitive: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a severity; use critical, high, medium or low")
        }
        self = value
    }
}
