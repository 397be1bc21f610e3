import Glibc

/// Makes a folder hold exactly what a snapshot holds, and touches nothing that is so already.
///
/// It goes down from descriptor to descriptor and never through a link. New files get their names when they are whole;
/// files that are there are replaced, never written to, so that neither their other names nor the store's objects
/// change. After a crash the next restoration makes good whatever is left.
struct Restoration {
    private let store: StoreCore
    private let reader: TreeReader
    private let ignored: Set<EntryName>
    private var removal: FolderRemoval

    private(set) var filesWritten = 0
    private(set) var bytesWritten = 0
    private(set) var removed = 0
    /// Whether every object of the snapshot is known to be in the store.
    private(set) var isComplete = true
    private let isIndexCurrent: Bool
    /// When a file was changed last, of those that the index did not know.
    private(set) var lastChange = FileMoment(nanoseconds: .min)

    private static let pieceSize = 1 << 20

    init(_ store: StoreCore, ignored: Set<EntryName>, isIndexCurrent: Bool) {
        self.store = store
        self.ignored = ignored
        self.isIndexCurrent = isIndexCurrent
        reader = TreeReader(store: store)
        removal = FolderRemoval(disk: store.disk)
    }

    /// Makes a folder hold what a tree holds.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_damaged`, `workspace_storage`; `CancellationError`, between files. The
    ///   folder may then hold some of either.
    mutating func folder(
        _ folder: borrowing Descriptor, _ tree: Tree, known: SnapshotIndex.Folder?
    ) throws -> SnapshotIndex.Folder {
        try removeOthers(than: tree, in: folder)
        var cursor = IndexCursor(known)
        var seen = SnapshotIndex.Folder()
        for entry in tree.entries where !ignored.contains(entry.name) {
            try Task.checkCancellation()
            let there = status(of: entry.name, in: folder.number)
            switch entry.content {
            case .file(let hash, let size, let isExecutable):
                let wanted = File(name: entry.name, hash: hash, size: size, isExecutable: isExecutable)
                let known = cursor.file(entry.name)
                let mark = try file(wanted, in: folder, there, known: known)
                if known?.mark != mark { lastChange = max(lastChange, mark.nodeChanged) }
                seen.entries.append(SnapshotIndex.Entry(name: entry.name, content: .file(mark, hash)))
            case .folder(let hash):
                let inner = try openInner(entry.name, in: folder, there)
                let known = cursor.folder(entry.name)?.folder
                let content = try self.folder(inner, try reader.tree(hash), known: known)
                seen.entries.append(SnapshotIndex.Entry(name: entry.name, content: .folder(hash, content)))
            case .link(let target):
                try link(entry.name, in: folder, there, target)
            }
        }
        return seen
    }

    private mutating func removeOthers(than tree: Tree, in folder: borrowing Descriptor) throws {
        while true {
            guard let names = FolderListing.names(in: folder, max: 1 << 20) else {
                throw WorkspaceError.system("a folder of the workspace could not be read", errno)
            }
            let others = names.filter { tree[$0] == nil && !ignored.contains($0) }
            for name in others { try remove(name, in: folder) }
            if others.isEmpty || names.count <= 1 << 20 { return }
        }
    }

    private mutating func remove(_ name: EntryName, in folder: borrowing Descriptor) throws {
        try removal.remove(name, in: folder)
        removed += 1
    }

    // MARK: Folders

    private mutating func openInner(
        _ name: EntryName, in folder: borrowing Descriptor, _ there: stat?
    ) throws -> Descriptor {
        if let there, there.kind != S_IFDIR { try remove(name, in: folder) }
        if there?.kind != S_IFDIR {
            let isMade = store.disk.attempt(.open) { unsafe mkdirat(folder.number, name.characters, 0o700) == 0 }
            guard isMade else { throw Self.failure(name, errno) }
        }
        var opened = Descriptor(opening: name, in: folder.number, flags: Descriptor.folderFlags)
        if opened == nil, errno == EACCES {
            unsafe fchmodat(folder.number, name.characters, 0o700, AT_SYMLINK_NOFOLLOW)
            opened = Descriptor(opening: name, in: folder.number, flags: Descriptor.folderFlags)
        }
        guard let inner = opened else { throw Self.failure(name, errno) }
        guard let now = inner.status() else { throw Self.failure(name, errno) }
        try give(inner.number, now, mode: 0o755, name)
        return inner
    }

    /// Sets owner and rights of what is open where they differ.
    private func give(_ descriptor: Int32, _ now: stat, mode: mode_t, _ name: EntryName) throws(WorkspaceError) {
        if let owner = store.owner, now.st_uid != owner.user || now.st_gid != owner.group {
            guard fchown(descriptor, owner.user, owner.group) == 0 else { throw Self.failure(name, errno) }
        }
        // After the owner, as a change of that takes rights away.
        guard now.st_mode & 0o7777 == mode || fchmod(descriptor, mode) == 0 else { throw Self.failure(name, errno) }
    }

    private static func failure(_ name: EntryName, _ number: Int32) -> WorkspaceError {
        .system("'\(name)' in the workspace could not be restored", number)
    }

    // MARK: Links

    private mutating func link(
        _ name: EntryName, in folder: borrowing Descriptor, _ there: stat?, _ target: [UInt8]
    ) throws {
        if there?.kind == S_IFLNK, linkTarget(of: name, in: folder.number) == target { return }
        if there != nil { try remove(name, in: folder) }
        let characters = target.map { CChar(bitPattern: $0) } + [0]
        let isMade = store.disk.attempt(.open) {
            guard unsafe symlinkat(characters, folder.number, name.characters) == 0 else { return false }
            guard let owner = store.owner else { return true }
            return unsafe fchownat(
                folder.number, name.characters, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) == 0
        }
        guard isMade else { throw Self.failure(name, errno) }
    }

    // MARK: Files

    private struct File {
        let name: EntryName
        let hash: ObjectHash
        let size: Int
        let isExecutable: Bool

        var mode: mode_t { isExecutable ? 0o755 : 0o644 }
        var object: ObjectName { ObjectName(kind: .file, hash: hash) }
    }

    private mutating func file(
        _ wanted: File, in folder: borrowing Descriptor, _ there: stat?, known: (mark: FileMark, hash: ObjectHash)?
    ) throws -> FileMark {
        guard let there else { return try write(wanted, in: folder) }
        // One that has other names is replaced, so that what is written to one of them does not show in the others.
        if there.kind == S_IFREG, Int(there.st_size) == wanted.size, there.st_nlink == 1 {
            if let known, known.hash == wanted.hash, known.mark == FileMark(there) {
                if !isIndexCurrent, !store.folders.holds(wanted.object) { isComplete = false }
                if isRight(there, wanted) { return known.mark }
            }
            if let mark = try keep(wanted, in: folder) { return mark }
        }
        if there.kind == S_IFDIR { try remove(wanted.name, in: folder) }
        return try write(wanted, in: folder)
    }

    private func isRight(_ there: stat, _ wanted: File) -> Bool {
        let isOwned = store.owner.map { there.st_uid == $0.user && there.st_gid == $0.group } ?? true
        return isOwned && there.st_mode & 0o7777 == wanted.mode
    }

    /// Leaves a file with the right content in its place; `nil` when it has another content.
    private mutating func keep(_ wanted: File, in folder: borrowing Descriptor) throws -> FileMark? {
        guard let file = Descriptor(opening: wanted.name, in: folder.number, flags: Descriptor.fileFlags),
            let before = file.status(), before.kind == S_IFREG
        else { return nil }
        let digest = RunningDigest()
        var rest = wanted.size + 1
        while rest > 0, let piece = file.read(min(rest, Self.pieceSize)), !piece.isEmpty {
            digest.update(piece[...])
            rest -= piece.count
        }
        guard rest == 1, digest.finish() == wanted.hash else { return nil }
        if !store.folders.holds(wanted.object) { isComplete = false }
        try give(file.number, before, mode: wanted.mode, wanted.name)
        return file.status().map { FileMark($0) }
    }

    private mutating func write(_ wanted: File, in folder: borrowing Descriptor) throws -> FileMark {
        let parent = folder.number
        let part = EntryName(own: ".tutti-\(UInt64.random(in: 0...UInt64.max))")
        var descriptor: Int32 = -1
        let isOpen = store.disk.attempt(.open) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            descriptor = unsafe openat(parent, part.characters, flags, 0o600)
            return descriptor >= 0
        }
        guard isOpen else { throw Self.failure(wanted.name, errno) }
        let file = Descriptor(owning: descriptor)
        do {
            try copy(wanted, to: file)
            guard let made = file.status() else { throw Self.failure(wanted.name, errno) }
            try give(file.number, made, mode: wanted.mode, wanted.name)
            let isNamed = store.disk.attempt(.rename) {
                unsafe renameat(parent, part.characters, parent, wanted.name.characters) == 0
            }
            guard isNamed, let named = file.status() else { throw Self.failure(wanted.name, errno) }
            filesWritten += 1
            bytesWritten += wanted.size
            return FileMark(named)
        } catch {
            unsafe unlinkat(parent, part.characters, 0)
            throw error
        }
    }

    private func copy(_ wanted: File, to file: borrowing Descriptor) throws {
        var object = try ObjectReader(wanted.object, store)
        var rest = wanted.size + 1
        while rest > 0 {
            try Task.checkCancellation()
            let piece = try object.next(min(rest, Self.pieceSize))
            if piece.isEmpty { break }
            rest -= piece.count
            guard store.disk.attempt(.write, { file.write(piece[...]) }) else { throw Self.failure(wanted.name, errno) }
        }
        try object.finish()
    }
}
