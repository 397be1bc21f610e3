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
    private let checkpointer: LogCheckpointer
    private var connection: SQLConnection?

    static let settings = "pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;"

    init(path: String, vfs: String?, locks: ExecutorLocks) {
        self.path = path
        self.vfs = vfs
        self.locks = locks
        self.checkpointer = LogCheckpointer(path: path, vfs: vfs)
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
        try use(connection)
    }

    func reopen() throws(StoreError) {
        connection = nil
        try use(SQLConnection(path: path, access: .readWrite, vfs: vfs))
    }

    private func use(_ fresh: SQLConnection) throws(StoreError) {
        try fresh.execute(Self.settings)
        fresh.countLogPages()
        connection = fresh
    }

    /// Closes the connection; the last one of a file writes the log back and removes it.
    func close() {
        checkpointer.close()
        connection = nil
    }

    private func opened() throws(StoreError) -> SQLConnection {
        guard let connection else { throw StoreError(.closed, "the database \(path) has been closed") }
        return connection
    }

    func apply(_ commands: [JournalCommand]) throws(StoreError) -> [JournalOutcome] {
        let connection = try opened()
        let tables = JournalTables(connection: connection, locks: locks)
        let outcomes = try connection.transaction { () throws(StoreError) in
            var outcomes: [JournalOutcome] = []
            outcomes.reserveCapacity(commands.count)
            for command in commands { outcomes.append(try tables.apply(command)) }
            return outcomes
        }
        writeBackLog(of: connection)
        return outcomes
    }

    /// Most of a long log is written back beside this thread. What was committed meanwhile is little, and is written
    /// back here between two transactions: only then can the next one begin the log anew.
    private func writeBackLog(of connection: SQLConnection) {
        switch checkpointer.next(logPages: connection.logPages) {
        case .nothing: break
        // What fails is tried again when the log has grown; what is committed is safe in it.
        case .finish: try? connection.checkpoint()
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
