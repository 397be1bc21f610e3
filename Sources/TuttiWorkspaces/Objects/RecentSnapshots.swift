import Glibc

/// Snapshots that were made a short while ago, and that nobody may have written down yet: all that they hold is kept.
enum RecentSnapshots {
    /// Says that a snapshot was made now.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    static func touch(_ snapshot: SnapshotID, _ store: StoreCore) throws(WorkspaceError) {
        let name = EntryName(own: snapshot.description)
        let folder = store.folders.recent.number
        let isTouched = store.disk.attempt(.open) {
            guard let file = Descriptor(opening: name, in: folder, flags: O_WRONLY | O_CREAT, mode: 0o600) else {
                return false
            }
            return futimens(file.number, nil) == 0
        }
        guard isTouched else { throw .system("the snapshot could not be written down", errno) }
    }

    /// The snapshots that were made at or after this moment; the notes of others are removed.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    static func made(since moment: FileMoment, _ store: StoreCore) throws(WorkspaceError) -> [SnapshotID] {
        let folder = store.folders.recent.number
        guard let names = FolderListing.names(in: store.folders.recent, max: .max - 1) else {
            throw .system("the recent snapshots could not be read", errno)
        }
        return names.compactMap { name in
            guard let status = status(of: name, in: folder), let snapshot = SnapshotID(name.description) else {
                return nil
            }
            if FileMoment(status.st_mtim) >= moment { return snapshot }
            unsafe unlinkat(folder, name.characters, 0)
            return nil
        }
    }
}
