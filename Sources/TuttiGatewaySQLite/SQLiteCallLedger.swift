import Synchronization
package import TuttiCore
package import TuttiGateway
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// The ledger of a home in one SQLite file that only its owner may read: one connection writes, another reads, each
/// with a thread of its own.
package actor SQLiteCallLedger: CallLedger {
    private nonisolated let thread = ThreadExecutor(name: "tutti-calls")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    package nonisolated let limits: CallLedgerLimits
    nonisolated let queue = CallQueue()
    private nonisolated let reader: SQLiteCallReader
    /// Whether the file has been made, so that it can be read.
    private nonisolated let isMade = Atomic(false)

    private let path: String
    private let vfs: String?
    private var connection: SQLConnection?
    private let numbers: CallNumbers
    /// The latest hour of a line that was appended here.
    private var newest: Int64 = .min
    /// How many transactions with lines have been committed.
    package private(set) var commits = 0

    /// A commit of many calls changes a thousand pages. A log of 4,000 (16 MiB) is written back every few commits, and
    /// the pages of an hour stay in memory until it is over.
    private static let settings = """
        pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;
        pragma wal_autocheckpoint = 4000; pragma cache_size = -32768;
        """
    /// An hour is merged into its day and month when another one has passed: calls take a while, and those that come
    /// to an hour that is merged cost thrice as much.
    private static let lateHours: Int64 = 1

    /// - Parameters:
    ///   - home: the folder, which must be there.
    ///   - limits: how much it takes and gives at once.
    ///   - vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    package init(home: String, limits: CallLedgerLimits = CallLedgerLimits(), vfs: String? = nil) {
        path = home + "/calls.db"
        self.vfs = vfs
        self.limits = limits
        numbers = CallNumbers(limits: limits)
        reader = SQLiteCallReader(path: path, vfs: vfs, limits: limits)
    }

    // MARK: The file

    /// Carries out statements on the connection. After a failure the next call begins with one that has seen none.
    func using<Output>(_ body: (SQLConnection) throws(StoreError) -> Output) throws(CallLedgerError) -> Output {
        do throws(StoreError) {
            return try body(try opened())
        } catch {
            connection = nil
            numbers.forget()
            throw CallLedgerError(error)
        }
    }

    private func opened() throws(StoreError) -> SQLConnection {
        if let connection { return connection }
        let fresh = try SQLConnection.current(
            path, vfs: vfs, role: .calls, migrations: Migration.calls, settings: Self.settings)
        connection = fresh
        isMade.store(true, ordering: .releasing)
        return fresh
    }

    private func make() throws(CallLedgerError) { try using { _ throws(StoreError) in } }

    /// Closes the file; it is opened again when it is needed.
    package func close() async {
        await reader.close()
        connection = nil
    }

    // MARK: Writing

    package nonisolated func append(_ line: CallLine) async throws(CallLedgerError) -> Bool {
        let ticket = CallQueue.Ticket(try line.fitted())
        queue.add(ticket)
        await settle(ticket)
        guard let outcome = ticket.outcome else {
            throw CallLedgerError(.unusable, "a line of the ledger was left behind: a defect of this program")
        }
        return try outcome.get()
    }

    /// Writes what all have brought, until a ticket is settled.
    private func settle(_ ticket: CallQueue.Ticket) {
        while ticket.outcome == nil {
            let batch = queue.take(most: limits.commitMax)
            guard !batch.isEmpty else { return }
            commit(batch)
        }
    }

    package func flush() {
        while true {
            let batch = queue.take(most: limits.commitMax)
            if batch.isEmpty { return }
            commit(batch)
        }
    }

    private func commit(_ batch: [CallQueue.Ticket]) {
        do throws(CallLedgerError) {
            let (outcomes, latest) = try using { connection throws(StoreError) in
                try connection.transaction { () throws(StoreError) in
                    var writing = CallWriting(connection: connection, numbers: numbers, newest: newest)
                    let outcomes = try writing.append(batch.map(\.line))
                    try writing.merge(late: Self.lateHours)
                    return (outcomes, writing.newest)
                }
            }
            newest = latest
            commits += 1
            for (ticket, outcome) in zip(batch, outcomes) { ticket.settle(outcome) }
        } catch {
            for ticket in batch { ticket.settle(.failure(error)) }
        }
    }

    package func pruneSome(before time: Timestamp) throws(CallLedgerError) -> Int {
        try using { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                try LineTables(connection: connection).remove(before: time, most: limits.pruneMax)
            }
        }
    }

    // MARK: Reading

    package nonisolated func sums(_ query: CallSumsQuery) async throws(CallLedgerError) -> CallSums {
        let query = try query.checked(limits)
        let rows = try await read { reads throws(StoreError) in try reads.sums(query) }
        guard let rows else { throw .tooLarge(limits) }
        return CallSums(rows, to: query)
    }

    package nonisolated func page(
        _ filter: CallFilter, behind id: CallID?, limit: Int
    ) async throws(CallLedgerError) -> CallPage {
        let filter = try filter.checked(limit: limit, limits)
        return try await read { reads throws(StoreError) in try reads.page(filter, behind: id, limit: limit) }
    }

    private nonisolated func read<Output: Sendable>(
        _ body: @Sendable (CallReads) throws(StoreError) -> Output
    ) async throws(CallLedgerError) -> Output {
        if !isMade.load(ordering: .acquiring) { try await make() }
        do throws(StoreError) {
            return try await reader.read(body)
        } catch {
            throw CallLedgerError(error)
        }
    }
}

extension CallLedgerError {
    /// What the file could not do.
    fileprivate init(_ error: StoreError) {
        self.init(.unusable, "the ledger of calls: \(error.message)", isRetryable: error.isTransient)
    }
}
