import CSQLite
package import FoundationEssentials
package import TuttiStore

/// A value on its way into a statement.
package enum SQLValue {
    case null
    case int(Int64)
    case text(String)
    case blob(Data)

    package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    package static func int(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
}

/// A prepared statement; made and kept by its connection, and used like it from one thread.
@safe
package final class SQLStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let path: String
    private let role: DatabaseRole

    /// Takes over the statement; `deinit` finalizes it.
    init(owning handle: OpaquePointer, of connection: OpaquePointer, path: String, role: DatabaseRole) {
        unsafe self.handle = handle
        unsafe self.connection = connection
        self.path = path
        self.role = role
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Since it was made (https://www.sqlite.org/c3ref/c_stmtstatus_counter.html).
    var instructions: Int { Int(unsafe sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 0)) }

    /// Runs it to its end, and gives the number of rows it has changed.
    package func run(_ values: [SQLValue]) throws(StoreError) -> Int {
        try forEach(values) { _ throws(StoreError) in true }
        return Int(unsafe sqlite3_changes(connection))
    }

    /// Hands over each row while it is current, until `body` returns `false`.
    package func forEach(_ values: [SQLValue], _ body: (SQLStatement) throws(StoreError) -> Bool) throws(StoreError) {
        defer {
            unsafe sqlite3_reset(handle)
            unsafe sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        while true {
            let status = unsafe sqlite3_step(handle)
            switch status {
            case SQLITE_ROW: if try !body(self) { return }
            case SQLITE_DONE: return
            default: throw unsafe StoreError(status: status, connection: connection, doing: "using \(path)", role: role)
            }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) throws(StoreError) {
        let status: Int32
        switch value {
        case .null:
            status = unsafe sqlite3_bind_null(handle, index)
        case .int(let number):
            status = unsafe sqlite3_bind_int64(handle, index, number)
        case .text(var text):
            status = text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    unsafe CSQLite_bind_text(handle, index, characters.baseAddress, Int32(characters.count))
                }
            }
        case .blob(let bytes):
            status = unsafe bytes.withUnsafeBytes { buffer in
                // A null pointer would bind NULL.
                guard let base = buffer.baseAddress else { return unsafe sqlite3_bind_zeroblob(handle, index, 0) }
                return unsafe CSQLite_bind_blob(handle, index, base, Int32(buffer.count))
            }
        }
        guard status == SQLITE_OK else {
            throw unsafe StoreError(status: status, connection: connection, doing: "using \(path)", role: role)
        }
    }

    // MARK: Columns of the current row

    package func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    package func double(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }

    package func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    package func text(_ column: Int32) -> String {
        guard let bytes = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    package func blob(_ column: Int32) -> Data {
        guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return Data() }
        return unsafe Data(bytes: bytes, count: Int(unsafe sqlite3_column_bytes(handle, column)))
    }
}
