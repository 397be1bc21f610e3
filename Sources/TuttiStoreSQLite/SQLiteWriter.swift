import TuttiCore
import TuttiRuntime
import TuttiStore

/// The one connection of a process that writes, on a thread of its own.
actor SQLiteWriter {
    private nonisolated let thread = ThreadExecutor(name: "tutti-writer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let vfs: String?
    private let locks: ExecutorLocks
    private var connection: SQLConnection?

    /// A checkpoint every 4,000 pages (16 MiB) instead of every 1,000: the hot pages of the indices are written back a
    /// quarter as often, which is worth about a tenth of the steps a second. The log is removed at a clean end.
    static let settings = """
        pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;
        pragma trusted_schema = off;
        """

    init(path: String, vfs: String?, locks: ExecutorLocks) {
        self.path = path
        self.vfs = vfs
        self.locks = locks
    }

    /// Opens the file and brings an empty one to the newest schema.
    ///
    /// - Throws: `.olderVersion` or `.newerVersion` when a release with another schema has written it.
    func open(migrations: [Migration]) throws(StoreError) {
        let connection = try SQLConnection(path: path, access: .readWrite, vfs: vfs)
        let migrator = Migrator(connection: connection, migrations: migrations)
        let version = try migrator.version()  // before anything is written: the file may be another program's
        if version == 0 {
            try connection.execute(Self.settings)
            try migrator.migrate(to: migrations.count)
        } else if version > migrations.count {
            throw try migrator.tooNew()
        } else if version < migrations.count {
            throw StoreError(
                .olderVersion,
                "\(path) has schema \(version), written by an older release; run `tutti db upgrade` to bring it to "
                    + "schema \(migrations.count)")
        }
        try connection.execute(Self.settings)
        self.connection = connection
    }

    func reopen() throws(StoreError) {
        connection = nil
        let fresh = try SQLConnection(path: path, access: .readWrite, vfs: vfs)
        try fresh.execute(Self.settings)
        connection = fresh
    }

    func close() { connection = nil }

    private func opened() throws(StoreError) -> SQLConnection {
        guard let connection else { throw StoreError(.closed, "the database \(path) has been closed") }
        return connection
    }

    func apply(_ commands: [JournalCommand]) throws(StoreError) -> [JournalOutcome] {
        let connection = try opened()
        let tables = JournalTables(connection: connection, locks: locks)
        return try connection.transaction { () throws(StoreError) in
            var outcomes: [JournalOutcome] = []
            outcomes.reserveCapacity(commands.count)
            for command in commands { outcomes.append(try tables.apply(command)) }
            return outcomes
        }
    }

    /// Writes the row of an executor whose lock is held, and clears away dead ones that own nothing any more.
    func insertExecutor(_ id: ExecutorID, process: Int32, at time: Timestamp) throws(StoreError) {
        let connection = try opened()
        let dead = try connection.transaction { () throws(StoreError) in
            let idle = try connection.query(
                "select id from executor where id not in (select executor from task where executor is not null)"
            ) { row throws(StoreError) in ExecutorID(trusted: row.text(0)) }
            let dead = idle.filter { !locks.isAlive($0) }
            for id in dead { try connection.run("delete from executor where id = ?1", [.text(id.text)]) }
            try connection.run(
                "insert into executor(id, process, started) values(?1, ?2, ?3)",
                [.text(id.text), .int(Int64(process)), .int(time.milliseconds)])
            return dead
        }
        for id in dead { locks.removeDead(id) }
    }

    func deleteExecutor(_ id: ExecutorID) throws(StoreError) {
        try opened().run("delete from executor where id = ?1", [.text(id.text)])
    }
}
