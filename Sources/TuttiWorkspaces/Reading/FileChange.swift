/// What has become of one file between two snapshots, in the three words that people are told.
package struct FileChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case added, removed, changed }

    package let path: String
    package let kind: Kind

    package init(path: String, kind: Kind) {
        self.path = path
        self.kind = kind
    }
}

extension WorkspaceStore {
    /// What differs between two snapshots; a file that was renamed is removed here and added there.
    ///
    /// - Parameter old: `nil` for nothing at all, so that each file of the new one is added.
    /// - Throws: as ``diff(_:_:)``.
    package func fileChanges(from old: SnapshotID?, to new: SnapshotID) async throws -> [FileChange] {
        guard let old else { return try await allFiles(of: new).map { FileChange(path: "\($0.path)", kind: .added) } }
        return try await diff(old, new).flatMap { change -> [FileChange] in
            let path = "\(change.path)"
            return switch change.kind {
            case .added: [FileChange(path: path, kind: .added)]
            case .removed: [FileChange(path: path, kind: .removed)]
            case .modified, .modeChanged: [FileChange(path: path, kind: .changed)]
            case .renamed(let from):
                [FileChange(path: "\(from)", kind: .removed), FileChange(path: path, kind: .added)]
            }
        }
    }
}
