/// What all works on a store share: its folders, who owns the workspaces, and the disk.
final class StoreCore: Sendable {
    /// Where the workspaces are.
    let working: String
    let folders: StoreFolders
    let owner: FileOwner?
    let disk: Disk

    /// - Throws: ``WorkspaceError`` `workspace_storage`.
    init(path: String, working: String? = nil, owner: FileOwner?, disk: Disk) throws {
        self.working = working ?? path
        self.owner = owner
        self.disk = disk
        folders = try StoreFolders(path, working: self.working, isShared: owner != nil)
        if StoreGeneration.current(folders) == nil {
            try StoreLock.hold(folders, isAlone: true) {
                if StoreGeneration.current(folders) == nil { try StoreGeneration.change(folders) }
            }
        }
    }
}
