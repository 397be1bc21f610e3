package import TuttiCore

/// An audit log that ends with the process: for tests, and for what needs no file.
package actor MemoryAuditLog: AuditLog {
    private var rows: [AuditEntry] = []
    private var anchor = AuditHead.start
    private var failure: AuditError?
    private let entriesMax: Int

    /// - Parameter entriesMax: it refuses more with `.full`.
    package init(entriesMax: Int = 100_000) { self.entriesMax = entriesMax }

    /// Every entry, the first one first.
    package var all: [AuditEntry] { rows }

    /// Has every call fail from now on, until `nil` is given.
    package func fail(with error: AuditError?) { failure = error }

    private func works() throws(AuditError) { if let failure { throw failure } }

    package func append(_ drafts: [AuditDraft]) throws(AuditError) -> [AuditEntry] {
        try works()
        let fitted = try AuditDraft.fitted(drafts)
        guard rows.count + fitted.count <= entriesMax else {
            throw AuditError(.full, "this audit log in memory holds \(entriesMax) entries at most")
        }
        var head = place
        let entries = fitted.map { draft in
            let entry = AuditEntry(draft, behind: head)
            head = entry.head
            return entry
        }
        rows += entries
        return entries
    }

    private var place: AuditHead { rows.last?.head ?? anchor }

    package func head() throws(AuditError) -> AuditHead {
        try works()
        return place
    }

    package func entries(_ filter: AuditFilter) throws(AuditError) -> [AuditEntry] {
        try works()
        let filter = try filter.checked()
        let isNewestFirst = filter.order == .newestFirst
        let found = rows.lazy.filter { entry in
            guard filter.fits(entry.draft) else { return false }
            guard let behind = filter.behind else { return true }
            return isNewestFirst ? entry.n < behind : entry.n > behind
        }
        return isNewestFirst ? Array(found.reversed().prefix(filter.limit)) : Array(found.prefix(filter.limit))
    }

    package func stretch(behind n: Int64?, limit: Int) throws(AuditError) -> AuditStretch {
        try works()
        let found = rows.lazy.filter { $0.n > n ?? .min }.prefix(limit)
        return AuditStretch(anchor: anchor, rows: found.map { .entry($0) })
    }

    package func lastEntry(before time: Timestamp, upTo n: Int64) throws(AuditError) -> AuditHead? {
        try works()
        return rows.prefix { $0.n <= n && $0.draft.time < time }.last?.head
    }

    package func removeEntries(upTo n: Int64) throws(AuditError) -> AuditHead {
        try works()
        let gone = rows.prefix { $0.n <= n }.prefix(AuditLimits.pruneStep)
        if let last = gone.last { anchor = last.head }
        rows.removeFirst(gone.count)
        return anchor
    }
}
