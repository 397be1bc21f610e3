/// An amount of US dollars in whole millionths, so that sums are exact.
public struct USD: Hashable, Sendable, Comparable, Codable {
    /// Millionths of a dollar.
    public var microdollars: Int64

    /// An amount from millionths of a dollar.
    public init(microdollars: Int64) { self.microdollars = microdollars }

    /// Reads `2`, `0.25` or `1.000001`: digits with at most six behind the point.
    ///
    /// - Returns: `nil` when the text is something else, or more than ``max``.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard let whole = parts.first, !whole.isEmpty, !fraction.isEmpty, fraction.count <= 6,
            (whole + fraction).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let dollars = Int64(whole), dollars <= USD.max.microdollars / 1_000_000,
            let rest = Int64(fraction + String(repeating: "0", count: 6 - fraction.count))
        else { return nil }
        microdollars = dollars * 1_000_000 + rest
    }

    /// Whole dollars.
    public static func dollars(_ dollars: Int64) -> USD { USD(microdollars: dollars * 1_000_000) }

    /// The largest amount that Tutti counts: a billion dollars.
    public static let max = USD.dollars(1_000_000_000)

    /// Less is less.
    public static func < (lhs: USD, rhs: USD) -> Bool { lhs.microdollars < rhs.microdollars }

    /// Reads millionths.
    public init(from decoder: any Decoder) throws {
        microdollars = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes millionths.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microdollars)
    }
}

extension USD: CustomStringConvertible {
    /// `$2.50`; as many digits behind the point as the amount needs, at least two.
    public var description: String {
        let magnitude = microdollars.magnitude
        var fraction = String(magnitude % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(microdollars < 0 ? "-" : "")$\(magnitude / 1_000_000).\(fraction)"
    }
}
