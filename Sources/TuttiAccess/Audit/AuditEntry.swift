import TuttiCore

/// One line of the audit log, bound to the one before it.
package struct AuditEntry: Sendable, Hashable {
    /// 1, 2, 3 … over all tenants of a file, without a gap.
    package var n: Int64
    package var draft: AuditDraft
    /// The hash of the entry before; of the first entry 64 zeros.
    package var previous: String
    /// SHA-256 in 64 lower-case hexadecimal digits over everything else, by ``computedHash``.
    package var hash: String

    /// An entry as it was read.
    package init(n: Int64, draft: AuditDraft, previous: String, hash: String) {
        self.n = n
        self.draft = draft
        self.previous = previous
        self.hash = hash
    }

    /// The entry that follows on another.
    package init(_ draft: AuditDraft, behind head: AuditHead) {
        self.init(n: head.n + 1, draft: draft, previous: head.hash, hash: "")
        hash = computedHash
    }

    /// The place of the entry in the chain.
    package var head: AuditHead { AuditHead(n: n, hash: hash) }

    /// Whether its moment can be written in the exported form.
    package var hasTimeInRange: Bool { Self.times.contains(draft.time.milliseconds) }

    /// Moments that can be written with four digits of the year, in milliseconds since 1970.
    package static let times: ClosedRange<Int64> = 0...253_402_300_799_999
}

/// A place in the chain: whoever has noted one can tell later whether everything up to it is still what it was.
package struct AuditHead: Sendable, Hashable, CustomStringConvertible {
    /// The number of an entry; 0 before the first.
    package var n: Int64
    /// The hash of that entry; 64 zeros before the first.
    package var hash: String

    package init(n: Int64, hash: String) {
        self.n = n
        self.hash = hash
    }

    /// Reads `n:hash`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let n = Int64(parts[0]), n >= 0, Self.isHash(parts[1]) else { return nil }
        self.init(n: n, hash: String(parts[1]))
    }

    /// Before the first entry.
    package static let start = AuditHead(n: 0, hash: String(repeating: "0", count: 64))

    /// `n:hash`, in one piece for people to keep.
    package var description: String { "\(n):\(hash)" }

    static func isHash(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
