public import TuttiCore

/// What differs between two lists of prices, such as that of today and a newer one.
///
/// Of each model the price counts that begins last, also one that begins in the future. A name in the newer list that
/// has no `*` is held against the price that the older one has for it, by whichever pattern.
public struct PriceComparison: Sendable, Hashable {
    /// What has become of the price of a model.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// At least one amount is higher, and none is lower.
        case dearer
        /// At least one amount is lower, and none is higher.
        case cheaper
        /// Some amounts are higher and others lower, or became known or unknown.
        case changed
        /// The older list has no price for it.
        case new
        /// The newer list has no price for it.
        case gone
    }

    /// A model whose price differs.
    public struct Change: Sendable, Hashable {
        /// The name, or the pattern of names.
        public var model: String
        /// What has become of it.
        public var kind: Kind
        /// `nil` for a model that is new.
        public var before: ModelPrice?
        /// `nil` for a model that is gone.
        public var after: ModelPrice?
    }

    /// By kind in the order of the kinds, then by name.
    public let changes: [Change]

    /// Compares two lists.
    public init(_ before: PriceTable, _ after: PriceTable) {
        let (old, new) = (Self.latest(before), Self.latest(after))
        var used: Set<String> = []
        var changes: [Change] = []
        for (model, price) in new {
            let known = old[model] ?? (model.contains("*") ? nil : Self.latest(before, of: model))
            guard let known else {
                changes.append(Change(model: model, kind: .new, before: nil, after: price))
                continue
            }
            used.insert(known.model)
            if let kind = Self.kind(known, price) {
                changes.append(Change(model: model, kind: kind, before: known, after: price))
            }
        }
        for (model, price) in old where !used.contains(model) {
            changes.append(Change(model: model, kind: .gone, before: price, after: nil))
        }
        let order = Dictionary(uniqueKeysWithValues: Kind.allCases.enumerated().map { ($1, $0) })
        self.changes = changes.sorted { (order[$0.kind] ?? 0, $0.model) < (order[$1.kind] ?? 0, $1.model) }
    }

    /// How many there are of a kind.
    public func count(_ kind: Kind) -> Int { changes.count { $0.kind == kind } }

    private static func latest(_ table: PriceTable) -> [String: ModelPrice] {
        Dictionary(table.prices.map { ($0.model, $0) }) { $0.from > $1.from ? $0 : $1 }
    }

    private static func latest(_ table: PriceTable, of model: String) -> ModelPrice? {
        table.price(of: model, at: Timestamp(milliseconds: .max))
    }

    /// The amounts of a price, by the names that a list has for them.
    public static func amounts(_ price: ModelPrice) -> [(name: String, amount: USD?)] {
        [
            ("input", price.uncachedInput), ("cache_read", price.cacheRead), ("cache_write", price.cacheWrite),
            ("output", price.output),
        ]
    }

    /// - Returns: `nil` when nothing differs.
    private static func kind(_ before: ModelPrice, _ after: ModelPrice) -> Kind? {
        var (isHigher, isLower, isOther) = (false, false, false)
        for (old, new) in zip(amounts(before), amounts(after)) where old.amount != new.amount {
            guard let was = old.amount, let amount = new.amount else {
                isOther = true
                continue
            }
            if amount > was { isHigher = true } else { isLower = true }
        }
        if !isHigher, !isLower, !isOther { return nil }
        if isOther || (isHigher && isLower) { return .changed }
        return isHigher ? .dearer : .cheaper
    }
}
