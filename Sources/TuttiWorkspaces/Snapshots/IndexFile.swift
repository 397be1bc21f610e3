import Glibc

/// Where the index of a workspace is: in the store, out of reach of the programs that work in the workspace.
struct IndexFile: Sendable {
    let store: StoreCore
    let name: EntryName

    /// No index of ours is larger.
    private static let bytesMax = 256 << 20

    /// `nil` when there is none, or it is not whole.
    func read() -> SnapshotIndex? {
        guard let file = Descriptor(opening: name, in: store.folders.index.number, flags: Descriptor.fileFlags),
            let status = file.status(), status.st_size <= Self.bytesMax,
            let bytes = file.read(Int(status.st_size))
        else { return nil }
        return SnapshotIndex(bytes: bytes)
    }

    /// Puts a new index in the place of the old one; what cannot be written is left out, since it is only a help.
    func write(_ index: SnapshotIndex) {
        do throws(WorkspaceError) {
            try SmallFile.replace(name, in: store.folders.index, with: index.bytes, syncing: false, disk: store.disk)
        } catch {
            remove()
        }
    }

    func remove() { unsafe unlinkat(store.folders.index.number, name.characters, 0) }
}
