import Glibc

/// Removes things from a folder, whatever a hostile program has made of them: nested thousands of levels deep, without
/// rights, or swapped for links while they are removed.
struct FolderRemoval {
    private let disk: Disk
    /// Folders that were too deep, moved up to where the removal began.
    private var movedUp: [EntryName] = []

    /// So deep it goes, with a descriptor for each level.
    private static let depthMax = 32
    /// So many names are taken at one time.
    private static let namesMax = 10_000

    init(disk: Disk) { self.disk = disk }

    /// Removes a file, a link, or a folder with all that it holds; nothing when it is not there.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`; `CancellationError`.
    mutating func remove(_ name: EntryName, in folder: borrowing Descriptor) throws {
        try remove(name, in: folder, top: folder.number, depth: 0)
        while let next = movedUp.popLast() { try remove(next, in: folder, top: folder.number, depth: 0) }
    }

    private mutating func remove(
        _ name: EntryName, in folder: borrowing Descriptor, top: Int32, depth: Int
    ) throws {
        try Task.checkCancellation()
        let parent = folder.number
        if disk.attempt(.remove, { unsafe unlinkat(parent, name.characters, 0) == 0 }) || errno == ENOENT { return }
        let number = errno
        guard number == EISDIR || number == EPERM, status(of: name, in: parent)?.kind == S_IFDIR else {
            throw WorkspaceError.system("'\(name)' in a workspace could not be removed", number)
        }
        guard let inner = openOwn(name, in: parent) else {
            throw WorkspaceError.system("the folder '\(name)' in a workspace could not be removed", errno)
        }
        if depth == Self.depthMax {
            let moved = EntryName(own: ".tutti-\(UInt64.random(in: 0...UInt64.max))")
            guard unsafe renameat(parent, name.characters, top, moved.characters) == 0 else {
                throw WorkspaceError.system("the folder '\(name)' in a workspace could not be moved", errno)
            }
            return movedUp.append(moved)
        }
        while let names = FolderListing.names(in: inner, max: Self.namesMax), !names.isEmpty {
            for name in names { try remove(name, in: inner, top: top, depth: depth + 1) }
        }
        let isRemoved = disk.attempt(.remove) {
            unsafe unlinkat(parent, name.characters, AT_REMOVEDIR) == 0 || errno == ENOENT
        }
        guard isRemoved else {
            throw WorkspaceError.system("the folder '\(name)' in a workspace could not be removed", errno)
        }
    }

    /// Opens a folder in which things are to be removed, and takes the rights that are needed.
    private func openOwn(_ name: EntryName, in parent: Int32) -> Descriptor? {
        let rights: mode_t = 0o700
        if let folder = Descriptor(opening: name, in: parent, flags: Descriptor.folderFlags) {
            guard fchmod(folder.number, rights) == 0 else { return nil }
            return folder
        }
        guard errno == EACCES, unsafe fchmodat(parent, name.characters, rights, AT_SYMLINK_NOFOLLOW) == 0 else {
            return nil
        }
        return Descriptor(opening: name, in: parent, flags: Descriptor.folderFlags)
    }
}
