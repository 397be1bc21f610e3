package import FoundationEssentials
package import TuttiCore
package import TuttiStore

/// The journal in one SQLite file, which several processes of one machine may share.
package final class SQLiteJournalStore: JournalStore {
    let path: String
    let vfs: String?
    let locks: ExecutorLocks
    private let writer: SQLiteWriter
    private let reader: SQLiteReader
    private let sockets: HintSockets

    /// What was noticed on opening and is worth telling: file systems with weak locks, an unfinished commit.
    package let notices: [String]

    private init(
        path: String, vfs: String?, locks: ExecutorLocks, writer: SQLiteWriter, reader: SQLiteReader,
        sockets: HintSockets, notices: [String]
    ) {
        self.path = path
        self.vfs = vfs
        self.locks = locks
        self.writer = writer
        self.reader = reader
        self.sockets = sockets
        self.notices = notices
    }

    /// Opens the database of a home for reading and writing; makes both when they are not there.
    ///
    /// - Parameters:
    ///   - vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    /// - Throws: ``StoreError`` `.notWritable`, `.networkFileSystem`, `.olderVersion`, `.newerVersion`, `.corrupt`.
    package static func open(
        _ home: HomeFolder, vfs: String? = nil, migrations: [Migration] = Migration.journal
    ) async throws(StoreError) -> SQLiteJournalStore {
        var notices = try home.prepare()
        let locks = ExecutorLocks(folder: home.executorsPath)
        // While others are at work, a commit that is not whole may be one of theirs on its way.
        if !locks.isAnyoneAlive(), let cut = WriteAheadLog(path: home.databasePath + "-wal").unfinishedCommit() {
            notices.append(cut)
        }
        let writer = SQLiteWriter(path: home.databasePath, vfs: vfs, locks: locks)
        try await writer.open(migrations: migrations)
        let reader = SQLiteReader(path: home.databasePath, locks: locks)
        try await reader.open(migrations: migrations)
        return SQLiteJournalStore(
            path: home.databasePath, vfs: vfs, locks: locks, writer: writer, reader: reader,
            sockets: HintSockets(folder: home.executorsPath), notices: notices)
    }

    /// Opens the database of a home for reading; `nil` when there is none yet.
    ///
    /// - Throws: ``StoreError`` as ``open(_:vfs:migrations:)``.
    package static func openReadOnly(_ home: HomeFolder) async throws(StoreError) -> SQLiteJournalStore? {
        guard home.hasDatabase else { return nil }
        let locks = ExecutorLocks(folder: home.executorsPath)
        let reader = SQLiteReader(path: home.databasePath, locks: locks)
        try await reader.open(migrations: Migration.journal)
        let writer = SQLiteWriter(path: home.databasePath, vfs: nil, locks: locks)  // never opened
        return SQLiteJournalStore(
            path: home.databasePath, vfs: nil, locks: locks, writer: writer, reader: reader,
            sockets: HintSockets(folder: home.executorsPath), notices: [])
    }

    package func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try await writer.apply(commands)
    }

    package func reopen() async throws(StoreError) { try await writer.reopen() }

    package func openExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) async throws(StoreError) {
        try locks.acquire(id)  // before the row and before any claim: nobody may take us for dead
        do {
            try await writer.insertExecutor(id, process: process, at: time)
        } catch {
            locks.release(id)
            throw error
        }
    }

    package func closeExecutor(_ id: ExecutorID) async throws(StoreError) {
        defer {
            sockets.close(id)
            locks.release(id)
        }
        try await writer.deleteExecutor(id)
    }

    /// Makes an executor of this process dead for all others, as the end of its process would; for tests.
    package func abandonExecutor(_ id: ExecutorID) { locks.abandon(id) }

    package func hints(for id: ExecutorID) -> AsyncStream<Void> { sockets.listen(id) }

    package func sendHint() { sockets.send() }

    package func executors() async throws(StoreError) -> [ExecutorSummary] {
        try await reader.read { reads throws(StoreError) in try reads.executors() }
    }

    package func run(_ id: RunID, tenant: String) async throws(StoreError) -> RunRecord? {
        try await reader.read { reads throws(StoreError) in try reads.run(id, tenant: tenant) }
    }

    package func child(of run: RunID, at key: String, tenant: String) async throws(StoreError) -> RunRecord? {
        try await reader.read { reads throws(StoreError) in try reads.child(of: run, at: key, tenant: tenant) }
    }

    package func runs(_ filter: RunFilter, tenant: String) async throws(StoreError) -> [RunSummary] {
        try await reader.read { reads throws(StoreError) in try reads.runs(filter, tenant: tenant) }
    }

    package func counts(of filter: RunFilter, tenant: String) async throws(StoreError) -> [RunStatus: Int] {
        try await reader.read { reads throws(StoreError) in try reads.counts(of: filter, tenant: tenant) }
    }

    package func runs(
        beginningWith text: String, tenant: String, account: RunAccount, limit: Int
    ) async throws(StoreError) -> [RunID] {
        try await reader.read { reads throws(StoreError) in
            try reads.runs(beginningWith: text, tenant: tenant, account: account, limit: limit)
        }
    }

    package func journal(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await reader.read { reads throws(StoreError) in try reads.journal(of: run) }
    }

    package func steps(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await reader.read { reads throws(StoreError) in try reads.steps(of: run) }
    }

    package func events(of run: RunID, after n: Int64, limit: Int) async throws(StoreError) -> [RunEvent] {
        try await reader.read { reads throws(StoreError) in try reads.events(of: run, after: n, limit: limit) }
    }

    package func lastEvent(of run: RunID) async throws(StoreError) -> Int64 {
        try await reader.read { reads throws(StoreError) in try reads.lastEvent(of: run) }
    }

    package func feed(after cursor: FeedCursor, tenant: String, limit: Int) async throws(StoreError) -> FeedPage {
        try await reader.read { reads throws(StoreError) in
            try reads.feed(after: cursor, tenant: tenant, limit: limit)
        }
    }

    package func newestCursor() async throws(StoreError) -> FeedCursor {
        try await reader.read { reads throws(StoreError) in try reads.newestCursor() }
    }

    package func chunks(of run: RunID, after place: Int64, limit: Int) async throws(StoreError) -> ChunkPage {
        try await reader.read { reads throws(StoreError) in try reads.chunks(of: run, after: place, limit: limit) }
    }

    package func blob(_ hash: String) async throws(StoreError) -> Data? {
        try await reader.read { reads throws(StoreError) in try reads.blob(hash) }
    }

    package func messages(
        for run: RunID, signals: [String], approvals: [String]
    ) async throws(StoreError) -> [InboxMessage] {
        try await reader.read { reads throws(StoreError) in
            try reads.messages(for: run, signals: signals, approvals: approvals)
        }
    }

    package func inbox(of run: RunID, limit: Int) async throws(StoreError) -> [InboxMessage] {
        try await reader.read { reads throws(StoreError) in try reads.inbox(of: run, limit: limit) }
    }

    package func openApprovals(
        tenant: String, account: RunAccount, limit: Int
    ) async throws(StoreError) -> OpenApprovals {
        try await reader.read { reads throws(StoreError) in
            try reads.openApprovals(tenant: tenant, account: account, limit: limit)
        }
    }

    package func undoable(of run: RunID) async throws(StoreError) -> [StoredStep] {
        try await reader.read { reads throws(StoreError) in try reads.undoable(of: run) }
    }

    package func budget(of root: RunID) async throws(StoreError) -> [BudgetState] {
        try await reader.read { reads throws(StoreError) in try reads.budget(of: root) }
    }

    package func uses(of quotas: [QuotaName]) async throws(StoreError) -> [QuotaName: QuotaUse] {
        try await reader.read { reads throws(StoreError) in try reads.uses(of: quotas) }
    }

    package func costs(of runs: [RunID]) async throws(StoreError) -> [RunID: StepCost] {
        try await reader.read { reads throws(StoreError) in try reads.costs(of: runs) }
    }

    package func dueRuns(of executor: ExecutorID, at time: Timestamp) async throws(StoreError) -> [Owner] {
        try await reader.read { reads throws(StoreError) in try reads.dueRuns(of: executor, at: time) }
    }

    package func hasClaimable(_ claim: ClaimCommand) async throws(StoreError) -> Bool {
        try await reader.read { reads throws(StoreError) in
            try JournalTables(connection: reads.connection, locks: reads.locks).hasClaimable(claim)
        }
    }

    package func changeCount() async throws(StoreError) -> Int64 { try await reader.changeCount() }

    package func close() async {
        await reader.close()
        await writer.close()
    }
}
