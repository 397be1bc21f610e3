import CSQLite

/// A SQLite file opened to be looked at.
@safe final class JournalCopy {
    @safe struct Row {
        fileprivate let statement: OpaquePointer

        func text(_ column: Int32) -> String? {
            guard let text = unsafe sqlite3_column_text(statement, column) else { return nil }
            return unsafe String(cString: text)
        }
    }

    private let handle: OpaquePointer

    init(path: String) throws {
        var opened: OpaquePointer?
        let status = unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil)
        guard status == SQLITE_OK, let database = unsafe opened else {
            unsafe sqlite3_close_v2(opened)
            throw JournalReader.Failure(description: "cannot open the copy of the journal, error \(status)")
        }
        unsafe handle = database
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    func forEachRow(_ sql: String, _ body: (Row) -> Void) throws {
        var prepared: OpaquePointer?
        let status = unsafe sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
        // A process that was killed before its first commit leaves a file without tables.
        if status == SQLITE_ERROR, !sql.hasPrefix("pragma"), try !hasTables() { return }
        guard status == SQLITE_OK, let statement = unsafe prepared else { throw failure(sql) }
        defer { unsafe sqlite3_finalize(statement) }
        while true {
            switch unsafe sqlite3_step(statement) {
            case SQLITE_ROW: body(unsafe Row(statement: statement))
            case SQLITE_DONE: return
            default: throw failure(sql)
            }
        }
    }

    func isWhole() throws -> Bool {
        var answers: [String] = []
        try forEachRow("pragma integrity_check") { answers.append($0.text(0) ?? "") }
        return answers == ["ok"]
    }

    private func hasTables() throws -> Bool {
        var schema = ""
        try forEachRow("pragma schema_version") { schema = $0.text(0) ?? "" }
        return schema != "0"
    }

    private func failure(_ sql: String) -> JournalReader.Failure {
        let message = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) } ?? ""
        return JournalReader.Failure(description: "reading the journal: \(message), in: \(sql)")
    }
}
