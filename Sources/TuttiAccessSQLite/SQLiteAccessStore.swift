import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// Accounts, secrets and the audit log of a home, in one SQLite file that only its owner may read, on one connection
/// with a thread of its own.
package actor SQLiteAccessStore {
    private nonisolated let thread = ThreadExecutor(name: "tutti-access")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private let path: String
    private let vfs: String?
    private var connection: SQLConnection?
    nonisolated let audit = AuditQueue()

    private static let settings =
        "pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off; pragma secure_delete = on;"

    /// - Parameters:
    ///   - home: the folder, which must be there.
    ///   - vfs: another file layer of SQLite than the system's own; tests pass one that fails.
    package init(home: String, vfs: String? = nil) {
        path = home + "/access.db"
        self.vfs = vfs
    }

    /// Carries out statements on the connection. After a failure the next call begins with one that has seen none.
    func using<Output>(_ body: (SQLConnection) throws(StoreError) -> Output) throws(StoreError) -> Output {
        do throws(StoreError) {
            return try body(try opened())
        } catch {
            connection = nil
            throw error
        }
    }

    private func opened() throws(StoreError) -> SQLConnection {
        if let connection { return connection }
        let fresh = try SQLConnection.current(
            path, vfs: vfs, role: .access, migrations: Migration.access, settings: Self.settings)
        connection = fresh
        return fresh
    }

    /// Closes the file; it is opened again when it is needed.
    package func close() { connection = nil }
}
