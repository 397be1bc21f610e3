/// Finds what differs between two snapshots. Folders that are equal are not looked into.
///
/// Changes are of files, links, and folders that hold nothing.
struct SnapshotDiff {
    private let reader: TreeReader
    private var changes: [SnapshotChange] = []

    init(_ store: StoreCore) { reader = TreeReader(store: store) }

    /// The changes in the order of their paths.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_damaged`, `workspace_storage`;
    ///   `CancellationError`.
    mutating func changes(from old: SnapshotID, to new: SnapshotID) throws -> [SnapshotChange] {
        let (oldRoot, newRoot) = (try reader.root(of: old), try reader.root(of: new))
        changes = []
        if old != new { try compare(oldRoot, newRoot, at: .root) }
        return Self.withRenames(changes)
    }

    private mutating func compare(_ old: Tree, _ new: Tree, at path: EntryPath) throws {
        try Task.checkCancellation()
        var (oldRest, newRest) = (old.entries[...], new.entries[...])
        while true {
            let (first, second) = (oldRest.first, newRest.first)
            guard let name = [first?.name, second?.name].compactMap(\.self).min() else { return }
            let oldEntry = first?.name == name ? oldRest.popFirst() : nil
            let newEntry = second?.name == name ? newRest.popFirst() : nil
            try compare(oldEntry?.content, newEntry?.content, at: path + name)
        }
    }

    private mutating func compare(_ old: Tree.Content?, _ new: Tree.Content?, at path: EntryPath) throws {
        guard old != new else { return }
        switch (old, new) {
        case (.folder(let old), .folder(let new)):
            try compare(try reader.tree(old), try reader.tree(new), at: path)
        case (.file(let old, let size, let wasExecutable), .file(let new, _, let isExecutable)) where old == new:
            add(
                path, .modeChanged, .file(old, size: size, isExecutable: wasExecutable),
                .file(new, size: size, isExecutable: isExecutable))
        default:
            if let old, let new, !old.isFolder, !new.isFolder { return add(path, .modified, old, new) }
            try all(old, at: path) { path, content in (.removed, path, content, nil) }
            try all(new, at: path) { path, content in (.added, path, nil, content) }
        }
    }

    private typealias Change = (SnapshotChange.Kind, EntryPath, Tree.Content?, Tree.Content?)

    /// All that is below a place.
    private mutating func all(
        _ content: Tree.Content?, at path: EntryPath, _ change: (EntryPath, Tree.Content) -> Change
    ) throws {
        try Task.checkCancellation()
        guard let content else { return }
        if case .folder(let hash) = content {
            let tree = try reader.tree(hash)
            for entry in tree.entries { try all(entry.content, at: path + entry.name, change) }
            guard tree.entries.isEmpty else { return }
        }
        let (kind, path, old, new) = change(path, content)
        add(path, kind, old, new)
    }

    private mutating func add(
        _ path: EntryPath, _ kind: SnapshotChange.Kind, _ old: Tree.Content?, _ new: Tree.Content?
    ) {
        changes.append(
            SnapshotChange(
                path: path, kind: kind, old: old.map { SnapshotEntry(path: path, $0).kind },
                new: new.map { SnapshotEntry(path: path, $0).kind }))
    }

    /// A file that was added and has the bytes of one that was removed is one that was renamed. Empty files have
    /// nothing by which they could be known again.
    private static func withRenames(_ changes: [SnapshotChange]) -> [SnapshotChange] {
        var removed: [ObjectHash: [SnapshotChange]] = [:]
        for change in changes.reversed() where change.kind == .removed {
            if case .file(let size, _, let hash) = change.old, size > 0 { removed[hash, default: []].append(change) }
        }
        var origins: Set<EntryPath> = []
        let renamed = changes.map { change in
            guard change.kind == .added, case .file(_, _, let hash) = change.new,
                let origin = removed[hash]?.popLast()
            else { return change }
            origins.insert(origin.path)
            return SnapshotChange(
                path: change.path, kind: .renamed(from: origin.path), old: origin.old, new: change.new)
        }
        return renamed.filter { $0.kind != .removed || !origins.contains($0.path) }.sorted { $0.path < $1.path }
    }
}

extension Tree.Content {
    var isFolder: Bool {
        if case .folder = self { true } else { false }
    }
}
