import Glibc

/// What a restoration has done.
package struct WorkspaceRestoration: Sendable, Hashable {
    /// Files that differed or were not there, and their bytes.
    package let filesWritten: Int
    package let bytesWritten: Int
    /// Files, links and folders with all that they held that were in the way.
    package let removed: Int
}

/// Restores workspaces.
struct RestoreMaking: Sendable {
    let store: StoreCore
    let ignored: Set<EntryName>

    /// Makes a folder hold what a snapshot holds. Blocks.
    ///
    /// - Throws: ``WorkspaceError``; `CancellationError`.
    func restore(_ snapshot: SnapshotID, into path: String, index: IndexFile) throws -> WorkspaceRestoration {
        let root = try Descriptor(folder: path)
        guard let status = root.status(), status.st_mode & 0o700 == 0o700 || fchmod(root.number, 0o700) == 0 else {
            throw WorkspaceError.system("the workspace could not be restored", errno)
        }
        // Nothing that the index vouches for goes while it is made.
        return try StoreLock.hold(store.folders, isAlone: false) {
            let tree = try TreeReader(store: store).root(of: snapshot)
            let generation = StoreGeneration.current(store.folders)
            let known = index.read()
            let isCurrent = known != nil && known?.generation == generation
            var restoration = Restoration(store, ignored: ignored, isIndexCurrent: isCurrent)
            let seen = try restoration.folder(root, tree, known: known?.root)
            if let generation, restoration.isComplete, waitForMoment(after: restoration.lastChange) {
                index.write(SnapshotIndex(generation: generation, rootHash: snapshot.root, root: seen))
            } else {
                index.remove()
            }
            return WorkspaceRestoration(
                filesWritten: restoration.filesWritten, bytesWritten: restoration.bytesWritten,
                removed: restoration.removed)
        }
    }

    /// Until what changes from now on has another time than the files that were just written: some milliseconds.
    ///
    /// - Returns: false when the clock was set back, and that would take long.
    private func waitForMoment(after written: FileMoment) -> Bool {
        let end = ContinuousClock.now + .milliseconds(100)
        while FileMoment.now <= written {
            guard ContinuousClock.now < end else { return false }
            usleep(500)
        }
        return true
    }
}
