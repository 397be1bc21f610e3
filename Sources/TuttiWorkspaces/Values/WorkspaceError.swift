import Glibc
import TuttiCore

/// What went wrong with a workspace, a snapshot or the place where they are kept.
package struct WorkspaceError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Reason: String, Sendable, Hashable {
        /// A name, path or range that cannot be.
        case input = "workspace_input"
        /// There is no such workspace, snapshot, file or folder.
        case notFound = "workspace_not_found"
        /// There is a workspace of that name already.
        case exists = "workspace_exists"
        /// The folder is beyond one of ``WorkspaceLimits``.
        case limit = "workspace_limit"
        /// Something that a snapshot needs is missing in the store, or is not what it was.
        case damaged = "workspace_damaged"
        /// The disk, or the folder on it, does not do what it is asked for.
        case storage = "workspace_storage"
        /// Others use the store for so long that it could not be cleaned up.
        case busy = "workspace_busy"
    }

    package let reason: Reason
    /// One sentence with the way out.
    package let message: String

    package var code: String { reason.rawValue }
    package var isRetryable: Bool { reason == .storage || reason == .busy }
    package var description: String { message }

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// A call of the system that failed.
    ///
    /// - Parameters:
    ///   - what: the beginning of a sentence, such as `the object could not be written`.
    ///   - number: the value of `errno`.
    static func system(_ what: String, _ number: Int32) -> WorkspaceError {
        let why =
            switch number {
            case ENOSPC: "the disk is full; make room and try again"
            case EDQUOT: "the quota of the disk is used up; make room and try again"
            case EFBIG: "files may not be so large here; raise the limit of the process (ulimit -f)"
            case EROFS: "the disk can only be read; choose a folder on another one"
            case EACCES, EPERM: "it is not allowed; check who owns the folder, and its permissions"
            case EMFILE, ENFILE: "too many files are open; raise the limit (ulimit -n) and try again"
            default: unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
            }
        return WorkspaceError(.storage, "\(what): \(why)")
    }
}
