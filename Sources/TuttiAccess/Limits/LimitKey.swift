/// What a limit's record of one subject is kept under: 128 bits, whatever the length of the subject.
///
/// They are two SipHash values of the limit's name and the subject, each keyed by random bytes of this process. Of a
/// million keys any two agree by chance with a probability of 1 in 10²⁶, and nobody who cannot read the process's
/// memory can look for two that do: the values are never shown. Were it to happen, two subjects would share one window.
package struct LimitKey: Sendable, Hashable {
    let low: UInt64
    let high: UInt64

    /// The key of a subject under a limit.
    package init(_ limit: RateLimit, subject: String) { self.init(limit.name, subject) }

    /// The key of a subject in a space of names; their bytes count, so that two spellings are two subjects.
    init(_ space: String, _ subject: String) {
        low = Self.hash(Self.secrets.low, space, subject)
        high = Self.hash(Self.secrets.high, space, subject)
    }

    /// The standard library's own key is fixed when `SWIFT_DETERMINISTIC_HASHING` is set; these are not.
    private static let secrets: (low: (UInt64, UInt64), high: (UInt64, UInt64)) = {
        var random = SystemRandomNumberGenerator()
        return ((random.next(), random.next()), (random.next(), random.next()))
    }()

    private static func hash(_ secret: (UInt64, UInt64), _ space: String, _ subject: String) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(secret.0)
        hasher.combine(secret.1)
        // The length keeps a text from running into the next one.
        hasher.combine(space.utf8.count)
        combine(space, into: &hasher)
        combine(subject, into: &hasher)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private static func combine(_ text: String, into hasher: inout Hasher) {
        let done: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        guard done == nil else { return }
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
