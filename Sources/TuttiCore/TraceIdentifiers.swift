/// Names one trace: 16 bytes that are not all zero (W3C Trace Context, section 3.2.2.3).
package struct TraceID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes, in the order in which they are written.
    package let bits: UUIDBits

    /// The trace of an object that has a UUID, such as a run: whoever knows the object knows its trace.
    ///
    /// - Returns: `nil` when all bits are zero.
    package init?(_ bits: UUIDBits) {
        guard bits.high != 0 || bits.low != 0 else { return nil }
        self.bits = bits
    }

    /// Reads 32 lower-case hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, let high = Hexadecimal.word(text.utf8.prefix(16)),
            let low = Hexadecimal.word(text.utf8.dropFirst(16))
        else { return nil }
        self.init(UUIDBits(high: high, low: low))
    }

    /// A fresh one.
    package static func random(using random: inout some RandomNumberGenerator) -> TraceID {
        while true {
            if let id = TraceID(UUIDBits(high: random.next(), low: random.next())) { return id }
        }
    }

    /// 32 lower-case hexadecimal digits.
    package var description: String { Hexadecimal.text(of: bits.high) + Hexadecimal.text(of: bits.low) }
}

/// Names one span of a trace: 8 bytes that are not all zero.
package struct SpanID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes, in the order in which they are written.
    package let bits: UInt64

    /// - Returns: `nil` when all bits are zero.
    package init?(_ bits: UInt64) {
        guard bits != 0 else { return nil }
        self.bits = bits
    }

    /// Reads 16 lower-case hexadecimal digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 16, let bits = Hexadecimal.word(text.utf8.prefix(16)) else { return nil }
        self.init(bits)
    }

    /// A fresh one.
    package static func random(using random: inout some RandomNumberGenerator) -> SpanID {
        while true {
            if let id = SpanID(random.next()) { return id }
        }
    }

    /// The same for the same trace and name each time: work that is done again after a crash, such as a step by its
    /// key and attempt, stays one span.
    package static func derived(in trace: TraceID, from name: String) -> SpanID {
        let digest = Digest.sha256(Array("\(trace)/\(name)".utf8))
        let bits = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return SpanID(bits == 0 ? 1 : bits) ?? SpanID(trusted: 1)
    }

    private init(trusted bits: UInt64) { self.bits = bits }

    /// 16 lower-case hexadecimal digits.
    package var description: String { Hexadecimal.text(of: bits) }
}
