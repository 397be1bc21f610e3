/// Finds folders and files of snapshots.
struct TreeReader: Sendable {
    let store: StoreCore

    /// What a folder holds.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_damaged`, `workspace_storage`.
    func tree(_ hash: ObjectHash) throws(WorkspaceError) -> Tree {
        let object = ObjectName(kind: .tree, hash: hash)
        let bytes = try ObjectReader.bytes(of: object, store)
        do throws(ByteFields.Malformed) {
            return try Tree(bytes: bytes)
        } catch {
            throw ObjectReader.damaged(object, "cannot be understood")
        }
    }

    /// What a workspace held.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_damaged`, `workspace_storage`.
    func root(of snapshot: SnapshotID) throws(WorkspaceError) -> Tree {
        guard store.folders.holds(ObjectName(kind: .tree, hash: snapshot.root)) else {
            // Should it have got lost, the next snapshot with its content writes it again.
            try? StoreGeneration.change(store.folders)
            throw WorkspaceError(
                .notFound, "there is no snapshot \(snapshot); it was removed, or is one of another home")
        }
        return try tree(snapshot.root)
    }

    /// What is at a place in a snapshot; `nil` for nothing. The root is a folder.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found` for the snapshot, `workspace_damaged`, `workspace_storage`.
    func content(of snapshot: SnapshotID, at path: EntryPath) throws(WorkspaceError) -> Tree.Content? {
        var tree = try root(of: snapshot)
        var content = Tree.Content.folder(snapshot.root)
        for (index, name) in path.names.enumerated() {
            guard let entry = tree[name] else { return nil }
            content = entry.content
            guard index + 1 < path.names.count else { break }
            guard case .folder(let hash) = content else { return nil }
            tree = try self.tree(hash)
        }
        return content
    }
}
