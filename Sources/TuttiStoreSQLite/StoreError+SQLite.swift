import CSQLite
import TuttiStore

extension StoreError {
    /// SQLite's answer as one of ours, taken at once, before another call overwrites the message.
    ///
    /// - Parameter activity: what was being done to what, such as `opening /home/a/tutti.db`.
    init(status: Int32, connection: OpaquePointer?, doing activity: String) {
        let text: String
        if let connection = unsafe connection, let message = unsafe sqlite3_errmsg(connection) {
            text = unsafe String(cString: message)
        } else if let message = unsafe sqlite3_errstr(status) {
            text = unsafe String(cString: message)
        } else {
            text = "unknown error"
        }
        let code = StoreError.code(of: status)
        self.init(code, "\(activity): \(text)\(StoreError.wayOut(of: code))")
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

    private static func wayOut(of code: Code) -> String {
        switch code {
        case .diskFull: "; free some space, then resume the run: every finished step is kept"
        case .corrupt:
            "; nothing was changed. Keep a copy of the folder, then save what can be read with "
                + "`sqlite3 tutti.db .recover | sqlite3 recovered.db`, and move recovered.db into its place"
        case .busy: "; another process has been writing for too long, see `tutti doctor`"
        case .notWritable: "; choose another home with --home or TUTTI_HOME"
        default: ""
        }
    }
}
