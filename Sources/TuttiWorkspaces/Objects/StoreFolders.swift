import Glibc

/// The folders of a store, held open so that what is at their path may change.
///
/// ```
/// objects/a1/a1…    the bytes of files, by their SHA-256
/// trees/a1/a1…      what folders hold
/// incoming/         objects on their way
/// recent/<id>       snapshots whose grace has not ended, by the time of the file
/// doubted/<hash>    objects that were not what their name says when they were read
/// index/<name>      what the last snapshot or restoration of a workspace has seen
/// lock, generation  see ``StoreLock`` and ``StoreGeneration``
/// ```
///
/// and where the workspaces are, which is the same folder unless it is said otherwise:
///
/// ```
/// files/<name>      the workspaces
/// removed/          workspaces on their way out
/// ```
struct StoreFolders: ~Copyable, Sendable {
    let root: Descriptor
    let files: Descriptor
    let trees: Descriptor
    let incoming: Descriptor
    let recent: Descriptor
    let doubted: Descriptor
    let removed: Descriptor
    let index: Descriptor
    let workspaces: Descriptor

    /// Opens a store, and makes what is not there.
    ///
    /// - Parameters:
    ///   - working: where the workspaces are.
    ///   - isShared: whether another user works in the workspaces, who then has to get through to them.
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    init(_ path: String, working: String, isShared: Bool) throws(WorkspaceError) {
        let mode: mode_t = isShared ? 0o711 : 0o700
        let root = try Self.root(path, mode: working == path ? mode : 0o700)
        let place = try Self.root(working, mode: mode)
        let files = try Self.folder("objects", in: root)
        let trees = try Self.folder("trees", in: root)
        let incoming = try Self.folder("incoming", in: root)
        let recent = try Self.folder("recent", in: root)
        let doubted = try Self.folder("doubted", in: root)
        let removed = try Self.folder("removed", in: place)
        let index = try Self.folder("index", in: root)
        let workspaces = try Self.folder("files", in: place, mode: mode)
        // The process's mask may have taken rights away.
        guard !isShared || (fchmod(place.number, mode) == 0 && fchmod(workspaces.number, mode) == 0) else {
            throw .system("the folder '\(path)' could not be opened for the user of sandboxes", errno)
        }
        guard fsync(root.number) == 0 else {
            throw .system("the folder '\(path)' could not be brought to the disk", errno)
        }
        self.root = root
        self.files = files
        self.trees = trees
        self.incoming = incoming
        self.recent = recent
        self.doubted = doubted
        self.removed = removed
        self.index = index
        self.workspaces = workspaces
    }

    private static func root(_ path: String, mode: mode_t) throws(WorkspaceError) -> Descriptor {
        guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else {
            throw .system("the folder '\(path)' for workspaces could not be made", errno)
        }
        return try Descriptor(folder: path)
    }

    private static func folder(
        _ name: String, in root: borrowing Descriptor, mode: mode_t = 0o700
    ) throws(WorkspaceError) -> Descriptor {
        let entry = EntryName(own: name)
        guard unsafe mkdirat(root.number, entry.characters, mode) == 0 || errno == EEXIST,
            let folder = Descriptor(opening: entry, in: root.number, flags: Descriptor.folderFlags)
        else { throw .system("the folder '\(name)' of the workspaces could not be made", errno) }
        return folder
    }

    /// The folder in which the shelves of a kind are.
    borrowing func number(of kind: ObjectKind) -> Int32 { kind == .file ? files.number : trees.number }

    /// Whether there is an object of this name.
    borrowing func holds(_ object: ObjectName) -> Bool {
        unsafe faccessat(number(of: object.kind), object.path, F_OK, 0) == 0
    }
}
