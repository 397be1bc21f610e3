import CTuttiSystem
import FoundationEssentials
import Glibc
package import TuttiCore
package import TuttiStore

/// The folder that holds everything: the database, the locks of executors, and a folder a run for its files.
package struct HomeFolder: Sendable, Hashable {
    /// The folder itself.
    package let path: String

    package init(path: String) { self.path = path }

    package var databasePath: String { path + "/tutti.db" }
    var executorsPath: String { path + "/executors" }

    /// Whether a database has been made here.
    package var hasDatabase: Bool { unsafe access(databasePath, F_OK) == 0 }

    /// Removes the folder with the files of a run that is gone; `false` when something of it is left.
    package func removeFiles(of run: RunID) -> Bool {
        let folder = "\(path)/runs/\(run)"
        try? FileManager.default.removeItem(atPath: folder)
        var information = stat()
        return unsafe lstat(folder, &information) != 0 && errno == ENOENT
    }

    /// Makes the folder unless it is there.
    ///
    /// - Throws: ``StoreError`` `.notWritable`.
    package func make() throws(StoreError) { try makeFolder(path) }

    /// Makes the folder, and checks that it can carry a database that several processes share.
    ///
    /// - Returns: what is worth telling of its file system.
    /// - Throws: ``StoreError`` `.notWritable` or `.networkFileSystem`.
    func prepare() throws(StoreError) -> [String] {
        try makeFolder(path)
        guard unsafe access(path, W_OK | X_OK) == 0 else { throw notWritable(path, errno) }
        let fileSystem = FileSystem(magic: unsafe CTuttiSystem_fileSystemType(path))
        if case .refused(let name) = fileSystem.locking {
            throw StoreError(
                .networkFileSystem,
                "\(path) is on \(name), where locks between machines cannot be trusted and would cost data; "
                    + "choose a local folder with --home or TUTTI_HOME")
        }
        try makeFolder(executorsPath)
        guard case .doubtful(let name) = fileSystem.locking else { return [] }
        return ["\(path) is on \(name): safe for the processes of one machine or container, not for several"]
    }

    private func makeFolder(_ path: String) throws(StoreError) {
        var made = ""
        for component in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && component.isEmpty ? "/" : made.isEmpty || made == "/" ? component : "/" + component
            let isThere = unsafe access(made, F_OK) == 0
            if isThere { continue }
            let status = unsafe mkdir(made, 0o700)
            guard status == 0 || errno == EEXIST else { throw notWritable(made, errno) }
        }
        var information = stat()
        guard unsafe stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
            throw notWritable(path, ENOTDIR)
        }
    }

    private func notWritable(_ path: String, _ number: Int32) -> StoreError {
        StoreError(
            number == ENOSPC ? .diskFull : .notWritable,
            "the home \(path) cannot be used: \(String(errno: number)); choose another with --home or TUTTI_HOME")
    }
}

/// What is known of a file system by its magic number (statfs(2)).
struct FileSystem {
    enum Locking: Hashable {
        case sound
        case doubtful(String)
        case refused(String)
    }

    var magic: Int64

    var locking: Locking {
        switch magic {
        case 0x6969: .refused("NFS")
        case 0x517B, 0xFF53_4D42, 0xFE53_4D42: .refused("an SMB share")
        case 0x5346_414F, 0x6B41_4653: .refused("AFS")
        case 0x00C3_6400: .refused("Ceph")
        case 0x0BD0_0BD0: .refused("Lustre")
        case 0x0116_1970: .refused("GFS2")
        case 0x7461_636F: .refused("OCFS2")
        case 0x794C_7630: .doubtful("an overlay file system")
        case 0x0102_1997: .doubtful("9p")
        case 0x6573_5546: .doubtful("FUSE or virtiofs")
        default: .sound
        }
    }
}
