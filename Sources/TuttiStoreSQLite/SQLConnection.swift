import CSQLite
package import TuttiStore

/// One connection to one database file, and the only place that opens and closes it.
///
/// Not `Sendable`: it belongs to the actor that made it, whose thread alone may use it. SQLite is asked for its
/// multi-thread mode, in which it takes no locks of its own for a connection.
@safe
package final class SQLConnection {
    package enum Access {
        case readWrite
        case readOnly
    }

    package let path: String
    package let role: DatabaseRole
    private let handle: OpaquePointer
    private var statements: [String: SQLStatement] = [:]
    /// Written by SQLite at the end of each commit; allocated by ``countLogPages()``.
    private var logPagesCounted: UnsafeMutablePointer<Int32>?

    /// Opens the file, and makes it when it may be written.
    ///
    /// - Parameters:
    ///   - vfs: another file layer than the system's own; tests pass one that fails.
    ///   - role: what the file is for.
    package init(
        path: String, access: Access, vfs: String? = nil, role: DatabaseRole = .journal
    ) throws(StoreError) {
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        flags |= access == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        if access == .readWrite { PrivateFile.make(path) }
        let uri = access == .readOnly ? ReadOnlyFolder.uri(of: path) : nil
        if uri != nil { flags |= SQLITE_OPEN_URI }
        var handle: OpaquePointer?
        let status = unsafe sqlite3_open_v2(uri ?? path, &handle, flags, vfs)
        guard status == SQLITE_OK, let opened = unsafe handle else {
            let error = unsafe StoreError(status: status, connection: handle, doing: "opening \(path)", role: role)
            unsafe sqlite3_close_v2(handle)  // SQLite hands out a handle even when it fails to open
            throw error
        }
        unsafe self.handle = opened
        self.path = path
        self.role = role
        unsafe sqlite3_busy_timeout(opened, Self.busyWaitMilliseconds)
    }

    deinit {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
        unsafe logPagesCounted?.deallocate()
    }

    /// How long one call waits for another process that writes.
    private static let busyWaitMilliseconds: Int32 = 10_000

    /// How many pages the write-ahead log held after the last commit of this connection; 0 unless they are counted.
    var logPages: Int { unsafe Int(logPagesCounted?.pointee ?? 0) }

    /// Counts the pages of the log from now on, in place of the checkpoints that SQLite would make by itself
    /// within a commit (https://www.sqlite.org/c3ref/wal_hook.html).
    func countLogPages() {
        guard unsafe logPagesCounted == nil else { return }
        let count = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        unsafe count.initialize(to: 0)
        unsafe logPagesCounted = count
        unsafe sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                unsafe context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, count)
    }

    /// Writes back what it can of the write-ahead log without waiting for anybody
    /// (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html). What is left is left to the next one.
    func checkpoint() throws(StoreError) {
        let status = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard status == SQLITE_OK || status & 0xFF == SQLITE_BUSY else {
            throw unsafe StoreError(
                status: status, connection: handle, doing: "writing back the log of \(path)", role: role)
        }
    }

    /// Brings what was written into the database file to the disk. A checkpoint does it only when it has reached the
    /// end of the log, which goes on to grow while others commit.
    func syncDatabase() throws(StoreError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        var status = unsafe sqlite3_file_control(handle, nil, SQLITE_FCNTL_FILE_POINTER, &file)
        if status == SQLITE_OK, let file = unsafe file, let sync = unsafe file.pointee.pMethods?.pointee.xSync {
            status = unsafe sync(file, SQLITE_SYNC_NORMAL)
        }
        guard status == SQLITE_OK else {
            throw unsafe StoreError(status: status, connection: nil, doing: "bringing \(path) to the disk", role: role)
        }
    }

    /// A prepared statement, made at its first use and kept.
    package func statement(_ sql: String) throws(StoreError) -> SQLStatement {
        if let known = statements[sql] { return known }
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v3(
            handle, sql, Int32(sql.utf8.count), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard status == SQLITE_OK, let pointer = unsafe prepared else {
            throw unsafe StoreError(
                status: status, connection: handle, doing: "preparing a statement in \(path)", role: role)
        }
        let statement = unsafe SQLStatement(owning: pointer, of: handle, path: path, role: role)
        statements[sql] = statement
        return statement
    }

    /// How much work its statements have been, in instructions of SQLite's machine: what a query costs, on any machine.
    var instructions: Int { statements.values.reduce(0) { $0 + $1.instructions } }

    /// How many pages it has read from the file, and written to it or its log.
    var pagesMoved: (read: Int, written: Int) {
        func count(_ kind: Int32) -> Int {
            var (now, highest): (Int32, Int32) = (0, 0)
            unsafe sqlite3_db_status(handle, kind, &now, &highest, 0)
            return Int(now)
        }
        return (count(SQLITE_DBSTATUS_CACHE_MISS), count(SQLITE_DBSTATUS_CACHE_WRITE))
    }

    /// Runs a script of statements without parameters or results.
    package func execute(_ script: String) throws(StoreError) {
        let status = unsafe sqlite3_exec(handle, script, nil, nil, nil)
        guard status == SQLITE_OK else {
            throw unsafe StoreError(status: status, connection: handle, doing: "writing \(path)", role: role)
        }
    }

    /// Runs a statement that returns nothing, and gives the number of rows it has changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> Int {
        try statement(sql).run(values)
    }

    /// The rows of a query, each turned into a value while it is current.
    package func query<Output>(
        _ sql: String, _ values: [SQLValue] = [], row: (SQLStatement) throws(StoreError) -> Output
    ) throws(StoreError) -> [Output] {
        var rows: [Output] = []
        try statement(sql).forEach(values) { statement throws(StoreError) in
            rows.append(try row(statement))
            return true
        }
        return rows
    }

    /// The single number that a query or pragma gives.
    package func number(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> Int64? {
        try query(sql, values) { statement throws(StoreError) in statement.int(0) }.first
    }

    /// Runs `body` in a transaction that holds the write lock from its start; rolls back when it throws.
    package func transaction<Output>(_ body: () throws(StoreError) -> Output) throws(StoreError) -> Output {
        try run("begin immediate")
        do {
            let output = try body()
            try run("commit")
            return output
        } catch {
            // A full disk may have rolled back already.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? execute("rollback") }
            throw error
        }
    }
}
