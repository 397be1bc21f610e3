/// A folder of this machine that an agent works in.
public struct WorkspaceFolder: Sendable, Hashable {
    /// An absolute path.
    public let path: String

    /// A folder at a path.
    public init(path: String) { self.path = path }

    /// Its files, for calls from outside of the sandbox.
    package var files: WorkspaceFiles { WorkspaceFiles(folder: path) }
}
