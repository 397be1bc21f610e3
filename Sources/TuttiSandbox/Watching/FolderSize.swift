import Glibc

/// What a folder takes up on its disk, counted without following links, also when somebody changes it meanwhile.
struct FolderSize {
    /// When to stop counting.
    struct Max {
        let bytes: Int
        let entries: Int
        /// Folders in each other.
        let depth = 128
    }

    private let max: Max
    private(set) var bytes = 0
    private(set) var entries = 0
    /// Files with several names that have been counted.
    private var linked: Set<FileNumber> = []
    private var isTooDeep = false

    private init(max: Max) { self.max = max }

    /// Whether there is more than may be.
    var isOver: Bool { bytes > max.bytes || entries > max.entries || isTooDeep }

    /// Counts, and stops as soon as there is too much.
    static func count(_ path: String, max: Max) -> FolderSize {
        var size = FolderSize(max: max)
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if folder >= 0 { size.visit(owning: folder, depth: 0) }
        return size
    }

    /// Counts what stands in an open folder, and closes it.
    private mutating func visit(owning folder: Int32, depth: Int) {
        guard let stream = unsafe fdopendir(folder) else {
            close(folder)
            return
        }
        defer { unsafe closedir(stream) }
        while !isOver, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) } + [0]
            if name == [0x2E, 0] || name == [0x2E, 0x2E, 0] { continue }
            var status = stat()
            let text = name.map { CChar(bitPattern: $0) }
            guard unsafe fstatat(folder, text, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            add(status)
            if status.st_mode & S_IFMT == S_IFDIR { enter(text, of: folder, status, depth: depth) }
        }
    }

    private mutating func add(_ status: stat) {
        entries += 1
        if status.st_mode & S_IFMT != S_IFDIR, status.st_nlink > 1, !linked.insert(FileNumber(status)).inserted {
            return
        }
        bytes += Int(status.st_blocks) * 512
    }

    private mutating func enter(_ name: [CChar], of parent: Int32, _ status: stat, depth: Int) {
        guard depth < max.depth else { return isTooDeep = true }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var folder = unsafe openat(parent, name, flags)
        if folder < 0, errno == EACCES, status.st_uid == getuid() {
            unlock(name, of: parent)
            folder = unsafe openat(parent, name, flags)
        }
        if folder >= 0 { visit(owning: folder, depth: depth + 1) }
    }
}

extension FolderSize {
    private static let pathOnly: Int32 = 0o1000_0000  // O_PATH, which is not in Swift's Glibc

    /// Opens a folder to its owner again, which a program may have shut to hide what it writes there; this very folder,
    /// whatever may have taken its name.
    private func unlock(_ name: [CChar], of parent: Int32) {
        let folder = unsafe openat(parent, name, Self.pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { return }
        _ = unsafe chmod("/proc/self/fd/\(folder)", 0o700)
        close(folder)
    }
}

/// Which file it is.
struct FileNumber: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
