import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// A connection that cannot write, on a thread of its own: no reader waits for a writer.
actor SQLiteReader {
    private nonisolated let thread = ThreadExecutor(name: "tutti-reader")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let locks: ExecutorLocks
    private var connection: SQLConnection?

    init(path: String, locks: ExecutorLocks) {
        self.path = path
        self.locks = locks
    }

    /// Opens the file.
    ///
    /// - Throws: `.newerVersion` or `.olderVersion` when this release cannot read its schema.
    func open(migrations: [Migration]) throws(StoreError) {
        let connection = try SQLConnection(path: path, access: .readOnly)
        let migrator = Migrator(connection: connection, migrations: migrations)
        let version = try migrator.version()
        if version > migrations.count { throw try migrator.tooNew() }
        if version < migrations.count {
            throw StoreError(
                .olderVersion, "\(path) has schema \(version), written by an older release; run `tutti db upgrade`")
        }
        self.connection = connection
    }

    func close() { connection = nil }

    /// Lets `body` read.
    func read<Output: Sendable>(
        _ body: @Sendable (JournalReads) throws(StoreError) -> Output
    ) throws(StoreError) -> Output {
        guard let connection else { throw StoreError(.closed, "the database \(path) has been closed") }
        return try body(JournalReads(connection: connection, locks: locks))
    }

    /// A number that changes with each commit of any process (https://www.sqlite.org/pragma.html#pragma_data_version).
    func changeCount() throws(StoreError) -> Int64 {
        try read { reads throws(StoreError) in try reads.connection.number("pragma data_version") ?? 0 }
    }
}
