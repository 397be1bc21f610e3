import CSQLite
import TuttiStore

extension StoreError {
    /// SQLite's answer as one of ours, taken at once, before another call overwrites the message.
    ///
    /// - Parameters:
    ///   - activity: what was being done to what, such as `opening /home/a/tutti.db`.
    ///   - role: whose advice is given.
    init(status: Int32, connection: OpaquePointer?, doing activity: String, role: DatabaseRole) {
        let text: String
        if let connection = unsafe connection, let message = unsafe sqlite3_errmsg(connection) {
            text = unsafe String(cString: message)
        } else if let message = unsafe sqlite3_errstr(status) {
            text = unsafe String(cString: message)
        } else {
            text = "unknown error"
        }
        let code = StoreError.code(of: status)
        self.init(code, "\(activity): \(text)\(role.wayOut(code))")
    }

    private static func code(of status: Int32) -> Code {
        switch status & 0xFF {  // extended codes carry the primary one in their low byte
        case SQLITE_FULL: .diskFull
        case SQLITE_IOERR: .ioFailure
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM: .notWritable
        case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH: .constraint
        default: .other
        }
    }
}
