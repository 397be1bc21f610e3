import FoundationEssentials
import TuttiAgents
import TuttiTools
import TuttiWorkspaces

/// The versions of the files of agents, for those who look at them and take them out.
struct AgentFiles {
    private let workspaces: HomeWorkspaces

    init(home: String) { workspaces = HomeWorkspaces(home: home) }

    /// Bytes that are read at one time.
    private static let pieceSize = 8 << 20

    /// What differs between two versions; all of the second, when there is no first.
    func changes(from old: String?, to new: SnapshotID) async throws -> [FileChange] {
        try await workspaces.store.fileChanges(from: old.flatMap(SnapshotID.init), to: new)
    }

    /// The bytes of a file.
    func read(_ path: String, of version: SnapshotID) async throws -> [UInt8] {
        let store = try await workspaces.store
        let entry = try EntryPath(path)
        var bytes: [UInt8] = []
        while true {
            let piece = try await store.read(version, entry, bytes.count..<(bytes.count + Self.pieceSize))
            bytes += piece
            if piece.count < Self.pieceSize { return bytes }
        }
    }

    /// Puts changes back into the folder that the first version was made of.
    ///
    /// - Throws: ``CommandFailure`` when one of the files was changed meanwhile, and nothing was put back.
    func apply(_ changes: [FileChange], from old: String?, of version: SnapshotID, to folder: String) async throws {
        let store = try await workspaces.store
        let now = try await store.snapshot(ofFolder: folder, ignoring: AgentStart.ignored).id
        let others = Set(try await self.changes(from: old, to: now).map(\.path))
        let both = changes.map(\.path).filter(others.contains)
        guard both.isEmpty else {
            throw CommandFailure(
                "\(folder) was changed meanwhile, so nothing was put back: \(both.prefix(5).joined(separator: ", ")); "
                    + "take the files out with 'tutti runs files --into' and bring both together")
        }
        for change in changes { try await put(change, of: version, to: FolderChange(folder: folder)) }
    }

    private func put(_ change: FileChange, of version: SnapshotID, to folder: FolderChange) async throws {
        do {
            guard change.kind != .removed else { return try folder.remove(change.path) }
            let entry = try await workspaces.store.entry(version, try EntryPath(change.path))
            guard case .file(_, let isExecutable, _) = entry.kind else { return }  // links are not put back
            try folder.put(try await read(change.path, of: version), at: change.path, isExecutable: isExecutable)
        } catch let error as WorkspacePathError {
            throw CommandFailure("\(change.path) could not be put back: \(error.message)")
        }
    }

    /// Writes all files of a version to a folder that is not there yet.
    func take(_ version: SnapshotID, into folder: String) async throws -> Int {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        } catch {
            throw CommandFailure("--into \(folder): it cannot be made, or is there already; name a new folder")
        }
        let files = try await workspaces.store.allFiles(of: version)
        let path = URL(filePath: folder).standardizedFileURL.path
        for entry in files {
            try await put(FileChange(path: "\(entry.path)", kind: .added), of: version, to: FolderChange(folder: path))
        }
        return files.count
    }
}
