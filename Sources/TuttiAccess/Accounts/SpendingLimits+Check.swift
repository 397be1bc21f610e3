package import TuttiCore

extension SpendingLimits {
    package static let tokensAllowed: ClosedRange<Int64> = 1...1_000_000_000_000

    /// - Throws: ``AccountError`` `bad_input`, with the field below `/limits`.
    package func check() throws(AccountError) {
        for (name, value) in [("tokens_a_day", tokensADay), ("tokens_a_month", tokensAMonth), ("tokens", tokens)] {
            guard let value, !Self.tokensAllowed.contains(value) else { continue }
            throw .bad(
                "/limits/\(name)", "range",
                "'\(name)' is from \(Self.tokensAllowed.lowerBound) to \(Self.tokensAllowed.upperBound)")
        }
        for (name, value) in [("usd_a_day", usdADay), ("usd_a_month", usdAMonth), ("usd", usd)] {
            guard let value, value.microdollars <= 0 || value > .max else { continue }
            throw .bad("/limits/\(name)", "range", "'\(name)' is above 0 dollars, and \(USD.max) at most")
        }
    }
}
