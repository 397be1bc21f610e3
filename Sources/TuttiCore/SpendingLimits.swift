/// The most that calls of models may take and cost in a day, in a month and in all; what is `nil` has no limit. Days
/// and months are those of UTC.
package struct SpendingLimits: Sendable, Hashable, Codable {
    /// Tokens sent and received.
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
        case tokens, usd
        case tokensADay = "tokens_a_day"
        case tokensAMonth = "tokens_a_month"
        case usdADay = "usd_a_day"
        case usdAMonth = "usd_a_month"
    }

    package var isEmpty: Bool { self == SpendingLimits() }

    /// These, and the usual ones where these say nothing.
    package func over(_ usual: SpendingLimits) -> SpendingLimits {
        var limits = self
        limits.tokensADay = tokensADay ?? usual.tokensADay
        limits.tokensAMonth = tokensAMonth ?? usual.tokensAMonth
        limits.tokens = tokens ?? usual.tokens
        limits.usdADay = usdADay ?? usual.usdADay
        limits.usdAMonth = usdAMonth ?? usual.usdAMonth
        limits.usd = usd ?? usual.usd
        return limits
    }

    /// Such as `1000 tokens in all` and `$5.00 a day`; for the audit log and for people.
    package var phrases: [String] {
        var phrases: [String] = []
        func add(_ value: Any?, _ what: String) { if let value { phrases.append("\(value)\(what)") } }
        add(tokensADay, " tokens a day")
        add(tokensAMonth, " tokens a month")
        add(tokens, " tokens in all")
        add(usdADay, " a day")
        add(usdAMonth, " a month")
        add(usd, " in all")
        return phrases
    }
}
