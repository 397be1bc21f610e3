/// Makes snapshots.
struct SnapshotMaking: Sendable {
    let store: StoreCore
    let limits: WorkspaceLimits
    let ignored: Set<EntryName>

    /// Makes a snapshot of a folder. Blocks.
    ///
    /// - Throws: ``WorkspaceError``; `CancellationError`. Then the store holds no more snapshots than before.
    func snapshot(of folder: String, index: IndexFile) throws -> WorkspaceSnapshot {
        let root = try Descriptor(folder: folder)
        return try StoreLock.hold(store.folders, isAlone: false) { try snapshot(of: root, index: index) }
    }

    private func snapshot(of root: borrowing Descriptor, index: IndexFile) throws -> WorkspaceSnapshot {
        let generation = StoreGeneration.current(store.folders)
        let known = index.read()
        let batch = try ObjectBatch(store)
        let isCurrent = known != nil && known?.generation == generation
        var walk = SnapshotWalk(batch, limits: limits, ignored: ignored, isIndexCurrent: isCurrent)
        let seen = try walk.folder(root, known: known.map { SnapshotWalk.Seen(hash: $0.rootHash, folder: $0.root) })
        let id = SnapshotID(root: seen.hash)
        let (newObjects, newBytes) = (batch.count, batch.bytesWritten)
        try batch.commit(id)
        if let generation, !isCurrent || !walk.isAsKnown {
            index.write(SnapshotIndex(generation: generation, rootHash: seen.hash, root: seen.folder))
        }
        return WorkspaceSnapshot(
            id: id, files: walk.files, bytes: walk.bytes, newObjects: newObjects, newBytes: newBytes,
            skipped: walk.skipped, skippedCount: walk.skippedCount)
    }
}
