package import TuttiStore

/// One step in the history of the schema; `up` and `down` undo each other.
package struct Migration: Sendable {
    package var name: String
    package var up: String
    package var down: String

    package init(name: String, up: String, down: String) {
        self.name = name
        self.up = up
        self.down = down
    }
}

/// Brings a database from one version of the schema to another, each step in a transaction of its own.
package struct Migrator {
    let connection: SQLConnection
    let migrations: [Migration]

    package init(connection: SQLConnection, migrations: [Migration]) {
        self.connection = connection
        self.migrations = migrations
    }

    /// The version in the file; 0 for an empty one.
    ///
    /// - Throws: `.corrupt` for a database that is not ours.
    package func version() throws(StoreError) -> Int {
        // One statement sees one moment: another process may be making the database at the same time.
        let found = try connection.query(
            """
            select user_version, application_id, (select count(*) from sqlite_schema)
            from pragma_user_version, pragma_application_id
            """, []
        ) { row throws(StoreError) in (version: Int(row.int(0)), owner: row.int(1), tables: row.int(2)) }
        let (version, owner, tables) = found.first ?? (0, 0, 0)
        guard owner == connection.role.applicationID || (owner == 0 && tables == 0) else {
            throw StoreError(
                .corrupt, "\(connection.path) is a database of another program; \(connection.role.elsewhere)")
        }
        return version
    }

    /// Goes up or down to `target`.
    ///
    /// - Throws: `.newerVersion` when the file or the target is beyond the migrations that are known here.
    package func migrate(to target: Int) throws(StoreError) {
        let known = migrations.count
        guard target <= known else {
            throw StoreError(.newerVersion, "schema \(target) is not known to this release, whose newest is \(known)")
        }
        guard try version() <= known else { throw try tooNew() }
        while try step(towards: target) {}
    }

    /// Does one step and tells whether there was one to do; another process may do them at the same time.
    private func step(towards target: Int) throws(StoreError) -> Bool {
        try connection.transaction { () throws(StoreError) in
            let current = try version()
            if current < target {
                // A new database is whole or not there at all, whenever its making is cut off.
                let next = current == 0 ? target : current + 1
                for migration in migrations[current..<next] { try connection.execute(migration.up) }
                try set(version: next)
            } else if current > target {
                try connection.execute(migrations[current - 1].down)
                try set(version: current - 1)
            }
            return current != target
        }
    }

    private func set(version: Int) throws(StoreError) {
        try connection.execute(
            "pragma application_id = \(connection.role.applicationID); pragma user_version = \(version)")
    }

    package func tooNew() throws(StoreError) -> StoreError {
        let version = try version()
        return StoreError(
            .newerVersion,
            "\(connection.path) has schema \(version), written by a newer release; this one knows \(migrations.count). "
                + connection.role.newer(migrations.count))
    }
}
