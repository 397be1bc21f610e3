package import TuttiStore

extension DatabaseInspector {
    /// What a migration has done.
    package struct Change: Sendable, Hashable {
        package var from, to: Int
        /// The names of the migrations that were run or taken back, in that order.
        package var names: [String]
    }

    /// Brings the schema to the newest version that this program knows.
    ///
    /// - Throws: `StoreError` `.busy` while a process works with the home, `.newerVersion`, `.corrupt`.
    package func upgrade() throws(StoreError) -> Change { try migrate(to: migrations.count) }

    /// Brings the schema back to an older version.
    ///
    /// - Parameter target: `nil` for the version below the present one.
    /// - Throws: `StoreError` `.busy` while a process works with the home; `.constraint` when runs would be lost, or
    ///   when the target is no older version; `.newerVersion`, `.corrupt`.
    package func downgrade(to target: Int?) throws(StoreError) -> Change {
        let connection = try connect(.readOnly)
        let version = try migrator(connection).version()
        let target = target ?? max(0, version - 1)
        guard target <= version else {
            throw StoreError(
                .constraint, "the database has schema \(version), which is older than \(target); see `tutti db upgrade`"
            )
        }
        if target == 0, version > 0, let runs = try rows(of: "run", connection), runs > 0 {
            throw StoreError(
                .constraint,
                "schema 0 is an empty database: \(runs) \(runs == 1 ? "run" : "runs") would be lost. Keep what matters "
                    + "with `tutti runs export ID -o FILE`, then remove \(home.databasePath) yourself")
        }
        return try migrate(to: target)
    }

    private func migrate(to target: Int) throws(StoreError) -> Change {
        guard !isInUse() else {
            throw StoreError(
                .busy,
                "another process works with \(home.path); end it first (`tutti doctor` shows which), then try again")
        }
        let connection = try connect(.readWrite)
        let migrator = migrator(connection)
        let version = try migrator.version()
        if version > migrations.count { throw try migrator.tooNew() }
        try migrator.migrate(to: target)
        let names =
            target >= version
            ? migrations[version..<target].map(\.name) : migrations[target..<version].reversed().map(\.name)
        return Change(from: version, to: target, names: names)
    }
}
