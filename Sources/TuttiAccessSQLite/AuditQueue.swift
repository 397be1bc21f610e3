import Synchronization
import TuttiAccess

/// Drafts of those who wait for one commit, in the order in which they came.
///
/// Whoever is next on the thread of the store writes what all have brought so far, in one transaction; the others find
/// theirs done. There are no more of them than callers that wait.
final class AuditQueue: Sendable {
    /// What one caller has brought, and what became of it.
    final class Ticket: Sendable {
        let drafts: [AuditDraft]
        private let result = Mutex<Result<[AuditEntry], AuditError>?>(nil)

        init(_ drafts: [AuditDraft]) { self.drafts = drafts }

        var outcome: Result<[AuditEntry], AuditError>? { result.withLock { $0 } }
        func settle(_ outcome: Result<[AuditEntry], AuditError>) { result.withLock { $0 = outcome } }
    }

    private let waiting = Mutex<[Ticket]>([])

    /// How many wait.
    var count: Int { waiting.withLock { $0.count } }

    func add(_ ticket: Ticket) { waiting.withLock { $0.append(ticket) } }

    /// The first ones, as many as one transaction takes; one at least.
    func take(draftsMax: Int) -> [Ticket] {
        waiting.withLock { tickets in
            var drafts = 0
            let taken = tickets.prefix { ticket in
                defer { drafts += ticket.drafts.count }
                return drafts == 0 || drafts + ticket.drafts.count <= draftsMax
            }
            let batch = Array(taken)
            tickets.removeFirst(batch.count)
            return batch
        }
    }
}
