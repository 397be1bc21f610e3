package import TuttiCore

/// What a pruning has done.
package struct AuditPruning: Sendable, Hashable {
    /// Entries that were removed.
    package var removed: Int64
    /// The last of them, or of those that were removed before: where the log begins now.
    package var anchor: AuditHead

    package init(removed: Int64, anchor: AuditHead) {
        self.removed = removed
        self.anchor = anchor
    }

    /// The details of the entry that tells of a pruning: its last entry, and the hash of that.
    static let (placeName, hashName) = ("n", "hash")
}

extension AuditLog {
    /// Removes the beginning of the log, as far as it is old enough and stands in an exported file.
    ///
    /// Two entries tell of it: one before (`begun`), with the place up to which entries go, and one behind (`done`).
    /// Cut off in between, it can be repeated. When there is nothing to remove, nothing is written.
    ///
    /// - Parameters:
    ///   - time: entries of this moment and later ones stay, and all that follow on one of them.
    ///   - exported: what a file holds that was found whole by ``AuditFile``, and that has reached a safe place.
    ///   - actor: who wants it.
    ///   - tenant: of whoever wants it.
    ///   - now: the time of the two entries.
    /// - Throws: ``AuditError`` `.notExported` when the file is of another log, or has a gap to where the log begins;
    ///   `.unusable`.
    package func prune(
        before time: Timestamp, exported: AuditSpan, by actor: AuditActor, tenant: String, at now: Timestamp
    ) async throws(AuditError) -> AuditPruning {
        let size = try await size()
        let nothing = AuditPruning(removed: 0, anchor: size.anchor)
        guard exported.head.n > size.anchor.n else { return nothing }
        guard exported.start.n <= size.anchor.n else {
            throw AuditError(
                .notExported,
                "the file begins with entry \(exported.start.n + 1), and the log with entry \(size.anchor.n &+ 1); "
                    + "prune by the file that holds those in between first")
        }
        guard case .entry(let last)? = try await stretch(behind: exported.head.n - 1, limit: 1).rows.first,
            last.head == exported.head
        else {
            throw AuditError(
                .notExported,
                "entry \(exported.head.n) of the log is not the last one of the file; is it a file of another log?")
        }
        guard let cut = try await lastEntry(before: time, upTo: exported.head.n), cut.n > size.anchor.n else {
            return nothing
        }
        var draft = AuditDraft(
            time: now, tenant: tenant, actor: actor, action: .auditPruned, outcome: .begun,
            details: [AuditPruning.placeName: "\(cut.n)", AuditPruning.hashName: cut.hash])
        try await append(draft)
        var anchor = size.anchor
        while anchor.n < cut.n { anchor = try await removeEntries(upTo: cut.n) }
        draft.outcome = .done
        try await append(draft)
        return AuditPruning(removed: cut.n &- size.anchor.n, anchor: anchor)
    }
}
