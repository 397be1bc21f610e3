import Synchronization
package import TuttiCore

/// A ledger that is gone with its process, for tests and for gateways that keep nothing.
package final class MemoryCallLedger: CallLedger {
    package let limits: CallLedgerLimits
    private let tables = Mutex(MemoryCallTables())

    /// A ledger without lines.
    package init(limits: CallLedgerLimits = CallLedgerLimits()) { self.limits = limits }

    package func append(_ line: CallLine) throws(CallLedgerError) -> Bool {
        let line = try line.fitted()
        return try tables.withLock { (tables) throws(CallLedgerError) in try tables.append(line, limits) }
    }

    package func flush() {}

    package func sums(_ query: CallSumsQuery) throws(CallLedgerError) -> CallSums {
        let query = try query.checked(limits)
        return try tables.withLock { (tables) throws(CallLedgerError) in try tables.sums(query, limits) }
    }

    package func page(
        _ filter: CallFilter, behind id: CallID?, limit: Int
    ) throws(CallLedgerError) -> CallPage {
        let filter = try filter.checked(limit: limit, limits)
        return tables.withLock { $0.page(filter, behind: id, limit: limit, limits) }
    }

    package func pruneSome(before time: Timestamp) -> Int {
        tables.withLock { $0.prune(before: time, most: limits.pruneMax) }
    }
}
