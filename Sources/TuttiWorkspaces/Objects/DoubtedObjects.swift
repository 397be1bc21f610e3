import Glibc

/// Objects that were read and were not what their names say. They stay, as they may be of use to people, until a
/// snapshot has the same content and replaces them.
enum DoubtedObjects {
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    static func all(_ folders: borrowing StoreFolders) throws(WorkspaceError) -> Set<ObjectName> {
        guard let names = FolderListing.names(in: folders.doubted, max: .max - 1) else {
            throw .system("the list of damaged objects could not be read", errno)
        }
        return Set(names.compactMap(object))
    }

    /// Takes note of one, and has the next snapshots look for every object that they need.
    static func note(_ object: ObjectName, _ folders: borrowing StoreFolders) {
        let flags = O_WRONLY | O_CREAT
        // Where that cannot be written either, the next reader notices again.
        _ = Descriptor(opening: name(of: object), in: folders.doubted.number, flags: flags, mode: 0o600)
        try? StoreGeneration.change(folders)
    }

    static func clear(_ object: ObjectName, _ folders: borrowing StoreFolders) {
        unsafe unlinkat(folders.doubted.number, name(of: object).characters, 0)
    }

    private static func name(of object: ObjectName) -> EntryName {
        EntryName(own: "\(object.kind.folderName)-\(object.hash.hex)")
    }

    private static func object(_ name: EntryName) -> ObjectName? {
        for kind in ObjectKind.allCases where name.description.hasPrefix("\(kind.folderName)-") {
            return ObjectHash(hex: name.bytes.dropFirst(kind.folderName.utf8.count + 1))
                .map { ObjectName(kind: kind, hash: $0) }
        }
        return nil
    }
}
