import Glibc

/// A random number that changes whenever objects may have gone. What was known to be there under one number is there
/// as long as the number stands, so a snapshot need not look for ten thousand objects.
struct StoreGeneration: Sendable, Hashable {
    let bytes: [UInt8]

    static let byteCount = 16
    private static let name = EntryName(own: "generation")

    /// What stands in the store; `nil` when that cannot be told, and nothing may be taken for known.
    static func current(_ folders: borrowing StoreFolders) -> StoreGeneration? {
        guard let file = Descriptor(opening: name, in: folders.root.number, flags: Descriptor.fileFlags),
            let bytes = file.read(byteCount + 1), bytes.count == byteCount
        else { return nil }
        return StoreGeneration(bytes: bytes)
    }

    /// Puts a new number in the place of the old one, on the disk before this returns.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    static func change(_ folders: borrowing StoreFolders, disk: Disk = Disk()) throws(WorkspaceError) {
        var random = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        for _ in 0..<2 { bytes.append(bigEndian: random.next()) }
        try SmallFile.replace(name, in: folders.root, with: bytes, syncing: true, disk: disk)
    }
}
