import CSQLite

/// A SQLite database with one table of ten numbers, through plain calls of the library.
@safe final class Database {
    struct Failure: Error, Equatable {
        let status: Int32
    }

    private let handle: OpaquePointer

    init(path: String, vfs: String? = nil, journal: String = "wal") throws {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let status = unsafe sqlite3_open_v2(path, &opened, flags, vfs)
        guard status == SQLITE_OK, let database = unsafe opened else { throw Failure(status: status) }
        unsafe handle = database
        // Only what is to fail has to sync; what prepares and checks may be quick.
        try run("pragma journal_mode = \(journal); pragma synchronous = \(vfs == nil ? "off" : "full")")
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Creates the table: ten zeros, and a column that makes the rows fill several pages.
    func fill() throws {
        try run(
            """
            create table number(id integer primary key, value integer not null, filling blob not null) strict;
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 10)
            insert into number select i, 0, zeroblob(2000) from n;
            """)
    }

    /// Adds one to each number, in one transaction that changes several pages.
    func addOne() throws {
        do {
            try run("begin immediate; update number set value = value + 1, filling = randomblob(2000); commit")
        } catch {
            try? run("rollback")
            throw error
        }
    }

    /// The sum of the numbers, after a check that the file is whole.
    func sum() throws -> Int64 {
        guard try value("select count(*) from pragma_integrity_check where integrity_check = 'ok'") == 1 else {
            throw Failure(status: SQLITE_CORRUPT)
        }
        return try value("select sum(value) from number")
    }

    func run(_ sql: String) throws {
        let status = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw Failure(status: unsafe sqlite3_extended_errcode(handle)) }
    }

    private func value(_ sql: String) throws -> Int64 {
        var statement: OpaquePointer?
        let status = unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard status == SQLITE_OK else { throw Failure(status: status) }
        defer { unsafe sqlite3_finalize(statement) }
        let step = unsafe sqlite3_step(statement)
        guard step == SQLITE_ROW else { throw Failure(status: step) }
        return unsafe sqlite3_column_int64(statement, 0)
    }
}
