import Synchronization
import TuttiGateway

/// Lines of those who wait for one commit, in the order in which they came.
///
/// Whoever is next on the thread of the ledger writes what all have brought so far, in one transaction; the others find
/// theirs done. There are no more of them than callers that wait.
final class CallQueue: Sendable {
    /// What one caller has brought, and what became of it.
    final class Ticket: Sendable {
        let line: CallLine
        private let result = Mutex<Result<Bool, CallLedgerError>?>(nil)

        init(_ line: CallLine) { self.line = line }

        var outcome: Result<Bool, CallLedgerError>? { result.withLock { $0 } }
        func settle(_ outcome: Result<Bool, CallLedgerError>) { result.withLock { $0 = outcome } }
    }

    private let waiting = Mutex<[Ticket]>([])

    /// How many wait.
    var count: Int { waiting.withLock { $0.count } }

    func add(_ ticket: Ticket) { waiting.withLock { $0.append(ticket) } }

    /// The first ones, as many as one transaction takes.
    func take(most: Int) -> [Ticket] {
        waiting.withLock { tickets in
            let batch = Array(tickets.prefix(most))
            tickets.removeFirst(batch.count)
            return batch
        }
    }
}
