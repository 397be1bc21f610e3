import Glibc

/// Held by the one server of a home for as long as it serves. The kernel lets go of it at any death.
package struct ServerLock: Sendable {
    private let descriptor: Int32

    private static let triesMax = 5

    private static func path(in home: String) -> String { home + "/server.lock" }

    /// Whether a server holds it at the moment.
    static func isHeld(in home: String) -> Bool {
        let descriptor = unsafe open(path(in: home), O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    /// - Parameter home: the folder, which must be there.
    /// - Returns: `nil` when another server holds it.
    /// - Throws: ``FileWriteError`` when the lock cannot be made.
    package init?(home: String) throws(FileWriteError) {
        let path = Self.path(in: home)
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw FileWriteError("\(path) could not be made: \(unsafe String(cString: strerror(errno)))")
        }
        for _ in 0..<Self.triesMax {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            usleep(2_000)  // who only looks whether it is held has it for a moment
        }
        close(descriptor)
        return nil
    }

    /// Lets another server have the home; called once.
    package func release() { close(descriptor) }
}
