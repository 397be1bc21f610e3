/// How much a workspace may hold for a snapshot to be made of it.
package struct WorkspaceLimits: Sendable, Hashable {
    /// Files, links and folders together.
    package var entriesMax = 100_000
    /// Bytes of all files together.
    package var bytesMax = 2 << 30
    /// Bytes of one file.
    package var fileBytesMax = 256 << 20
    /// Folders in folders, the workspace itself not counted.
    package var depthMax = 64

    package init() {}

    func exceeded(_ limit: String, _ value: Int, _ what: String, at path: EntryPath) -> WorkspaceError {
        let place = path == .root ? "the workspace" : "'\(path)'"
        return WorkspaceError(
            .limit, "\(place) \(what), more than \(limit) (\(value)) allows; remove files, or raise the limit")
    }
}
