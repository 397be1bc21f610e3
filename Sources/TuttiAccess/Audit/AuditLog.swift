package import TuttiCore

/// Keeps what was done by whom, so that it can be read and cannot be changed unnoticed.
///
/// Entries are only added. Each holds the hash of the one before it, so whoever has noted one place of the chain (its
/// ``head()``, or an exported file) finds any later change of what stands up to it. Whoever may write the file can
/// compute a whole chain anew; only a head that is kept elsewhere shows that.
package protocol AuditLog: Sendable {
    /// Adds entries, all of them or none; they are on the disk when this returns.
    ///
    /// Who gets an error must not do what it wanted to have kept. It may be there nevertheless, when the disk failed
    /// at the last moment.
    ///
    /// - Parameter drafts: ``AuditLimits/appendMax`` at most; long texts are cut, see ``AuditLimits``.
    /// - Returns: the entries, in the order of the drafts.
    /// - Throws: ``AuditError`` `.invalid`, `.unusable`, `.full`.
    func append(_ drafts: [AuditDraft]) async throws(AuditError) -> [AuditEntry]

    /// The entries that fit a filter, a page at most.
    ///
    /// - Throws: ``AuditError`` `.invalid` for a limit that is none, `.unusable`.
    func entries(_ filter: AuditFilter) async throws(AuditError) -> [AuditEntry]

    /// The last entry's place.
    ///
    /// - Throws: ``AuditError`` `.unusable`.
    func head() async throws(AuditError) -> AuditHead

    /// Where the log begins, and the next of what follows on a place, as it stands there: for verification and export.
    ///
    /// - Parameters:
    ///   - n: `nil` for the very first that is there, whether or not it should be.
    ///   - limit: how many rows at most.
    /// - Throws: ``AuditError`` `.unusable`.
    func stretch(behind n: Int64?, limit: Int) async throws(AuditError) -> AuditStretch

    /// The last entry, up to a place, such that it and all before it happened before a moment.
    ///
    /// - Returns: `nil` when there is none.
    /// - Throws: ``AuditError`` `.unusable`.
    func lastEntry(before time: Timestamp, upTo n: Int64) async throws(AuditError) -> AuditHead?

    /// Moves the beginning of the log forward, by ``AuditLimits/pruneStep`` entries at most, and removes those before.
    ///
    /// A part of ``prune(before:exported:by:tenant:at:)``, which is what others call.
    ///
    /// - Returns: where the log begins now.
    /// - Throws: ``AuditError`` `.unusable`.
    func removeEntries(upTo n: Int64) async throws(AuditError) -> AuditHead

    /// Whether something is kept beside the log that entries have to tell of, such as an account: a log without any is
    /// then none that was never used.
    ///
    /// - Throws: ``AuditError`` `.unusable`.
    func hasToTell() async throws(AuditError) -> Bool
}

extension AuditLog {
    /// Nothing is kept beside it.
    package func hasToTell() async throws(AuditError) -> Bool { false }
}

/// A part of a log as it was found at one moment.
package struct AuditStretch: Sendable, Hashable {
    /// The last entry that was pruned: what the first entry follows on.
    package var anchor: AuditHead
    /// In the order of their numbers.
    package var rows: [AuditRow]

    package init(anchor: AuditHead, rows: [AuditRow]) {
        self.anchor = anchor
        self.rows = rows
    }
}

/// How much a log holds.
package struct AuditSize: Sendable, Hashable {
    /// The last entry that was pruned.
    package var anchor: AuditHead
    package var head: AuditHead

    package init(anchor: AuditHead, head: AuditHead) {
        self.anchor = anchor
        self.head = head
    }

    package var entries: Int64 { head.n &- anchor.n }
    /// What to tell a person when the log should be exported and pruned.
    package var warning: String? {
        guard entries > AuditLimits.entriesWarned else { return nil }
        return "the audit log has \(entries) entries; write them to a file with `tutti audit export`, and prune it"
    }
}

extension AuditLog {
    /// Adds one entry; see ``append(_:)-(_)``.
    @discardableResult
    package func append(_ draft: AuditDraft) async throws(AuditError) -> AuditEntry? {
        try await append([draft]).first
    }

    /// How much there is.
    ///
    /// - Throws: ``AuditError`` `.unusable`.
    package func size() async throws(AuditError) -> AuditSize {
        let head = try await head()
        return AuditSize(anchor: try await stretch(behind: head.n, limit: 1).anchor, head: head)
    }
}
