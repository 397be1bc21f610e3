/// Whether a log or an exported file is what was written.
package enum AuditVerification: Sendable, Hashable, CustomStringConvertible {
    /// Each entry fits its hash and the one before it.
    case whole(AuditSpan)
    /// The first place that does not fit; what comes behind it was not looked at.
    case broken(AuditBreak)

    package var description: String {
        switch self {
        case .whole(let span): "\(span.count) entries, whole, up to \(span.head)"
        case .broken(let place): place.description
        }
    }
}

/// Entries that follow each other.
package struct AuditSpan: Sendable, Hashable {
    /// The place that the first of them follows on.
    package var start: AuditHead
    /// The last of them.
    package var head: AuditHead

    package init(start: AuditHead, head: AuditHead) {
        self.start = start
        self.head = head
    }

    package var count: Int64 { head.n &- start.n }
}

/// The first place at which a log does not fit, and how.
package struct AuditBreak: Sendable, Hashable, CustomStringConvertible {
    package enum Way: String, Sendable, Hashable {
        /// The entry is not there, and later ones are.
        case missing
        /// The entry does not fit its own hash, or cannot be read.
        case changed
        /// The entry fits its own hash, and follows on another entry than the one before it.
        case wrongLink = "wrong_link"
        /// The log ends before the expected head.
        case cutTail = "cut_tail"
        /// The chain is whole and leads to another hash than was expected here: it was computed anew.
        case otherHead = "other_head"
        /// An entry stands where none can be: before the beginning, or twice.
        case stray
        /// The log begins behind this entry, and no entry tells that it was pruned.
        case unexplainedStart = "unexplained_start"
        /// There is no entry at all, and accounts or secrets are kept of which entries would tell.
        case emptied
    }

    package var n: Int64
    package var way: Way

    package init(_ way: Way, at n: Int64) {
        self.way = way
        self.n = n
    }

    package var description: String {
        switch way {
        case .missing: "entry \(n) is missing"
        case .changed: "entry \(n) was changed: it does not fit its own hash"
        case .wrongLink: "entry \(n) does not follow on entry \(n &- 1): one of them was put in the place of another"
        case .cutTail: "the log ends before entry \(n), and the expected head lies behind: its end was cut off"
        case .otherHead: "entry \(n) has another hash than was expected: it or entries before it were written anew"
        case .stray: "entry \(n) stands where none can be"
        case .emptied:
            "the log has no entry, and there are accounts or secrets that entries would tell of: all of it was removed"
        case .unexplainedStart: "the log begins behind entry \(n), and no entry tells that what was before was pruned"
        }
    }
}
