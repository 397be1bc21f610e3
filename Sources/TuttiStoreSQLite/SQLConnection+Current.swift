package import TuttiStore

extension SQLConnection {
    /// Opens a file of a home for writing, and brings it to the newest form of its tables.
    ///
    /// - Parameters:
    ///   - vfs: another file layer of SQLite than the system's own.
    ///   - settings: pragmas of the connection.
    /// - Throws: `.newerVersion` for a file of a later release; what SQLite says.
    package static func current(
        _ path: String, vfs: String?, role: DatabaseRole, migrations: [Migration], settings: String
    ) throws(StoreError) -> SQLConnection {
        let connection = try SQLConnection(path: path, access: .readWrite, vfs: vfs, role: role)
        let migrator = Migrator(connection: connection, migrations: migrations)
        let version = try migrator.version()
        if version > migrations.count { throw try migrator.tooNew() }
        try connection.execute(settings)
        if version < migrations.count { try migrator.migrate(to: migrations.count) }
        return connection
    }
}
