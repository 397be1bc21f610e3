import Glibc

/// Held by the one server of a home for as long as it serves. The kernel lets go of it at any death.
package struct ServerLock: Sendable {
    private let descriptor: Int32

    /// - Parameter home: the folder, which must be there.
    /// - Returns: `nil` when another server holds it.
    /// - Throws: ``FileWriteError`` when the lock cannot be made.
    package init?(home: String) throws(FileWriteError) {
        let path = home + "/server.lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw FileWriteError("\(path) could not be made: \(unsafe String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    /// Lets another server have the home; called once.
    package func release() { close(descriptor) }
}
