import TuttiAccess
import TuttiCore

/// What calls of models with an API key are held to, as it is sent and told: budgets beside models and rates. What is
/// left out has no limit.
struct KeyLimitsBody: Codable, Sendable {
    /// The models and routes that it may ask, with stars: `fast`, `anthropic/*`.
    var models: [String]?
    var requestsAMinute: Int?
    /// Tokens sent and received.
    var tokensAMinute: Int?
    var spending: SpendingLimitsBody

    private enum CodingKeys: String, CodingKey {
        case models
        case requestsAMinute = "requests_a_minute"
        case tokensAMinute = "tokens_a_minute"
    }

    init(_ limits: KeyLimits) {
        models = limits.models
        (requestsAMinute, tokensAMinute) = (limits.requestsAMinute, limits.tokensAMinute)
        spending = SpendingLimitsBody(limits.spending)
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        models = try members.decodeIfPresent([String].self, forKey: .models)
        requestsAMinute = try members.decodeIfPresent(Int.self, forKey: .requestsAMinute)
        tokensAMinute = try members.decodeIfPresent(Int.self, forKey: .tokensAMinute)
        spending = try SpendingLimitsBody(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encodeIfPresent(models, forKey: .models)
        try members.encodeIfPresent(requestsAMinute, forKey: .requestsAMinute)
        try members.encodeIfPresent(tokensAMinute, forKey: .tokensAMinute)
        try spending.encode(to: encoder)
    }

    /// The limits, not checked yet.
    ///
    /// - Throws: a ``Problem`` that names the field of an amount that is none.
    func limits() throws -> KeyLimits {
        var limits = KeyLimits()
        limits.models = models
        (limits.requestsAMinute, limits.tokensAMinute) = (requestsAMinute, tokensAMinute)
        limits.spending = try spending.limits()
        return limits
    }
}
