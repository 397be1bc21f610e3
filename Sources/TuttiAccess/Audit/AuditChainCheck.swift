import TuttiCore

/// What is read where an entry should be.
package enum AuditRow: Sendable, Hashable {
    case entry(AuditEntry)
    /// No entry can be made of it; `nil` when not even its number can be read.
    case unreadable(n: Int64?)

    package var n: Int64? {
        switch self {
        case .entry(let entry): entry.n
        case .unreadable(let n): n
        }
    }
}

/// Follows a chain entry by entry, in memory that does not grow. No I/O.
struct AuditChainCheck {
    /// What the first entry follows on.
    private(set) var start: AuditHead
    /// The last entry that fits.
    private(set) var head: AuditHead
    /// The furthest entry that some entry tells to have been pruned.
    private var prunedTo: Int64 = 0
    private let expected: [AuditHead]

    /// - Parameter expected: places that the chain has to go through.
    /// - Throws: ``AuditError`` `.invalid` for a place before the start, about which nothing can be told.
    init(start: AuditHead, expecting expected: [AuditHead]) throws(AuditError) {
        for head in expected where head.n < start.n {
            throw AuditError(
                .invalid,
                "the expected head is entry \(head.n), and what is here begins behind entry \(start.n); verify the "
                    + "exported file that holds it")
        }
        self.start = start
        self.head = start
        self.expected = expected
    }

    /// The first that does not fit at the start itself.
    func begin() -> AuditBreak? { strayFromExpected() }

    /// - Returns: how the row does not fit; `nil` when it does.
    mutating func take(_ row: AuditRow) -> AuditBreak? {
        let next = head.n &+ 1  // a file from outside may say any number
        switch row {
        case .unreadable(let n):
            if let n, n < next { return AuditBreak(.stray, at: n) }
            return AuditBreak(n ?? next > next ? .missing : .changed, at: next)
        case .entry(let entry):
            if entry.n < next { return AuditBreak(.stray, at: entry.n) }
            if entry.n > next { return AuditBreak(.missing, at: next) }
            guard entry.computedHash == entry.hash else { return AuditBreak(.changed, at: next) }
            guard entry.previous == head.hash else { return AuditBreak(.wrongLink, at: next) }
            head = entry.head
            if let place = entry.prunedTo { prunedTo = max(prunedTo, place) }
        }
        return strayFromExpected()
    }

    private func strayFromExpected() -> AuditBreak? {
        let isOther = expected.contains { $0.n == head.n && $0.hash != head.hash }
        return isOther ? AuditBreak(.otherHead, at: head.n) : nil
    }

    /// Goes on behind entries that were pruned while the chain was followed.
    mutating func skip(to anchor: AuditHead) {
        guard anchor.n > head.n else { return }
        start = anchor
        head = anchor
    }

    /// - Parameter fromAnchor: whether the start is where the log itself begins, which some entry has to tell.
    func end(fromAnchor: Bool) -> AuditVerification {
        if expected.contains(where: { $0.n > head.n }) { return .broken(AuditBreak(.cutTail, at: head.n &+ 1)) }
        if fromAnchor, start.n > prunedTo { return .broken(AuditBreak(.unexplainedStart, at: start.n)) }
        return .whole(AuditSpan(start: start, head: head))
    }
}

extension AuditEntry {
    /// Up to where this entry tells that the log was pruned.
    var prunedTo: Int64? {
        guard draft.action == .auditPruned, draft.outcome == .begun else { return nil }
        return draft.details[AuditPruning.placeName].flatMap { Int64($0) }
    }
}
