import TuttiCore

/// Counts durations in classes whose width grows with them, so that it needs the same memory for any number of calls.
///
/// Up to 16 ms each millisecond is a class; above, each doubling has eight. A value read back is therefore at most
/// 6.25 % away from the true one. After Gil Tene's HdrHistogram, with three bits.
struct LatencyHistogram: Sendable, Hashable {
    /// What is longer counts as this: 34 minutes.
    static let millisecondsMax: Int64 = (1 << 21) - 1
    private static let classes = 152

    private var counts = [UInt32](repeating: 0, count: classes)
    private(set) var total: UInt64 = 0

    mutating func add(_ duration: Duration) {
        counts[Self.place(of: duration.milliseconds)] += 1
        total += 1
    }

    mutating func add(_ other: LatencyHistogram) {
        for place in counts.indices { counts[place] += other.counts[place] }
        total += other.total
    }

    /// Takes away what was added before.
    mutating func remove(_ other: LatencyHistogram) {
        guard other.total > 0 else { return }
        for place in counts.indices { counts[place] -= other.counts[place] }
        total -= other.total
    }

    /// The duration that a share of all does not exceed, such as 0.95; `nil` when nothing was counted.
    func quantile(_ share: Double) -> Duration? {
        guard total > 0 else { return nil }
        let rank = max(1, UInt64((share * Double(total)).rounded(.up)))
        var seen: UInt64 = 0
        for place in counts.indices {
            seen += UInt64(counts[place])
            if seen >= rank { return .milliseconds(Self.middle(of: place)) }
        }
        return nil
    }

    private static func place(of milliseconds: Int64) -> Int {
        let value = max(0, min(milliseconds, millisecondsMax))
        guard value >= 8 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 2) * 8 + Int((value >> (exponent - 3)) & 7)
    }

    private static func middle(of place: Int) -> Int64 {
        guard place >= 8 else { return Int64(place) }
        let shift = place / 8 - 1
        return (Int64(8 + place % 8) << shift) + ((1 << shift) / 2)
    }
}
