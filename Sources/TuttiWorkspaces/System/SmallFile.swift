import Glibc

/// Files of ours that are replaced as a whole.
enum SmallFile {
    /// Writes a file under another name and puts it in the place of the old one, so that readers find one or the other.
    ///
    /// - Parameter syncing: whether it has to be on the disk before this returns.
    /// - Throws: ``WorkspaceError`` `workspace_storage`; then the old one is there.
    static func replace(
        _ name: EntryName, in folder: borrowing Descriptor, with bytes: [UInt8], syncing: Bool, disk: Disk
    ) throws(WorkspaceError) {
        let part = EntryName(own: ".new-\(UInt64.random(in: 0...UInt64.max))")
        guard
            let file = Descriptor(opening: part, in: folder.number, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        else { throw .system("'\(name)' of the workspaces could not be made", errno) }
        let isWritten =
            disk.attempt(.write) { file.write(bytes[...]) }
            && (!syncing || disk.attempt(.sync) { fsync(file.number) == 0 })
            && disk.attempt(.rename) {
                unsafe renameat(folder.number, part.characters, folder.number, name.characters) == 0
            }
            && (!syncing || disk.attempt(.sync) { fsync(folder.number) == 0 })
        guard isWritten else {
            let number = errno
            unsafe unlinkat(folder.number, part.characters, 0)
            throw .system("'\(name)' of the workspaces could not be written", number)
        }
    }
}
