import Glibc
import Synchronization

/// A listening socket at a path; closed, and its file removed, when nobody holds it any more.
final class SocketFile: Sendable {
    let descriptor: Int32
    private let path: String
    /// Which file it is, so that another one that took its place is left alone.
    private let identity: FileIdentity?
    private let isOpen = Mutex(true)

    private struct FileIdentity: Sendable, Equatable {
        let device: UInt
        let number: UInt

        init?(_ path: String) {
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { return nil }
            (device, number) = (UInt(status.st_dev), UInt(status.st_ino))
        }
    }

    private static let backlog: Int32 = 128

    /// Nobody can connect before the file has its mode and its owner.
    ///
    /// - Throws: ``EgressError``
    init(_ path: String, mode: UInt32, owner: EgressSocketOwner?) throws(EgressError) {
        guard let address = UnixAddress(path) else {
            throw EgressError(
                .path,
                "the path of the egress socket has to have 1 to 107 bytes, and '\(path)' has "
                    + "\(path.utf8.count); use a shorter folder")
        }
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let socket = Glibc.socket(AF_UNIX, Int32(kind), 0)
        guard socket >= 0 else { throw .system("no socket could be made for egress", errno) }
        // The mode of the file is that of the socket (unix(7) on Linux), less what the umask takes.
        _ = fchmod(socket, mode)
        guard unsafe address.with({ unsafe bind(socket, $0, $1) }) == 0 else {
            let number = errno
            close(socket)
            guard number != EADDRINUSE else {
                throw EgressError(.taken, "there is something at '\(path)' already; give each run a folder of its own")
            }
            throw .system("the egress socket '\(path)' could not be made", number)
        }
        descriptor = socket
        self.path = path
        identity = FileIdentity(path)
        if unsafe chmod(path, mode) != 0 || !Self.give(path, to: owner) || listen(socket, Self.backlog) != 0 {
            let number = errno
            remove()
            throw .system("the egress socket '\(path)' could not be given its mode and owner", number)
        }
    }

    deinit { remove() }

    /// Closes it; does nothing the second time.
    func remove() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        if identity != nil, FileIdentity(path) == identity { unsafe unlink(path) }
        close(descriptor)
    }

    private static func give(_ path: String, to owner: EgressSocketOwner?) -> Bool {
        guard let owner else { return true }
        return unsafe lchown(path, owner.user, owner.group) == 0
    }
}
