package import TuttiDocuments

/// How a file differs between two snapshots.
package enum SnapshotTextDiff: Sendable, Hashable {
    /// By lines. Of texts that differ in very much, the differences are merely correct, and not the fewest.
    case lines(LineDiff)
    /// One of both is no text in UTF-8.
    case binary
    /// One of both has more than ``WorkspaceStore/textBytesMax`` bytes.
    case tooLarge

    /// - Parameters: what was there and what is there; `nil` for nothing.
    init(from old: [UInt8]?, to new: [UInt8]?, context: Int) {
        guard let old = Self.text(old), let new = Self.text(new) else {
            self = .binary
            return
        }
        self = .lines(LineDiff(from: old, to: new, context: context))
    }

    /// Text has no NUL in it, as no encoding but those of two and more bytes has.
    private static func text(_ bytes: [UInt8]?) -> String? {
        guard let bytes else { return "" }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension SnapshotReading {
    /// How a file differs between two snapshots; one that is only in one of both is compared with an empty one. A
    /// link is compared by where it leads.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_not_found` when neither has it, also for folders; `workspace_damaged`,
    ///   `workspace_storage`; `CancellationError`.
    func textDiff(
        _ old: SnapshotID?, _ new: SnapshotID, _ path: EntryPath, context: Int
    ) throws -> SnapshotTextDiff {
        let reader = TreeReader(store: store)
        let contents = [
            try old.flatMap { try reader.content(of: $0, at: path) }, try reader.content(of: new, at: path),
        ]
        guard !contents.allSatisfy({ $0 == nil }) else {
            throw WorkspaceError(.notFound, "there is no '\(path)' in either snapshot; list what there is")
        }
        for case .file(_, let size, _) in contents where size > WorkspaceStore.textBytesMax { return .tooLarge }
        let range = 0..<WorkspaceStore.textBytesMax
        let before = try old.flatMap { old in try contents[0].map { _ in try read(old, path, range) } }
        let after = try contents[1].map { _ in try read(new, path, range) }
        return SnapshotTextDiff(from: before, to: after, context: context)
    }
}
