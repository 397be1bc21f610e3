import Glibc

/// Keeps snapshots and the removal of objects apart, between all processes that use a store.
///
/// Whoever makes a snapshot shares the lock until the snapshot is among the recent ones; whoever removes objects has
/// it alone, for one shelf at a time. So nothing that a snapshot has found is removed under it. The kernel frees the
/// lock at any death.
enum StoreLock {
    /// Waits for the lock, and has it while `body` runs; sees cancellation within milliseconds.
    ///
    /// - Throws: ``WorkspaceError`` `workspace_busy` when others have it for longer than `patience`;
    ///   `CancellationError`; what `body` throws.
    static func hold<Output>(
        _ folders: borrowing StoreFolders, isAlone: Bool, patience: Duration = .seconds(60), _ body: () throws -> Output
    ) throws -> Output {
        let name = EntryName(own: "lock")
        guard let file = Descriptor(opening: name, in: folders.root.number, flags: O_RDWR | O_CREAT, mode: 0o600)
        else { throw WorkspaceError.system("the lock of the workspaces could not be opened", errno) }
        let end = ContinuousClock.now + patience
        while flock(file.number, (isAlone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw WorkspaceError.system("the lock of the workspaces could not be taken", errno)
            }
            try Task.checkCancellation()
            guard ContinuousClock.now < end else {
                throw WorkspaceError(
                    .busy, "others have used the workspaces for longer than \(patience); try again when they are done")
            }
            usleep(1000)
        }
        defer { flock(file.number, LOCK_UN) }
        return try body()
    }
}
