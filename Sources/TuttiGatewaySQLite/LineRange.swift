import TuttiCore
import TuttiGateway

/// Ids between which lines are looked for, and in which order.
struct LineRange {
    /// The first.
    var lower: CallID
    /// The first that no longer counts.
    var upper: CallID
    var isNewestFirst: Bool

    init(_ filter: CallFilter, behind id: CallID?) {
        lower = CallID(firstAt: filter.from ?? Timestamp(milliseconds: 0))
        upper = CallID(firstAt: filter.to ?? Timestamp(milliseconds: .max))
        isNewestFirst = filter.order == .newestFirst
        guard let id, let bits = id.bits else { return }
        if isNewestFirst {
            upper = min(upper, id)
        } else {
            let next = UUIDBits(high: bits.low == .max ? bits.high &+ 1 : bits.high, low: bits.low &+ 1)
            lower = max(lower, CallID(bits: next))
        }
    }

    /// Whether an id comes before another in this order.
    func isBefore(_ id: CallID, _ other: CallID) -> Bool { isNewestFirst ? other < id : id < other }
}
