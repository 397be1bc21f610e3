public import TuttiCore

/// What the tokens of a model cost from a day on.
public struct ModelPrice: Sendable, Hashable {
    /// The models by name; `*` stands for any letters, also none.
    public var model: String
    /// From when on.
    public var from: Timestamp
    /// A million tokens sent that no cache had.
    public var uncachedInput: USD
    /// A million tokens sent that a cache had; `nil` when nobody knows.
    public var cacheRead: USD?
    /// A million tokens sent that were put into a cache; `nil` when nobody knows.
    public var cacheWrite: USD?
    /// A million tokens received.
    public var output: USD

    /// A price from its parts.
    public init(
        model: String, from: Timestamp, uncachedInput: USD, cacheRead: USD? = nil, cacheWrite: USD? = nil, output: USD
    ) {
        self.model = model
        self.from = from
        self.uncachedInput = uncachedInput
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
    }

    /// What so many tokens cost; a part of a millionth of a dollar counts as a whole one.
    ///
    /// - Returns: `nil` when a price of some of the tokens is not known, and never 0 for that.
    public func cost(of usage: ModelUsage) -> USD? { cost(of: usage, cacheRead: cacheRead, cacheWrite: cacheWrite) }

    /// What so many tokens are taken for in a budget. An unknown price of the cache counts as that without one.
    package func costForBudget(of usage: ModelUsage) -> USD {
        cost(of: usage, cacheRead: cacheRead ?? uncachedInput, cacheWrite: cacheWrite ?? uncachedInput) ?? USD.max
    }

    private func cost(of usage: ModelUsage, cacheRead: USD?, cacheWrite: USD?) -> USD? {
        let parts: [(tokens: Int64, price: USD?)] = [
            (usage.uncachedInput, uncachedInput), (usage.cacheRead, cacheRead), (usage.cacheWrite, cacheWrite),
            (usage.output, output),
        ]
        var sum: Int128 = 0
        for part in parts where part.tokens > 0 {
            guard let price = part.price else { return nil }
            sum += Int128(part.tokens) * Int128(max(0, price.microdollars))
        }
        let rounded = sum / 1_000_000 + (sum % 1_000_000 > 0 ? 1 : 0)
        return USD(microdollars: min(Int64(clamping: rounded), USD.max.microdollars))
    }

    /// The price of the dearest tokens that may be sent. An unknown price of the cache counts as that without one.
    package var inputMax: USD { max(uncachedInput, cacheRead ?? uncachedInput, cacheWrite ?? uncachedInput) }
}
