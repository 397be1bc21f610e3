import Glibc

/// Removes objects that no snapshot needs.
///
/// Everything that a snapshot holds which is kept, or was made within the grace, is marked. Then one shelf after the
/// other is swept of what is neither marked nor younger than the grace. While a shelf is swept no snapshot is made;
/// those that were made since the last one are marked first. So a snapshot waits for milliseconds at most, and what
/// it has found in the store stays.
struct ObjectSweep {
    private let store: StoreCore
    private let reader: TreeReader
    private let grace: Duration
    private let patience: Duration
    private var marked: Set<ObjectName> = []
    private var recent: Set<SnapshotID> = []
    private var report = CollectionReport()

    init(_ store: StoreCore, grace: Duration, patience: Duration) {
        self.store = store
        self.grace = grace
        self.patience = patience
        reader = TreeReader(store: store)
    }

    /// Removes what is not needed. Blocks. What a crash leaves is removed the next time.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found` and `workspace_damaged` when a kept snapshot cannot be
    ///   read, and then nothing has been removed; `workspace_busy`, `workspace_storage`; `CancellationError`.
    mutating func collect(keeping snapshots: Set<SnapshotID>) throws -> CollectionReport {
        for snapshot in snapshots.sorted(by: { $0.description < $1.description }) {
            _ = try reader.root(of: snapshot)
            try mark(snapshot.root)
        }
        try removeLeftovers()
        for kind in ObjectKind.allCases.reversed() {
            for number in UInt8.min...UInt8.max {
                try Task.checkCancellation()
                try StoreLock.hold(store.folders, isAlone: true, patience: patience) {
                    try sweep(Shelf(kind: kind, number: number))
                }
            }
        }
        return report
    }

    private mutating func mark(_ hash: ObjectHash) throws {
        guard marked.insert(ObjectName(kind: .tree, hash: hash)).inserted else { return }
        try Task.checkCancellation()
        for entry in try reader.tree(hash).entries {
            switch entry.content {
            case .file(let hash, _, _): marked.insert(ObjectName(kind: .file, hash: hash))
            case .folder(let hash): try mark(hash)
            case .link: break
            }
        }
    }

    /// Marks what recent snapshots hold. One that cannot be read was on its way when the power went, and nobody has
    /// its name; or it is damaged, which whoever reads it is told.
    private mutating func markRecent() throws {
        for snapshot in try RecentSnapshots.made(since: FileMoment.now.before(grace), store) {
            guard recent.insert(snapshot).inserted else { continue }
            do {
                try mark(snapshot.root)
            } catch let error as WorkspaceError where error.reason == .damaged {
                continue
            }
        }
    }

    /// What crashes have left: objects on their way of which nobody knows any more, and workspaces half removed.
    private func removeLeftovers() throws {
        try StoreLock.hold(store.folders, isAlone: true, patience: patience) {
            for name in FolderListing.names(in: store.folders.incoming, max: .max - 1) ?? [] {
                unsafe unlinkat(store.folders.incoming.number, name.characters, 0)
            }
        }
        for name in FolderListing.names(in: store.folders.removed, max: .max - 1) ?? [] {
            var removal = FolderRemoval(disk: store.disk)
            try removal.remove(name, in: store.folders.removed)
        }
    }

    private mutating func sweep(_ shelf: Shelf) throws {
        try markRecent()
        let kind = store.folders.number(of: shelf.kind)
        guard let folder = Descriptor(opening: shelf.name, in: kind, flags: Descriptor.folderFlags) else {
            guard errno == ENOENT else { throw failure(errno) }
            return
        }
        guard let names = FolderListing.names(in: folder, max: .max - 1) else { throw failure(errno) }
        let end = FileMoment.now.before(grace)
        var hasChanged = false
        for name in names {
            guard let hash = ObjectHash(hex: name.bytes) else { continue }
            let object = ObjectName(kind: shelf.kind, hash: hash)
            guard let status = status(of: name, in: folder.number) else { continue }
            guard !marked.contains(object), FileMoment(status.st_mtim) < end else {
                report.keptObjects += 1
                continue
            }
            // Before the first object goes, so that no index takes it for there.
            if !hasChanged { try StoreGeneration.change(store.folders, disk: store.disk) }
            hasChanged = true
            let isRemoved = store.disk.attempt(.remove) { unsafe unlinkat(folder.number, name.characters, 0) == 0 }
            guard isRemoved else { throw failure(errno) }
            DoubtedObjects.clear(object, store.folders)
            report.removedObjects += 1
            report.removedBytes += Int(status.st_size)
        }
    }

    private func failure(_ number: Int32) -> WorkspaceError {
        .system("objects that are not needed could not be removed", number)
    }
}
