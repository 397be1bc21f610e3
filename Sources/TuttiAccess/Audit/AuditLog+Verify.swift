import TuttiCore

extension AuditLog {
    /// Follows the whole chain, a page at a time, so that others get in between.
    ///
    /// - Parameters:
    ///   - first: the entry to begin with; what is before it is believed. `nil` for where the log begins.
    ///   - expected: a head that was noted before: the chain must go through it.
    /// - Throws: ``AuditError`` `.invalid` when the log begins behind `first` or `expected`, or ends before `first`;
    ///   `.unusable`.
    package func verify(
        from first: Int64? = nil, expecting expected: AuditHead? = nil
    ) async throws(AuditError) -> AuditVerification {
        let verdict = try await follow(from: first, through: nil, expecting: expected.map { [$0] } ?? []) { _ in }
        if case .whole(let span) = verdict, span.head == .start, try await hasToTell() {
            return .broken(AuditBreak(.emptied, at: 1))
        }
        return verdict
    }

    /// Follows the chain, and hands over each entry that fits.
    ///
    /// - Parameter last: the last entry; `nil` for the end of the log.
    func follow(
        from first: Int64?, through last: Int64?, expecting expected: [AuditHead],
        _ body: (AuditEntry) async throws(AuditError) -> Void
    ) async throws(AuditError) -> AuditVerification {
        if let first, first < 1 { throw AuditError(.invalid, "the first entry of a log is 1, and not \(first)") }
        var stretch = try await stretch(behind: first.map { max(0, $0 - 2) }, limit: AuditLimits.stretch)
        var start = stretch.anchor
        if let first, first != stretch.anchor.n &+ 1 {
            guard first > stretch.anchor.n &+ 1 else { throw Self.pruned(first, stretch.anchor) }
            guard let row = stretch.rows.first else { throw Self.behindEnd(first) }
            guard case .entry(let entry) = row else { return .broken(AuditBreak(.changed, at: first - 1)) }
            guard entry.n == first - 1 else { return .broken(AuditBreak(.missing, at: first - 1)) }
            start = entry.head
            stretch.rows.removeFirst()
        }
        if let n = stretch.rows.first?.n, n <= start.n { return .broken(AuditBreak(.stray, at: n)) }
        var check = try AuditChainCheck(start: start, expecting: expected)
        if let place = check.begin() { return .broken(place) }
        while true {
            for row in stretch.rows {
                if let last, check.head.n >= last { return check.end(fromAnchor: false) }
                if let place = check.take(row) { return .broken(place) }
                if case .entry(let entry) = row { try await body(entry) }
            }
            if stretch.rows.isEmpty { return check.end(fromAnchor: first == nil && last == nil) }
            stretch = try await self.stretch(behind: check.head.n, limit: AuditLimits.stretch)
            check.skip(to: stretch.anchor)
        }
    }

    private static func pruned(_ first: Int64, _ anchor: AuditHead) -> AuditError {
        AuditError(
            .invalid,
            "entry \(first) was pruned: the log begins with entry \(anchor.n &+ 1); look into the exported files")
    }

    private static func behindEnd(_ first: Int64) -> AuditError {
        AuditError(.invalid, "there is no entry \(first) yet, nor the one before it")
    }
}
