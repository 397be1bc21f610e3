import Glibc

/// Reads an object from its beginning to its end, and holds it to its name.
struct ObjectReader: ~Copyable {
    private let object: ObjectName
    private let store: StoreCore
    private let file: Descriptor
    private let digest = RunningDigest()
    /// Bytes, as the file system tells.
    let size: Int

    /// - Throws: ``WorkspaceError`` `workspace_damaged` when it is missing; `workspace_storage`.
    init(_ object: ObjectName, _ store: StoreCore) throws(WorkspaceError) {
        let opened = unsafe openat(
            store.folders.number(of: object.kind), object.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else {
            let number = errno
            guard number == ENOENT else {
                throw .system("\(object.kind.told) \(object.hash.hex) could not be read", number)
            }
            // The next snapshot with this content writes it again.
            try? StoreGeneration.change(store.folders)
            throw Self.damaged(object, "is missing")
        }
        let file = Descriptor(owning: opened)
        guard let status = file.status() else {
            throw .system("\(object.kind.told) \(object.hash.hex) could not be read", errno)
        }
        self.object = object
        self.store = store
        self.file = file
        size = Int(status.st_size)
    }

    /// The next bytes; fewer than asked for only at the end.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    mutating func next(_ count: Int) throws(WorkspaceError) -> [UInt8] {
        guard let bytes = file.read(count) else {
            throw .system("\(object.kind.told) \(object.hash.hex) could not be read", errno)
        }
        digest.update(bytes[...])
        return bytes
    }

    /// Says that all was read.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_damaged` when it was not what the name says.
    consuming func finish() throws(WorkspaceError) {
        guard digest.finish() == object.hash else {
            DoubtedObjects.note(object, store.folders)
            throw Self.damaged(object, "is not what it was")
        }
    }

    /// The whole object.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_damaged`, `workspace_storage`.
    static func bytes(of object: ObjectName, _ store: StoreCore) throws(WorkspaceError) -> [UInt8] {
        var reader = try ObjectReader(object, store)
        let bytes = try reader.next(reader.size + 1)
        try reader.finish()
        return bytes
    }

    static func damaged(_ object: ObjectName, _ how: String) -> WorkspaceError {
        WorkspaceError(
            .damaged,
            "\(object.kind.told) \(object.hash.hex) \(how); restore the store from a backup, or make a snapshot of a "
                + "workspace that has the same content")
    }
}
