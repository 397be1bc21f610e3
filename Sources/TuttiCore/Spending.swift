/// What calls of models have used, as reports tell it.
public struct Spending: Codable, Sendable, Hashable {
    /// Calls that were answered.
    public var calls: Int
    /// Tokens sent.
    public var inputTokens: Int64
    /// Tokens received, reasoning among them.
    public var outputTokens: Int64
    /// What they have cost; `nil` when the price of some of them is not known.
    public var usd: USD?

    private enum CodingKeys: String, CodingKey {
        case calls, inputTokens, outputTokens
        case usd = "microdollars"  // what its number counts
    }

    /// Nothing unless told otherwise.
    public init(calls: Int = 0, inputTokens: Int64 = 0, outputTokens: Int64 = 0, usd: USD? = USD(microdollars: 0)) {
        self.calls = calls
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.usd = usd
    }

    /// Both together; of an unknown price nothing becomes known.
    public static func + (one: Spending, other: Spending) -> Spending {
        var usd: USD?
        if let mine = one.usd, let theirs = other.usd {
            let sum = Int128(mine.microdollars) + Int128(theirs.microdollars)
            usd = USD(microdollars: min(Int64(clamping: sum), USD.max.microdollars))
        }
        return Spending(
            calls: one.calls + other.calls,
            inputTokens: Int64(clamping: Int128(one.inputTokens) + Int128(other.inputTokens)),
            outputTokens: Int64(clamping: Int128(one.outputTokens) + Int128(other.outputTokens)), usd: usd)
    }

    /// Adds another.
    public static func += (sum: inout Spending, other: Spending) { sum = sum + other }
}

extension Spending: CustomStringConvertible {
    /// `3 calls, 1200 + 300 tokens, $0.0042`
    public var description: String {
        let price = usd.map { "\($0)" } ?? "price not known"
        return "\(calls) \(calls == 1 ? "call" : "calls"), \(inputTokens) + \(outputTokens) tokens, \(price)"
    }
}
