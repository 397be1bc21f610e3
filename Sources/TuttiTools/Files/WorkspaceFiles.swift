import FoundationEssentials
import Glibc
package import TuttiSandbox

/// The files that an agent works on, for calls that come from outside of the sandbox.
///
/// Programs of the agent may put anything there, links and pipes among it, also while a call is under way. So each way
/// is gone name by name from an open folder, no link is followed, and nothing but files and folders is opened.
package struct WorkspaceFiles: Sendable {
    /// The folder, on this machine.
    package let folder: String
    /// Who files that are made here belong to.
    private let identity: SandboxIdentity

    /// - Parameter folder: an absolute path; that it is no link is up to the caller.
    package init(folder: String, identity: SandboxIdentity = .current) {
        self.folder = folder
        self.identity = identity
    }

    // MARK: Whole files

    /// The bytes of a file.
    ///
    /// - Throws: ``WorkspacePathError``; ``ToolError`` `tool_failed` when the system fails.
    func read(_ path: WorkspacePath, max: Int = ToolLimits.fileSizeMax) throws -> [UInt8] {
        let (parent, name) = try parent(of: path, makingFolders: false)
        let file = try open(name, in: parent, path, O_RDONLY | O_NONBLOCK)
        var status = stat()
        guard unsafe fstat(file.number, &status) == 0 else { throw failure(path, errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw WorkspacePathError("'\(path.text)' is a folder; list it, or name a file in it")
        default: throw WorkspacePathError("'\(path.text)' is no file that can be read")
        }
        guard status.st_size <= max else {
            throw WorkspacePathError("'\(path.text)' has \(status.st_size) bytes, the limit is \(max)")
        }
        return try file.readAll(max: max) { number in failure(path, number) }
    }

    /// Puts a file in the place of what was there, whole or not at all; folders on the way are made.
    ///
    /// - Returns: whether there was a file before.
    /// - Throws: ``WorkspacePathError``; ``ToolError`` `tool_failed` when the system fails.
    func write(
        _ bytes: [UInt8], to path: WorkspacePath, max: Int = ToolLimits.fileSizeMax, isExecutable: Bool? = nil
    ) throws -> Bool {
        guard bytes.count <= max else {
            throw WorkspacePathError("the content has \(bytes.count) bytes, the limit is \(max); write less")
        }
        let (parent, name) = try parent(of: path, makingFolders: true)
        var status = stat()
        let isThere = unsafe fstatat(parent.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG {
            throw WorkspacePathError("'\(path.text)' is there and no file; choose another name")
        }
        let temporary = ".tutti-\(UUID().uuidString)"
        var mode = isThere ? status.st_mode & 0o777 : 0o644
        if let isExecutable { mode = isExecutable ? mode | 0o111 : mode & ~0o111 }
        let number = unsafe openat(
            parent.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard number >= 0 else { throw failure(path, errno) }
        let file = OpenFile(owning: number)
        do {
            try file.writeAll(bytes) { number in failure(path, number) }
            guard fchmod(file.number, mode) == 0 else { throw failure(path, errno) }
            try identity.own(descriptor: file.number)
            guard unsafe renameat(parent.number, temporary, parent.number, name) == 0 else {
                throw failure(path, errno)
            }
        } catch {
            _ = unsafe unlinkat(parent.number, temporary, 0)
            throw error
        }
        return isThere
    }

    /// Removes a file or a link; nothing happens when it is not there.
    ///
    /// - Throws: ``WorkspacePathError``, also for a folder.
    func remove(_ path: WorkspacePath) throws {
        let (parent, name) = try parent(of: path, makingFolders: false)
        guard unsafe unlinkat(parent.number, name, 0) == 0 || errno == ENOENT else { throw failure(path, errno) }
    }

    // MARK: The way

    /// The open folder that holds what a path names, and its name there.
    private func parent(of path: WorkspacePath, makingFolders: Bool) throws -> (OpenFile, String) {
        guard let name = path.components.last else {
            throw WorkspacePathError("'.' is the workspace's folder; name a file in it")
        }
        let way = WorkspacePath(components: Array(path.components.dropLast()))
        return (try open(folderAt: way, makingFolders: makingFolders), name)
    }

    /// An open folder.
    func open(folderAt path: WorkspacePath, makingFolders: Bool = false) throws -> OpenFile {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let number = unsafe Glibc.open(folder, flags)
        guard number >= 0 else {
            throw ToolError(.system, "the folder of the workspace cannot be opened: \(Self.words(errno))")
        }
        var here = OpenFile(owning: number)
        for (index, name) in path.components.enumerated() {
            let place = WorkspacePath(components: Array(path.components.prefix(index + 1)))
            if makingFolders, unsafe mkdirat(here.number, name, 0o755) == 0 {
                let made = try open(name, in: here, place, O_RDONLY | O_DIRECTORY)
                try identity.own(descriptor: made.number)
                here = made
            } else {
                here = try open(name, in: here, place, O_RDONLY | O_DIRECTORY)
            }
        }
        return here
    }

    /// Opens one name of an open folder, and never what a link leads to.
    func open(_ name: String, in folder: OpenFile, _ path: WorkspacePath, _ flags: Int32) throws -> OpenFile {
        let number = unsafe openat(folder.number, name, flags | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw failure(path, errno) }
        return OpenFile(owning: number)
    }

    /// What an error of the system means: a mistake in the path, or a machine that cannot go on.
    private func failure(_ path: WorkspacePath, _ number: Int32) -> any Error {
        switch number {
        case ENOENT: WorkspacePathError("there is no '\(path.text)'; list the folder to see what there is")
        case ENOTDIR: WorkspacePathError("'\(path.text)' leads through a file or a link; name folders only")
        case ELOOP: WorkspacePathError("'\(path.text)' is a link, and links are not followed; name the file itself")
        case EISDIR: WorkspacePathError("'\(path.text)' is a folder; name a file in it")
        case ENAMETOOLONG: WorkspacePathError("'\(path.text)' has a name that is too long; shorten it")
        case EACCES, EPERM: WorkspacePathError("'\(path.text)' may not be opened; its mode or owner forbids it")
        case ENXIO: WorkspacePathError("'\(path.text)' is no file that can be read")
        default: ToolError(.system, "'\(path.text)' failed: \(Self.words(number))")
        }
    }

    private static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
