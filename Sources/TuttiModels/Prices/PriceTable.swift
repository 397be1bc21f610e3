public import TuttiCore

/// What models cost, by name and day. Tutti knows no prices by itself: they change, and a wrong one is worse than none.
public struct PriceTable: Sendable, Hashable {
    /// All prices, in any order.
    public var prices: [ModelPrice]

    /// A table of prices; without any, no price is known.
    public init(_ prices: [ModelPrice] = []) { self.prices = prices }

    /// The price of a model at a moment.
    ///
    /// Of several that fit, the one counts whose pattern says most (has most letters besides `*`), and of those the
    /// latest that holds already.
    ///
    /// - Returns: `nil` when none is known.
    public func price(of model: String, at moment: Timestamp) -> ModelPrice? {
        prices.filter { $0.from <= moment && ModelPattern.fits(model, $0.model) }
            .max { (ModelPattern.weight($0.model), $0.from) < (ModelPattern.weight($1.model), $1.from) }
    }

    /// The price of a provider's model at a moment: the one of its full name (`provider/name`), else that of its name.
    ///
    /// - Returns: `nil` when none is known.
    public func price(of model: String, from provider: String, at moment: Timestamp) -> ModelPrice? {
        price(of: "\(provider)/\(model)", at: moment) ?? price(of: model, at: moment)
    }

    /// What a call has cost: what the provider says, else by the table.
    ///
    /// - Returns: `nil` when nobody knows.
    public func cost(of usage: ModelUsage, of model: String, at moment: Timestamp) -> USD? {
        usage.reportedCost ?? price(of: model, at: moment)?.cost(of: usage)
    }
}

/// Names of models with `*`.
enum ModelPattern {
    /// How much a pattern says.
    static func weight(_ pattern: String) -> Int { pattern.utf8.count { $0 != UInt8(ascii: "*") } }

    /// Whether a name fits a pattern, in time that is at most the product of their lengths.
    static func fits(_ name: String, _ pattern: String) -> Bool {
        let (name, pattern) = (Array(name.utf8), Array(pattern.utf8))
        var (place, mark) = (0, 0)
        var (star, resume): (Int?, Int) = (nil, 0)
        while place < name.count {
            if mark < pattern.count, pattern[mark] == UInt8(ascii: "*") {
                (star, resume) = (mark, place)
                mark += 1
            } else if mark < pattern.count, pattern[mark] == name[place] {
                (place, mark) = (place + 1, mark + 1)
            } else if let star {
                resume += 1
                (place, mark) = (resume, star + 1)
            } else {
                return false
            }
        }
        return pattern[mark...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
