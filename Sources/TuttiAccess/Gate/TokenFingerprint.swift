import CCrypto

/// What a token is found by in memory: half of its SHA-256. Nobody can make another token with the same one.
struct TokenFingerprint: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ token: String) {
        var token = token
        var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        token.withUTF8 { bytes in
            unsafe withUnsafeMutableBytes(of: &digest) { output in
                let place = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                _ = unsafe SHA256(bytes.baseAddress, bytes.count, place)
            }
        }
        (high, low) = (digest.0, digest.1)
    }

    static func == (left: Self, right: Self) -> Bool { left.high == right.high && left.low == right.low }

    /// It is random already.
    func hash(into hasher: inout Hasher) { hasher.combine(high) }
}
