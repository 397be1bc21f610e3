import Glibc

/// Goes through a workspace and makes objects of what it holds.
///
/// A program that works in the folder at the same time may swap anything for anything. So each folder is opened from
/// the descriptor of the one above, never through a link; a file's bytes are hashed as they are read and stored; and
/// only regular files are read.
struct SnapshotWalk {
    /// What has become of a folder.
    struct Seen {
        var hash: ObjectHash
        var folder: SnapshotIndex.Folder
    }

    private let batch: ObjectBatch
    private let limits: WorkspaceLimits
    private let ignored: Set<EntryName>
    /// Whether the objects that the index names are in the store.
    private let isIndexCurrent: Bool

    private(set) var files = 0
    /// Whether what was seen is what the index says.
    private(set) var isAsKnown = true
    private(set) var bytes = 0
    private(set) var skipped: [WorkspaceSnapshot.Skipped] = []
    private(set) var skippedCount = 0
    private var entries = 0
    private var path = EntryPath.root

    /// Smaller files are read whole before it is looked whether they have to be written.
    private static let smallMax = 1 << 20

    init(_ batch: ObjectBatch, limits: WorkspaceLimits, ignored: Set<EntryName>, isIndexCurrent: Bool) {
        self.batch = batch
        self.limits = limits
        self.ignored = ignored
        self.isIndexCurrent = isIndexCurrent
    }

    /// Makes objects of a folder and all below it.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_limit`, `workspace_storage`; `CancellationError`, between files.
    mutating func folder(_ folder: borrowing Descriptor, known: Seen?) throws -> Seen {
        guard let names = FolderListing.names(in: folder, max: limits.entriesMax + ignored.count) else {
            throw WorkspaceError.system("'\(path)' in the workspace could not be read", errno)
        }
        var cursor = IndexCursor(known?.folder)
        var tree = Tree()
        var seen = SnapshotIndex.Folder()
        tree.entries.reserveCapacity(names.count)
        seen.entries.reserveCapacity(names.count)
        for name in names where ignored.isEmpty || !ignored.contains(name) {
            try Task.checkCancellation()
            guard let status = status(of: name, in: folder.number) else {
                if errno != ENOENT { skip(name, .unreadable) }
                continue
            }
            path.names.append(name)
            defer { path.names.removeLast() }
            switch status.kind {
            case S_IFREG: try file(name, in: folder, status, cursor.file(name), &tree, &seen)
            case S_IFDIR: try inner(name, in: folder, cursor.folder(name), &tree, &seen)
            case S_IFLNK: try link(name, in: folder, &tree)
            default: skip(.special)
            }
        }
        let bytes = tree.bytes
        let hash = RunningDigest.hash(bytes)
        if known?.hash != hash || known?.folder.entries.count != seen.entries.count { isAsKnown = false }
        if !isIndexCurrent || known?.hash != hash { try batch.add(ObjectName(kind: .tree, hash: hash), bytes) }
        return Seen(hash: hash, folder: seen)
    }

    private mutating func skip(_ reason: WorkspaceSnapshot.Skipped.Reason) {
        skippedCount += 1
        guard skipped.count < WorkspaceSnapshot.skippedMax else { return }
        skipped.append(WorkspaceSnapshot.Skipped(path: path, reason: reason))
    }

    private mutating func skip(_ name: EntryName, _ reason: WorkspaceSnapshot.Skipped.Reason) {
        path.names.append(name)
        skip(reason)
        path.names.removeLast()
    }

    /// What `errno` says of something that cannot be opened.
    private mutating func skipUnopened() {
        switch errno {
        case ENOENT: break  // removed since
        case ELOOP, ENOTDIR, ENXIO: skip(.replaced)
        default: skip(.unreadable)
        }
    }

    private mutating func count(_ size: Int = 0) throws(WorkspaceError) {
        entries += 1
        guard entries <= limits.entriesMax else {
            throw limits.exceeded("entriesMax", limits.entriesMax, "holds more files and folders", at: .root)
        }
        guard size <= limits.fileBytesMax else {
            throw limits.exceeded("fileBytesMax", limits.fileBytesMax, "has \(size) bytes", at: path)
        }
        bytes += size
        guard bytes <= limits.bytesMax else {
            throw limits.exceeded("bytesMax", limits.bytesMax, "holds more bytes", at: .root)
        }
    }

    private mutating func inner(
        _ name: EntryName, in folder: borrowing Descriptor, _ known: (hash: ObjectHash, folder: SnapshotIndex.Folder)?,
        _ tree: inout Tree, _ seen: inout SnapshotIndex.Folder
    ) throws {
        try count()
        guard path.names.count <= limits.depthMax else {
            throw limits.exceeded("depthMax", limits.depthMax, "is deeper", at: EntryPath(Array(path.names.prefix(8))))
        }
        guard let inner = Descriptor(opening: name, in: folder.number, flags: Descriptor.folderFlags) else {
            return skipUnopened()
        }
        let result = try self.folder(inner, known: known.map { Seen(hash: $0.hash, folder: $0.folder) })
        tree.entries.append(Tree.Entry(name: name, content: .folder(result.hash)))
        seen.entries.append(SnapshotIndex.Entry(name: name, content: .folder(result.hash, result.folder)))
    }

    private mutating func link(_ name: EntryName, in folder: borrowing Descriptor, _ tree: inout Tree) throws {
        guard let target = linkTarget(of: name, in: folder.number) else {
            return errno == EINVAL ? skip(.replaced) : skipUnopened()
        }
        guard !target.isEmpty, target.count <= Tree.targetBytesMax else { return skip(.unreadable) }
        try count()
        tree.entries.append(Tree.Entry(name: name, content: .link(target: target)))
    }

    private mutating func file(
        _ name: EntryName, in folder: borrowing Descriptor, _ status: stat,
        _ known: (mark: FileMark, hash: ObjectHash)?, _ tree: inout Tree, _ seen: inout SnapshotIndex.Folder
    ) throws {
        let mark = FileMark(status)
        if let known, known.mark == mark, isIndexCurrent || batch.holds(ObjectName(kind: .file, hash: known.hash)) {
            try count(mark.size)
            files += 1
            tree.entries.append(
                Tree.Entry(
                    name: name, content: .file(known.hash, size: mark.size, isExecutable: mark.isExecutable)))
            seen.entries.append(SnapshotIndex.Entry(name: name, content: .file(mark, known.hash)))
            return
        }
        isAsKnown = false
        let began = FileMoment.now
        guard let file = Descriptor(opening: name, in: folder.number, flags: Descriptor.fileFlags) else {
            return skipUnopened()
        }
        guard let before = file.status(), before.kind == S_IFREG else { return skip(.replaced) }
        let (hash, size) = try store(file, expected: Int(before.st_size))
        files += 1
        tree.entries.append(
            Tree.Entry(name: name, content: .file(hash, size: size, isExecutable: before.isExecutable)))
        let read = FileMark(before)
        // Only when nothing changed under the reading, and when the next change will show.
        guard let after = file.status(), FileMark(after) == read, read.size == size, read.shows(changesAfter: began)
        else { return }
        seen.entries.append(SnapshotIndex.Entry(name: name, content: .file(read, hash)))
    }

    /// - Returns: the hash and count of the bytes that were read, whatever the size was before.
    private mutating func store(
        _ file: borrowing Descriptor, expected: Int
    ) throws -> (hash: ObjectHash, size: Int) {
        if expected > limits.fileBytesMax { try count(expected) }
        if expected <= Self.smallMax {
            guard let content = file.read(expected + 1) else { throw unreadable(errno) }
            if content.count <= expected {
                try count(content.count)
                let object = ObjectName(kind: .file, hash: RunningDigest.hash(content))
                try batch.add(object, content)
                return (object.hash, content.count)
            }
            // It grows while it is read: from the beginning, in pieces.
            guard lseek(file.number, 0, SEEK_SET) == 0 else { throw unreadable(errno) }
        }
        var size = 0
        // One byte beyond the limit says that it has been passed.
        let sizeMax = limits.fileBytesMax + 1
        let hash = try batch.addFile {
            try Task.checkCancellation()
            guard let piece = file.read(min(Self.smallMax, sizeMax - size)) else { throw unreadable(errno) }
            size += piece.count
            return piece.isEmpty || size == sizeMax ? nil : piece
        }
        try count(size)
        return (hash, size)
    }

    private func unreadable(_ number: Int32) -> WorkspaceError {
        .system("'\(path)' in the workspace could not be read", number)
    }
}
