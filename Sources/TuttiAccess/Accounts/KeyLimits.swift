package import TuttiCore

/// What calls of models with one API key are held to; what is `nil` has no limit.
package struct KeyLimits: Sendable, Hashable, Codable {
    /// The models and routes that it may ask, with stars: `fast`, `anthropic/*`.
    package var models: [String]?
    package var requestsAMinute: Int?
    /// Tokens sent and received.
    package var tokensAMinute: Int?
    /// Its budgets.
    package var spending = SpendingLimits()

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case models
        case requestsAMinute = "requests_a_minute"
        case tokensAMinute = "tokens_a_minute"
    }

    /// Reads the budgets beside the other members, as they have always been stored.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        models = try members.decodeIfPresent([String].self, forKey: .models)
        requestsAMinute = try members.decodeIfPresent(Int.self, forKey: .requestsAMinute)
        tokensAMinute = try members.decodeIfPresent(Int.self, forKey: .tokensAMinute)
        spending = try SpendingLimits(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encodeIfPresent(models, forKey: .models)
        try members.encodeIfPresent(requestsAMinute, forKey: .requestsAMinute)
        try members.encodeIfPresent(tokensAMinute, forKey: .tokensAMinute)
        try spending.encode(to: encoder)
    }

    /// Patterns of models of one key.
    package static let modelsMax = 100
    package static let ratesAllowed = 1...1_000_000_000

    package var isEmpty: Bool { self == KeyLimits() }

    /// Whether a model or route of this name may be asked.
    package func allows(model: String) -> Bool {
        models?.contains { NamePattern($0).covers(model) } ?? true
    }

    /// - Throws: ``AccountError`` `bad_input`, with the field below `/limits`.
    package func check() throws(AccountError) {
        if let models {
            guard (1...Self.modelsMax).contains(models.count) else {
                throw .bad(
                    "/limits/models", "length",
                    "a key names 1 to \(Self.modelsMax) models; leave them out for a key that may ask all")
            }
            for (index, text) in models.enumerated() where !NamePattern.isPattern(text) {
                throw .bad(
                    "/limits/models/\(index)", "pattern",
                    "'\(CleanText.line(text, bytesMax: 60))' is no name of a model; it has letters, digits and -_./:, "
                        + "and stars for any of them")
            }
        }
        for (name, value) in [("requests_a_minute", requestsAMinute), ("tokens_a_minute", tokensAMinute)] {
            guard let value, !Self.ratesAllowed.contains(value) else { continue }
            throw .bad(
                "/limits/\(name)", "range",
                "'\(name)' is from \(Self.ratesAllowed.lowerBound) to \(Self.ratesAllowed.upperBound)")
        }
        try spending.check()
    }

    /// Such as `10 requests a minute, $5.00 a day`; for the audit log and for people.
    package var sentence: String {
        var parts: [String] = []
        if let models { parts.append("models \(models.joined(separator: " "))") }
        if let requestsAMinute { parts.append("\(requestsAMinute) requests a minute") }
        if let tokensAMinute { parts.append("\(tokensAMinute) tokens a minute") }
        parts += spending.phrases
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
