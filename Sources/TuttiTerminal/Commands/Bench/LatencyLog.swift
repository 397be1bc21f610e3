import Synchronization

/// How long each step took, from its call to its result on disk: a histogram, so that a million steps need no more
/// memory than one. Each power of two of microseconds has 64 buckets, so a percentile is at most 1.6 % too high.
final class LatencyLog: Sendable {
    private static let bucketsPerDoubling = 64
    /// Up to 2^40 microseconds, twelve days.
    private static let doublings = 40

    private struct State {
        var buckets = [Int](repeating: 0, count: LatencyLog.bucketsPerDoubling * LatencyLog.doublings)
        var count = 0
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func add(_ latency: Duration) {
        let (seconds, attoseconds) = latency.components
        let bucket = Self.bucket(ofMicroseconds: max(0, Int(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)))
        state.withLock { state in
            state.buckets[bucket] += 1
            state.count += 1
        }
    }

    /// The latency that a share of the steps did not exceed, in milliseconds.
    func percentiles(_ shares: [Double]) -> [Double] {
        let state = state.withLock { $0 }
        return shares.map { share in
            var rest = Int(Double(state.count) * share)
            for (bucket, count) in state.buckets.enumerated() where count > 0 {
                if rest < count { return Double(Self.upperBound(of: bucket)) / 1000 }
                rest -= count
            }
            return 0
        }
    }

    /// The first 64 buckets are a microsecond wide; from there on each doubling has 64 of equal width.
    private static func bucket(ofMicroseconds time: Int) -> Int {
        guard time >= bucketsPerDoubling else { return time }
        let shift = Int.bitWidth - time.leadingZeroBitCount - 1 - 6  // 64 is two to the sixth
        let bucket = (shift + 1) * bucketsPerDoubling + (time >> shift) - bucketsPerDoubling
        return min(bucket, bucketsPerDoubling * doublings - 1)
    }

    private static func upperBound(of bucket: Int) -> Int {
        let shift = bucket / bucketsPerDoubling - 1
        guard shift >= 0 else { return bucket }
        return (bucket % bucketsPerDoubling + bucketsPerDoubling + 1) << shift
    }
}
