package import TuttiAccess
package import TuttiStore
import TuttiStoreSQLite

/// Looks at the file of accounts, secrets and the audit log, and changes nothing of it.
package struct AccessInspector: Sendable {
    private let path: String

    package init(home: String) { path = home + "/access.db" }

    /// What can be told of the file.
    package struct Status: Sendable, Hashable {
        /// The version of the schema in the file, and that which this program works with.
        package var version: Int
        package var programVersion: Int
        /// People with an account.
        package var people: Int
        /// The number of the last entry of the audit log.
        package var entries: Int
        /// Which keys everything is sealed with; none when the schema is another one.
        package var sealings: [SecretSealing]
        /// What `pragma quick_check` complains about, a line each.
        package var damage: [String]
    }

    /// Lines of damage that are read.
    private static let damageMax = 3

    /// Opens the file for reading, on the thread that asks.
    ///
    /// - Throws: `StoreError` `.corrupt` for a file that is damaged or not ours, `.notWritable` when it cannot be read.
    package func status() throws(StoreError) -> Status {
        let connection = try SQLConnection(path: path, access: .readOnly, role: .access)
        let lines = try connection.query("pragma quick_check(\(Self.damageMax))") { row throws(StoreError) in
            row.text(0)
        }
        let version = try Migrator(connection: connection, migrations: Migration.access).version()
        var status = Status(
            version: version, programVersion: Migration.access.count, people: 0, entries: 0, sealings: [],
            damage: lines == ["ok"] ? [] : lines)
        guard version == status.programVersion else { return status }
        status.people = Int(try connection.number("select count(*) from user") ?? 0)
        status.entries = Int(try connection.number("select coalesce(max(n), 0) from audit") ?? 0)
        status.sealings = try SecretTables(connection: connection).sealings()
        return status
    }
}
