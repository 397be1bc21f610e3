import TuttiCore

/// What may be spent, as it is sent and told. What is left out has no limit; days and months are those of UTC.
struct SpendingLimitsBody: Codable, Sendable {
    /// Sent and received.
    var tokensADay: Int64?
    var tokensAMonth: Int64?
    /// Of all calls that there ever are.
    var tokens: Int64?
    /// Dollars, as a text such as `"5.00"` or a number.
    var usdADay: BudgetBody.Amount?
    /// Dollars.
    var usdAMonth: BudgetBody.Amount?
    /// Dollars, of all calls that there ever are.
    var usd: BudgetBody.Amount?

    private enum CodingKeys: String, CodingKey {
        case tokens, usd
        case tokensADay = "tokens_a_day"
        case tokensAMonth = "tokens_a_month"
        case usdADay = "usd_a_day"
        case usdAMonth = "usd_a_month"
    }

    init(_ limits: SpendingLimits) {
        (tokensADay, tokensAMonth, tokens) = (limits.tokensADay, limits.tokensAMonth, limits.tokens)
        usdADay = limits.usdADay.map { .init($0) }
        usdAMonth = limits.usdAMonth.map { .init($0) }
        usd = limits.usd.map { .init($0) }
    }

    /// The limits, not checked yet.
    ///
    /// - Throws: a ``Problem`` that names the field below `/limits` of an amount that is none.
    func limits() throws -> SpendingLimits {
        var limits = SpendingLimits()
        (limits.tokensADay, limits.tokensAMonth, limits.tokens) = (tokensADay, tokensAMonth, tokens)
        limits.usdADay = try Self.dollars(usdADay, "usd_a_day")
        limits.usdAMonth = try Self.dollars(usdAMonth, "usd_a_month")
        limits.usd = try Self.dollars(usd, "usd")
        return limits
    }

    private static func dollars(_ amount: BudgetBody.Amount?, _ name: String) throws -> USD? {
        guard let text = amount?.text else { return nil }
        guard let usd = USD(text) else {
            throw Problem.badField(
                "/limits/\(name)", "amount",
                "'\(CleanText.line(text, bytesMax: 40))' is no amount of dollars; it takes one such as 5.00, with six "
                    + "digits behind the point at most")
        }
        return usd
    }
}
