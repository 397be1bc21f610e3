package import TuttiAccess
package import TuttiCore
import TuttiStore
import TuttiStoreSQLite

extension SQLiteAccessStore: AuditLog {
    package nonisolated func append(_ drafts: [AuditDraft]) async throws(AuditError) -> [AuditEntry] {
        guard !drafts.isEmpty else { return [] }
        let ticket = AuditQueue.Ticket(try AuditDraft.fitted(drafts))
        audit.add(ticket)
        await settle(ticket)
        guard let outcome = ticket.outcome else {
            throw AuditError(.unusable, "an audit entry was left behind: a defect of this program")
        }
        return try outcome.get()
    }

    /// Writes what all have brought, until a ticket is settled.
    private func settle(_ ticket: AuditQueue.Ticket) {
        while ticket.outcome == nil {
            let batch = audit.take(draftsMax: AuditLimits.commitMax)
            guard !batch.isEmpty else { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [AuditQueue.Ticket]) {
        do throws(AuditError) {
            let drafts = batch.flatMap(\.drafts)
            var entries = try audited { tables throws(StoreError) in
                try tables.connection.transaction { () throws(StoreError) in try tables.append(drafts) }
            }[...]
            for ticket in batch {
                ticket.settle(.success(Array(entries.prefix(ticket.drafts.count))))
                entries = entries.dropFirst(ticket.drafts.count)
            }
        } catch {
            for ticket in batch { ticket.settle(.failure(error)) }
        }
    }

    private func audited<Output>(
        _ body: (AuditTables) throws(StoreError) -> Output
    ) throws(AuditError) -> Output {
        do throws(StoreError) {
            return try using { connection throws(StoreError) in try body(AuditTables(connection: connection)) }
        } catch {
            throw AuditError(.unusable, "the audit log: \(error.message)", isRetryable: error.isTransient)
        }
    }

    package func head() throws(AuditError) -> AuditHead {
        try audited { tables throws(StoreError) in try tables.head() }
    }

    package func entries(_ filter: AuditFilter) throws(AuditError) -> [AuditEntry] {
        let filter = try filter.checked()
        let rows = try audited { tables throws(StoreError) in try tables.entries(filter) }
        var entries: [AuditEntry] = []
        for row in rows {
            switch row {
            case .entry(let entry): entries.append(entry)
            case .unreadable(let n):
                let place = n.map { "entry \($0)" } ?? "an entry"
                throw AuditError(.unusable, "\(place) was changed from outside; see `tutti audit verify`")
            }
        }
        return entries
    }

    package func stretch(behind n: Int64?, limit: Int) throws(AuditError) -> AuditStretch {
        try audited { tables throws(StoreError) in try tables.stretch(behind: n, limit: limit) }
    }

    package func lastEntry(before time: Timestamp, upTo n: Int64) throws(AuditError) -> AuditHead? {
        try audited { tables throws(StoreError) in try tables.lastEntry(before: time, upTo: n) }
    }

    package func hasToTell() throws(AuditError) -> Bool {
        try audited { tables throws(StoreError) in
            try tables.connection.number("select exists(select 1 from user) or exists(select 1 from secret)") == 1
        }
    }

    package func removeEntries(upTo n: Int64) throws(AuditError) -> AuditHead {
        try audited { tables throws(StoreError) in
            try tables.connection.transaction { () throws(StoreError) in
                try tables.removeEntries(upTo: n, stepMax: AuditLimits.pruneStep)
            }
        }
    }
}
