import CTuttiFiles
import Glibc

/// The new objects of one snapshot. They are written aside, and get their names together when all of them are on the
/// disk; whatever happens before leaves nothing behind but files that ``ObjectSweep`` removes.
///
/// Whoever has one holds the ``StoreLock``.
final class ObjectBatch {
    /// Up to so many, each is synced by itself; more of them are, with all else of the file system, by one call.
    private static let singlyMax = 64

    private struct Arrival {
        let object: ObjectName
        let part: EntryName
    }

    private let store: StoreCore
    private let session = UInt64.random(in: 0...UInt64.max)
    private var arrivals: [Arrival] = []
    /// The first ones, still open; none when there are too many.
    private var opened: [Int32] = []
    private var isMany = false
    /// Objects that are there, or will be.
    private var known: Set<ObjectName> = []
    /// Where objects were found that another process may not have brought to the disk yet.
    private var shelves: Set<Shelf> = []
    /// Objects that are there in name only.
    private let doubted: Set<ObjectName>

    private(set) var bytesWritten = 0
    var count: Int { arrivals.count }

    init(_ store: StoreCore) throws(WorkspaceError) {
        self.store = store
        doubted = try DoubtedObjects.all(store.folders)
    }

    deinit {
        for descriptor in opened { close(descriptor) }
        for arrival in arrivals { unsafe unlinkat(store.folders.incoming.number, arrival.part.characters, 0) }
    }

    /// Whether an object is there, or on its way.
    func holds(_ object: ObjectName) -> Bool {
        if known.contains(object) { return true }
        guard store.folders.holds(object), !doubted.contains(object) else { return false }
        known.insert(object)
        shelves.insert(object.shelf)
        return true
    }

    /// Adds an object whose bytes are all in memory, unless it is there.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    func add(_ object: ObjectName, _ bytes: [UInt8]) throws(WorkspaceError) {
        guard !holds(object) else { return }
        let part = nextPart
        let file = try open(part)
        do {
            try write(bytes[...], to: file)
        } catch {
            discard(part)
            throw error
        }
        keep(part, file, as: object)
    }

    /// Adds an object that comes in pieces and whose name is known at its end only.
    ///
    /// - Parameter next: gives the pieces, and `nil` at the end.
    /// - Throws: ``WorkspaceError`` `workspace_storage`, and what `next` throws.
    func addFile(_ next: () throws -> [UInt8]?) throws -> ObjectHash {
        let part = nextPart
        let file = try open(part)
        let digest = RunningDigest()
        do {
            while let piece = try next() {
                digest.update(piece[...])
                try write(piece[...], to: file)
            }
        } catch {
            discard(part)
            throw error
        }
        let object = ObjectName(kind: .file, hash: digest.finish())
        if holds(object) {
            discard(part)
        } else {
            keep(part, file, as: object)
        }
        return object.hash
    }

    private var nextPart: EntryName { EntryName(own: "\(String(session, radix: 16))-\(arrivals.count)") }

    private func open(_ part: EntryName) throws(WorkspaceError) -> Descriptor {
        var file: Int32 = -1
        let isOpen = store.disk.attempt(.open) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
            file = unsafe openat(store.folders.incoming.number, part.characters, flags, 0o400)
            return file >= 0
        }
        guard isOpen else { throw .system("a file of the workspace could not be kept", errno) }
        return Descriptor(owning: file)
    }

    private func write(_ bytes: ArraySlice<UInt8>, to file: borrowing Descriptor) throws(WorkspaceError) {
        guard store.disk.attempt(.write, { file.write(bytes) }) else {
            throw .system("a file of the workspace could not be kept", errno)
        }
        bytesWritten += bytes.count
    }

    private func discard(_ part: EntryName) { unsafe unlinkat(store.folders.incoming.number, part.characters, 0) }

    private func keep(_ part: EntryName, _ file: borrowing Descriptor, as object: ObjectName) {
        arrivals.append(Arrival(object: object, part: part))
        known.insert(object)
        guard !isMany else { return }
        let copy = opened.count < Self.singlyMax ? fcntl(file.number, F_DUPFD_CLOEXEC, 0) : -1
        if copy >= 0 { return opened.append(copy) }
        for descriptor in opened { close(descriptor) }
        opened = []
        isMany = true
    }

    /// Gives all objects their names. When this returns they and the snapshot outlive a loss of power.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`; then there may be more objects than before, but no snapshot.
    func commit(_ snapshot: SnapshotID) throws(WorkspaceError) {
        try syncContents()
        var madeShelf: Set<ObjectKind> = []
        while let arrival = arrivals.last {
            if try name(arrival) { madeShelf.insert(arrival.object.kind) }
            shelves.insert(arrival.object.shelf)
            arrivals.removeLast()
        }
        try RecentSnapshots.touch(snapshot, store)
        try syncNames(madeShelf)
        for object in known where doubted.contains(object) { DoubtedObjects.clear(object, store.folders) }
    }

    private func syncContents() throws(WorkspaceError) {
        guard !arrivals.isEmpty else { return }
        if !isMany {
            // All of them on their way to the disk before the first is waited for.
            for file in opened { CTuttiFiles_startWriting(file) }
        }
        let isSynced = store.disk.attempt(.sync) {
            isMany
                ? CTuttiFiles_syncFileSystem(store.folders.incoming.number) == 0
                : opened.allSatisfy { fsync($0) == 0 }
        }
        guard isSynced else { throw .system("files of the workspace could not be brought to the disk", errno) }
    }

    /// - Returns: whether the shelf had to be made.
    private func name(_ arrival: Arrival) throws(WorkspaceError) -> Bool {
        let kind = store.folders.number(of: arrival.object.kind)
        let path = arrival.object.path
        func rename() -> Bool {
            unsafe renameat(store.folders.incoming.number, arrival.part.characters, kind, path) == 0
        }
        var madeShelf = false
        let isNamed = store.disk.attempt(.rename) {
            if rename() { return true }
            guard errno == ENOENT else { return false }
            madeShelf = true
            let shelf = arrival.object.shelf.name
            return unsafe (mkdirat(kind, shelf.characters, 0o700) == 0 || errno == EEXIST) && rename()
        }
        guard isNamed else { throw .system("an object of the workspace could not be kept", errno) }
        return madeShelf
    }

    private func syncNames(_ madeShelf: Set<ObjectKind>) throws(WorkspaceError) {
        let folders = madeShelf.map { store.folders.number(of: $0) } + [store.folders.recent.number]
        let isSynced = store.disk.attempt(.sync) {
            if shelves.count > Self.singlyMax { return CTuttiFiles_syncFileSystem(store.folders.recent.number) == 0 }
            return shelves.allSatisfy(sync) && folders.allSatisfy { fsync($0) == 0 }
        }
        guard isSynced else { throw .system("the objects of the workspace could not be brought to the disk", errno) }
    }

    private func sync(_ shelf: Shelf) -> Bool {
        let kind = store.folders.number(of: shelf.kind)
        guard let folder = Descriptor(opening: shelf.name, in: kind, flags: Descriptor.folderFlags) else {
            return false
        }
        return fsync(folder.number) == 0
    }
}
