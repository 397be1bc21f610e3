/// Reads snapshots. All of it blocks.
struct SnapshotReading: Sendable {
    let store: StoreCore

    private var reader: TreeReader { TreeReader(store: store) }
    private static let pieceSize = 1 << 20

    /// What is at a place.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_damaged`, `workspace_storage`.
    func entry(_ snapshot: SnapshotID, _ path: EntryPath) throws(WorkspaceError) -> SnapshotEntry {
        SnapshotEntry(path: path, try content(snapshot, path))
    }

    /// What a folder holds, in the order of the names' bytes.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found`, also for what is no folder; `workspace_damaged`,
    ///   `workspace_storage`.
    func list(_ snapshot: SnapshotID, _ path: EntryPath) throws(WorkspaceError) -> [SnapshotEntry] {
        guard case .folder(let hash) = try content(snapshot, path) else {
            throw WorkspaceError(.notFound, "'\(path)' of snapshot \(snapshot) is no folder; read it as a file")
        }
        return try reader.tree(hash).entries.map { SnapshotEntry(path: path + $0.name, $0.content) }
    }

    /// Bytes of a file, or of a link's target. The part of the range that is beyond the end is left out.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_input` for a range of more than ``WorkspaceStore/readBytesMax`` bytes;
    ///   `workspace_not_found`, also for a folder; `workspace_damaged`, `workspace_storage`; `CancellationError`.
    func read(_ snapshot: SnapshotID, _ path: EntryPath, _ range: Range<Int>) throws -> [UInt8] {
        guard range.lowerBound >= 0, range.count <= WorkspaceStore.readBytesMax else {
            throw WorkspaceError(
                .input, "a file is read in parts of at most \(WorkspaceStore.readBytesMax) bytes; ask for fewer")
        }
        switch try content(snapshot, path) {
        case .folder:
            throw WorkspaceError(.notFound, "'\(path)' of snapshot \(snapshot) is a folder; list what it holds")
        case .link(let target): return Array(target[range.clamped(to: target.indices)])
        case .file(let hash, let size, _):
            return try bytes(of: hash, range.clamped(to: 0..<size))
        }
    }

    /// All of the file is read, since only so it is known to be what it was.
    private func bytes(of hash: ObjectHash, _ range: Range<Int>) throws -> [UInt8] {
        var object = try ObjectReader(ObjectName(kind: .file, hash: hash), store)
        var bytes: [UInt8] = []
        var position = 0
        while true {
            try Task.checkCancellation()
            let piece = try object.next(Self.pieceSize)
            if piece.isEmpty { break }
            let wanted = range.clamped(to: position..<position + piece.count)
            if !wanted.isEmpty { bytes += piece[(wanted.lowerBound - position)..<(wanted.upperBound - position)] }
            position += piece.count
        }
        try object.finish()
        return bytes
    }

    private func content(_ snapshot: SnapshotID, _ path: EntryPath) throws(WorkspaceError) -> Tree.Content {
        guard let content = try reader.content(of: snapshot, at: path) else {
            throw WorkspaceError(.notFound, "there is no '\(path)' in snapshot \(snapshot); list what there is")
        }
        return content
    }
}
