import CSQLite
import Glibc
import TuttiCore
import TuttiRuntime
package import TuttiStore

/// Looks after the database file itself: its version, its size, its health. Works on any version of the schema.
package actor DatabaseInspector {
    private nonisolated let thread = ThreadExecutor(name: "tutti-inspector")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    package nonisolated let home: HomeFolder
    private let locks: ExecutorLocks
    let migrations: [Migration]

    package init(_ home: HomeFolder, migrations: [Migration] = Migration.journal) {
        self.home = home
        self.migrations = migrations
        locks = ExecutorLocks(folder: home.executorsPath)
    }

    /// The version of the schema that this program works with.
    package static var programVersion: Int { Migration.journal.count }

    /// The release of the SQLite library that is linked.
    package static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    /// What can be told of the file.
    package struct Status: Sendable, Hashable {
        package var path: String
        /// The version of the schema in the file.
        package var version: Int
        /// The version that this program works with.
        package var programVersion: Int
        /// Bytes of the database, and of its write-ahead log.
        package var size, logSize: Int
        /// Rows; `nil` when the schema has no such table.
        package var runs, steps, events: Int?
    }

    /// Opens the file for reading and tells of it.
    ///
    /// - Throws: `StoreError` `.corrupt` for a file that is damaged or not ours, `.notWritable` when it cannot be read.
    package func status() throws(StoreError) -> Status {
        let connection = try connect(.readOnly)
        return Status(
            path: home.databasePath, version: try migrator(connection).version(), programVersion: migrations.count,
            size: Self.size(of: home.databasePath), logSize: Self.size(of: home.databasePath + "-wal"),
            runs: try rows(of: "run", connection), steps: try rows(of: "step", connection),
            events: try rows(of: "event", connection))
    }

    /// What `pragma quick_check` complains about, a line each; none when all is well.
    ///
    /// - Parameter limit: the most lines.
    package func problems(atMost limit: Int) throws(StoreError) -> [String] {
        let lines = try connect(.readOnly).query("pragma quick_check(\(limit))") { row throws(StoreError) in row.text(0)
        }
        return lines == ["ok"] ? [] : lines
    }

    /// Whether another process works with this home.
    package func isInUse() -> Bool { locks.isAnyoneAlive() }

    // MARK: Pieces

    func connect(_ access: SQLConnection.Access) throws(StoreError) -> SQLConnection {
        try SQLConnection(path: home.databasePath, access: access)
    }

    func migrator(_ connection: SQLConnection) -> Migrator {
        Migrator(connection: connection, migrations: migrations)
    }

    func rows(of table: String, _ connection: SQLConnection) throws(StoreError) -> Int? {
        let known = try connection.number(
            "select count(*) from sqlite_schema where type = 'table' and name = ?1", [.text(table)])
        guard known == 1 else { return nil }
        return try connection.number("select count(*) from \(table)").map(Int.init)
    }

    private static func size(of path: String) -> Int {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? Int(information.st_size) : 0
    }
}
