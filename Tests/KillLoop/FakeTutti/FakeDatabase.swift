import CSQLite
import Glibc

/// The tables that the kill loop reads. Any error ends the program: it is only a stand-in.
@safe struct FakeDatabase {
    private let handle: OpaquePointer

    init(home: String) {
        _ = unsafe mkdir(home, 0o755)
        var opened: OpaquePointer?
        guard unsafe sqlite3_open(home + "/tutti.db", &opened) == SQLITE_OK, let database = unsafe opened else {
            exit(1)
        }
        unsafe handle = database
        execute("pragma journal_mode = wal; pragma synchronous = off")
        execute(
            """
            create table if not exists run(
                id text primary key, idem_key text, input blob, status text, output blob, output_blob text,
                fence integer not null default 0, generation integer not null default 0,
                created integer default 0, finished integer);
            create table if not exists blob(hash text primary key, bytes blob);
            create table if not exists step(
                id integer primary key, run text, key text, kind text, ended integer, cost integer, tokens integer,
                unique(run, key));
            """)
    }

    func execute(_ sql: String) {
        guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { exit(1) }
    }

    /// The first column of the first row.
    func text(_ sql: String) -> String? {
        var statement: OpaquePointer?
        guard unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { exit(1) }
        defer { unsafe sqlite3_finalize(statement) }
        guard unsafe sqlite3_step(statement) == SQLITE_ROW else { return nil }
        return unsafe sqlite3_column_text(statement, 0).map { unsafe String(cString: $0) }
    }

    /// - Parameter cost: in millionths of a dollar.
    func record(_ key: String, of run: String, cost: Int = 0) {
        execute(
            """
            insert or ignore into step(run, key, kind, ended, cost, tokens)
            values('\(run)', '\(key)', 'step', 1, \(cost), \(cost))
            """)
    }

    func isRecorded(_ key: String, of run: String) -> Bool {
        text("select 1 from step where run = '\(run)' and key = '\(key)'") != nil
    }
}
