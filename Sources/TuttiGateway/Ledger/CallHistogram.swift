package import FoundationEssentials

/// How many calls took how long, by bounds that never change: histograms of any hours add up to that of all of them.
package struct CallHistogram: Sendable, Hashable {
    /// The longest time, in milliseconds, that each bucket but the last counts; the last counts what is longer.
    package static let bounds: [Int64] = [
        1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000,
        10_000, 15_000, 20_000, 30_000, 50_000, 70_000, 100_000, 150_000, 200_000, 300_000, 600_000, 1_800_000,
    ]

    /// Calls of each bucket; empty before the first.
    private var counts: [Int64] = []

    /// One without calls.
    package init() {}

    /// How many calls there are.
    package var count: Int64 { counts.reduce(into: 0) { $0.add($1) } }

    /// The calls of each bucket, one more than there are ``bounds``.
    package var buckets: [Int64] { counts.isEmpty ? Self.none : counts }

    private static let none = [Int64](repeating: 0, count: bounds.count + 1)

    /// Counts a call.
    package mutating func add(_ milliseconds: Int64) {
        var (low, high) = (0, Self.bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if Self.bounds[middle] < milliseconds { low = middle + 1 } else { high = middle }
        }
        add(1, to: low)
    }

    private mutating func add(_ calls: Int64, to bucket: Int) {
        if counts.isEmpty { counts = Self.none }
        counts[bucket].add(calls)
    }

    /// Counts the calls of another one, too.
    package static func += (sum: inout CallHistogram, more: CallHistogram) {
        guard !more.counts.isEmpty else { return }
        if sum.counts.isEmpty { sum.counts = none }
        for bucket in more.counts.indices { sum.counts[bucket].add(more.counts[bucket]) }
    }

    /// The time, in milliseconds, that so many of a hundred calls did not exceed; within a bucket calls are taken to be
    /// spread evenly. `nil` without calls; the last bound for what is beyond it.
    package func percentile(_ percent: Int64) -> Double? {
        let count = count
        guard count > 0 else { return nil }
        let rank = max(1, (Double(count) * Double(percent) / 100).rounded(.up))
        var before: Int64 = 0
        for (bucket, calls) in counts.enumerated() where calls > 0 {
            if Double(before) + Double(calls) >= rank {
                guard bucket < Self.bounds.count else { break }
                let (low, high) = (bucket == 0 ? 0 : Double(Self.bounds[bucket - 1]), Double(Self.bounds[bucket]))
                return low + (high - low) * (rank - Double(before)) / Double(calls)
            }
            before.add(calls)
        }
        return Self.bounds.last.map(Double.init)
    }
}

extension CallHistogram {
    /// The buckets that hold calls, each with its number in a byte and its calls in groups of seven bits, the lowest
    /// first: few bytes for few calls.
    package var encoded: Data {
        var bytes: [UInt8] = []
        for (bucket, calls) in counts.enumerated() where calls > 0 {
            bytes.append(UInt8(bucket))
            var rest = UInt64(calls)
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return Data(bytes)
    }

    /// Counts the calls of an encoded one, too.
    ///
    /// - Returns: whether it was one; else some of it may have been counted.
    package mutating func add(encoded: Data) -> Bool {
        var bucket: Int?
        var (calls, shift): (UInt64, UInt64) = (0, 0)
        let bytes = encoded.span
        for place in bytes.indices {
            let byte = bytes[place]
            guard let current = bucket else {
                guard Int(byte) <= Self.bounds.count else { return false }
                (bucket, calls, shift) = (Int(byte), 0, 0)
                continue
            }
            guard shift < 63 else { return false }
            calls |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 {
                add(Int64(clamping: calls), to: current)
                bucket = nil
            }
        }
        return bucket == nil
    }
}
