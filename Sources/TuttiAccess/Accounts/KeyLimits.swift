package import TuttiCore

/// What calls of models with one API key are held to; what is `nil` has no limit. Days and months are those of UTC.
package struct KeyLimits: Sendable, Hashable, Codable {
    /// The models and routes that it may ask, with stars: `fast`, `anthropic/*`.
    package var models: [String]?
    package var requestsAMinute: Int?
    /// Tokens sent and received.
    package var tokensAMinute: Int?
    package var tokensADay: Int64?
    package var tokensAMonth: Int64?
    /// Of all calls that there ever are.
    package var tokens: Int64?
    package var usdADay: USD?
    package var usdAMonth: USD?
    /// Of all calls that there ever are.
    package var usd: USD?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case models, tokens, usd
        case requestsAMinute = "requests_a_minute"
        case tokensAMinute = "tokens_a_minute"
        case tokensADay = "tokens_a_day"
        case tokensAMonth = "tokens_a_month"
        case usdADay = "usd_a_day"
        case usdAMonth = "usd_a_month"
    }

    /// Patterns of models of one key.
    package static let modelsMax = 100
    package static let ratesAllowed = 1...1_000_000_000
    package static let tokensAllowed: ClosedRange<Int64> = 1...1_000_000_000_000

    package var isEmpty: Bool { self == KeyLimits() }

    /// Whether any budget counts dollars, so that a call has to have a price.
    package var countsDollars: Bool { usdADay != nil || usdAMonth != nil || usd != nil }

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
            try Self.check(name, value.map(Int64.init), in: 1...Int64(Self.ratesAllowed.upperBound))
        }
        for (name, value) in [("tokens_a_day", tokensADay), ("tokens_a_month", tokensAMonth), ("tokens", tokens)] {
            try Self.check(name, value, in: Self.tokensAllowed)
        }
        for (name, value) in [("usd_a_day", usdADay), ("usd_a_month", usdAMonth), ("usd", usd)] {
            guard let value, value.microdollars <= 0 || value > .max else { continue }
            throw .bad("/limits/\(name)", "range", "'\(name)' is above 0 dollars, and \(USD.max) at most")
        }
    }

    private static func check(_ name: String, _ value: Int64?, in range: ClosedRange<Int64>) throws(AccountError) {
        guard let value, !range.contains(value) else { return }
        throw .bad("/limits/\(name)", "range", "'\(name)' is from \(range.lowerBound) to \(range.upperBound)")
    }

    /// Such as `10 requests a minute, $5.00 a day`; for the audit log and for people.
    package var sentence: String {
        var parts: [String] = []
        func add(_ value: Any?, _ what: String) { if let value { parts.append("\(value)\(what)") } }
        if let models { parts.append("models \(models.joined(separator: " "))") }
        add(requestsAMinute, " requests a minute")
        add(tokensAMinute, " tokens a minute")
        add(tokensADay, " tokens a day")
        add(tokensAMonth, " tokens a month")
        add(tokens, " tokens in all")
        add(usdADay, " a day")
        add(usdAMonth, " a month")
        add(usd, " in all")
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
