import Glibc
import TuttiCore

/// Folders that agents work in, and snapshots of what they held.
///
/// A snapshot is named by its content: the same files have the same name, are kept once, and never change. Whoever has
/// the name can go on from exactly these files, in the same folder or in another one. Several processes may use one
/// store at the same time.
package final class WorkspaceStore: Sendable {
    /// The most bytes of a file that are read at one time.
    package static let readBytesMax = 16 << 20
    /// The most bytes of a file that is compared line by line.
    package static let textBytesMax = 1 << 20
    /// How long a snapshot is kept that nobody has asked to be kept.
    package static let graceDefault: Duration = .seconds(3600)
    private static let nameBytesMax = 100

    private let core: StoreCore
    private let threads: WorkspaceThreads
    /// Removing what is not needed takes long, and is done beside all else.
    private let collecting = WorkspaceThreads(count: 1)

    private init(_ core: StoreCore, _ threads: WorkspaceThreads) {
        self.core = core
        self.threads = threads
    }

    /// Opens a store, or makes one.
    ///
    /// - Parameters:
    ///   - folder: its path; the folder above must be there.
    ///   - working: where the workspaces are, apart from what is kept of them; `nil` for the same folder. Nobody but us
    ///     may be able to write to the folder above.
    ///   - owner: to whom the files of workspaces are given when that is another user; takes the rights of an
    ///     administrator. The folders above then have to let this user through.
    /// - Throws: ``WorkspaceError`` `workspace_storage`, `workspace_not_found` for a folder above that is not there.
    package static func open(
        _ folder: String, working: String? = nil, owner: FileOwner? = nil
    ) async throws -> WorkspaceStore {
        try await open(folder, working: working, owner: owner, disk: Disk())
    }

    static func open(
        _ folder: String, working: String? = nil, owner: FileOwner? = nil, disk: Disk
    ) async throws -> WorkspaceStore {
        let threads = WorkspaceThreads(count: 3)
        let core = try await threads.run { try StoreCore(path: folder, working: working, owner: owner, disk: disk) }
        return WorkspaceStore(core, threads)
    }

    // MARK: Workspaces

    /// Makes an empty workspace.
    ///
    /// - Parameter name: lower-case letters, digits, `-`, `_` and `.`, which is not the first; at most 100 of them.
    /// - Throws: ``WorkspaceError`` `workspace_input`, `workspace_exists`, `workspace_storage`.
    package func makeWorkspace(_ name: String) async throws -> Workspace {
        let entry = try Self.checked(name)
        return try await threads.run { [core] in
            // What was left of one of that name says nothing of this one.
            IndexFile(store: core, name: entry).remove()
            let parent = core.folders.workspaces.number
            let isMade = core.disk.attempt(.open) { unsafe mkdirat(parent, entry.characters, 0o700) == 0 }
            guard isMade else {
                guard errno != EEXIST else {
                    throw WorkspaceError(.exists, "there is a workspace '\(name)' already; take another name")
                }
                throw WorkspaceError.system("the workspace '\(name)' could not be made", errno)
            }
            if let owner = core.owner,
                unsafe fchownat(parent, entry.characters, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) != 0
            {
                let number = errno
                unsafe unlinkat(parent, entry.characters, AT_REMOVEDIR)
                throw WorkspaceError.system("the workspace '\(name)' could not be given to its user", number)
            }
            return self.workspace(name)
        }
    }

    /// A workspace that is there.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_input`, `workspace_not_found`.
    package func workspace(named name: String) async throws -> Workspace {
        let entry = try Self.checked(name)
        return try await threads.run { [core] in
            guard status(of: entry, in: core.folders.workspaces.number)?.kind == S_IFDIR else {
                throw WorkspaceError(.notFound, "there is no workspace '\(name)'; make it first")
            }
            return self.workspace(name)
        }
    }

    /// The names of all workspaces, in the order of their bytes.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    package func workspaceNames() async throws -> [String] {
        try await threads.run { [core] in
            guard let names = FolderListing.names(in: core.folders.workspaces, max: .max - 1) else {
                throw WorkspaceError.system("the workspaces could not be listed", errno)
            }
            return names.map(\.description)
        }
    }

    /// Removes a workspace with all that it holds; its snapshots stay. Nothing happens when there is none of the name.
    ///
    /// It is gone at once for everybody, also when removing its files fails or is cancelled; they are removed by the
    /// next ``collect(keeping:grace:patience:)``.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_input`, `workspace_storage`; `CancellationError`.
    package func removeWorkspace(_ name: String) async throws {
        let entry = try Self.checked(name)
        try await threads.run { [core] in
            IndexFile(store: core, name: entry).remove()
            let gone = EntryName(own: "\(UInt64.random(in: 0...UInt64.max))")
            let (from, to) = (core.folders.workspaces.number, core.folders.removed.number)
            let isMoved = core.disk.attempt(.rename) {
                unsafe renameat(from, entry.characters, to, gone.characters) == 0
            }
            guard isMoved else {
                guard errno != ENOENT else { return }
                throw WorkspaceError.system("the workspace '\(name)' could not be removed", errno)
            }
            var removal = FolderRemoval(disk: core.disk)
            try removal.remove(gone, in: core.folders.removed)
        }
    }

    private func workspace(_ name: String) -> Workspace { Workspace(name: name, path: "\(core.working)/files/\(name)") }

    private static func checked(_ name: String) throws(WorkspaceError) -> EntryName {
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
        }
        guard isName, !name.isEmpty, name.utf8.count <= nameBytesMax, !name.hasPrefix(".") else {
            throw WorkspaceError(
                .input,
                "'\(ShownName.text(of: Array(name.utf8.prefix(200))))' is no name of a workspace; take at most "
                    + "\(nameBytesMax) lower-case letters, digits, '-', '_' and '.', and not '.' first")
        }
        return EntryName(own: name)
    }

    // MARK: Snapshots

    /// Makes a snapshot of what a workspace holds.
    ///
    /// Each file is held as it was at one moment of the walk. Programs should not work in the folder meanwhile: what
    /// one writes to memory that it shares with a file need not show in this snapshot, or in the next one while the
    /// program goes on.
    ///
    /// - Parameters:
    ///   - limits: what the workspace may hold.
    ///   - ignored: names of files and folders that are left out, wherever they are.
    /// - Returns: when the snapshot is on the disk; it outlives a loss of power.
    /// - Throws: ``WorkspaceError`` `workspace_limit`, `workspace_not_found`, `workspace_input` for what is no name,
    ///   `workspace_busy`, `workspace_storage`; `CancellationError`, between files. Then nothing has changed.
    package func snapshot(
        of workspace: Workspace, limits: WorkspaceLimits = WorkspaceLimits(), ignoring ignored: [String] = []
    ) async throws -> WorkspaceSnapshot {
        let entry = try Self.checked(workspace.name)
        let making = SnapshotMaking(store: core, limits: limits, ignored: try Self.names(ignored))
        return try await threads.run { [core] in
            try making.snapshot(of: workspace.path, index: IndexFile(store: core, name: entry))
        }
    }

    /// Makes a workspace hold exactly what a snapshot holds, and touches nothing that is so already.
    ///
    /// No program may work in the folder meanwhile. What a crash has left is made good by restoring again.
    ///
    /// - Parameter ignored: names of files and folders that are left as they are, wherever they are.
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_input` for what is no name, `workspace_damaged`,
    ///   `workspace_busy`, `workspace_storage`; `CancellationError`, between files. Then it may hold some of either.
    @discardableResult
    package func restore(
        _ snapshot: SnapshotID, into workspace: Workspace, ignoring ignored: [String] = []
    ) async throws -> WorkspaceRestoration {
        let entry = try Self.checked(workspace.name)
        let making = RestoreMaking(store: core, ignored: try Self.names(ignored))
        return try await threads.run { [core] in
            try making.restore(snapshot, into: workspace.path, index: IndexFile(store: core, name: entry))
        }
    }

    /// Makes a snapshot of a folder that is no workspace, such as one of a person's own.
    ///
    /// - Throws: as ``snapshot(of:limits:ignoring:)``.
    package func snapshot(
        ofFolder path: String, limits: WorkspaceLimits = WorkspaceLimits(), ignoring ignored: [String] = []
    ) async throws -> WorkspaceSnapshot {
        let name = "folder-" + Digest.sha256Hex(path).prefix(32)
        return try await snapshot(of: Workspace(name: name, path: path), limits: limits, ignoring: ignored)
    }

    private static func names(_ ignored: [String]) throws(WorkspaceError) -> Set<EntryName> {
        var names: Set<EntryName> = []
        for text in ignored {
            guard let name = EntryName(bytes: ShownName.bytes(of: text)) else {
                throw WorkspaceError(
                    .input,
                    "'\(ShownName.text(of: Array(text.utf8.prefix(200))))' is no name of a file; give one without '/'")
            }
            names.insert(name)
        }
        return names
    }

    /// Removes the objects that no snapshot needs.
    ///
    /// - Parameters:
    ///   - snapshots: what is kept; all others go, but for those that were made within the grace.
    ///   - grace: how long snapshots are kept that nobody may have written down yet.
    ///   - patience: how long others may use the store before it is given up.
    /// - Throws: ``WorkspaceError`` `workspace_not_found` and `workspace_damaged` when a kept snapshot cannot be
    ///   read, and then nothing has been removed; `workspace_busy`, `workspace_storage`; `CancellationError`.
    package func collect(
        keeping snapshots: Set<SnapshotID>, grace: Duration = graceDefault, patience: Duration = .seconds(60)
    ) async throws -> CollectionReport {
        try await collecting.run { [core] in
            var sweep = ObjectSweep(core, grace: grace, patience: patience)
            return try sweep.collect(keeping: snapshots)
        }
    }

    // MARK: Reading

    /// What is at a place in a snapshot.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_damaged`, `workspace_storage`.
    package func entry(_ snapshot: SnapshotID, _ path: EntryPath) async throws -> SnapshotEntry {
        try await threads.run { [core] in try SnapshotReading(store: core).entry(snapshot, path) }
    }

    /// What a folder of a snapshot holds, in the order of the names' bytes.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, also for what is no folder; `workspace_damaged`,
    ///   `workspace_storage`.
    package func list(_ snapshot: SnapshotID, _ path: EntryPath = .root) async throws -> [SnapshotEntry] {
        try await threads.run { [core] in try SnapshotReading(store: core).list(snapshot, path) }
    }

    /// Bytes of a file of a snapshot, or of a link's target. The part of the range that is beyond the end is left out.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_input` for a range of more than ``readBytesMax`` bytes;
    ///   `workspace_not_found`, also for a folder; `workspace_damaged`, `workspace_storage`;
    ///   `CancellationError`.
    package func read(
        _ snapshot: SnapshotID, _ path: EntryPath, _ range: Range<Int> = 0..<readBytesMax
    ) async throws -> [UInt8] {
        try await threads.run { [core] in try SnapshotReading(store: core).read(snapshot, path, range) }
    }

    /// What differs between two snapshots, in the order of the paths: files, links, and folders that hold nothing.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_damaged`, `workspace_storage`;
    ///   `CancellationError`.
    package func diff(_ old: SnapshotID, _ new: SnapshotID) async throws -> [SnapshotChange] {
        try await threads.run { [core] in
            var diff = SnapshotDiff(core)
            return try diff.changes(from: old, to: new)
        }
    }

    /// All files and links of a snapshot, in the order of their paths.
    ///
    /// - Throws: as ``list(_:_:)``.
    package func allFiles(of snapshot: SnapshotID) async throws -> [SnapshotEntry] {
        var (files, open) = ([SnapshotEntry](), [EntryPath.root])
        while let folder = open.popLast() {
            for entry in try await list(snapshot, folder) {
                if entry.kind == .folder { open.append(entry.path) } else { files.append(entry) }
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    /// How a file differs between two snapshots; one that only one of both has is compared with an empty one.
    ///
    /// - Parameter context: lines around a change that do not differ.
    /// - Throws: ``WorkspaceError`` `workspace_not_found` when neither has it, also for folders; `workspace_damaged`,
    ///   `workspace_storage`; `CancellationError`.
    package func textDiff(
        _ old: SnapshotID?, _ new: SnapshotID, _ path: EntryPath, context: Int = 3
    ) async throws -> SnapshotTextDiff {
        try await threads.run { [core] in
            try SnapshotReading(store: core).textDiff(old, new, path, context: context)
        }
    }

    /// A snapshot as one file, which is made while it is read. Its bytes are the same each time.
    package func archive(_ snapshot: SnapshotID, _ format: ArchiveFormat) -> SnapshotArchive {
        SnapshotArchive(snapshot, format, core)
    }
}
