/// How much of a folder is read. What is beyond a limit is left out, and told in the ``FolderReport``.
public struct FolderLimits: Sendable, Hashable {
    /// Files that are read.
    public var filesMax = 20_000
    /// Bytes of one file.
    public var fileBytesMax = 1 << 20
    /// Bytes of all files that are read together.
    public var bytesMax = 256 << 20
    /// Folders within each other, the one that is searched counted as 1.
    public var depthMax = 32
    /// Names that are looked at, of files and folders of any kind.
    public var namesMax = 200_000
    /// Names of folders that hold what programs have made or fetched.
    public var builtFolders: Set<String> = FolderLimits.usualBuiltFolders

    /// The usual limits.
    public init() {}

    /// What builds and package managers of common languages leave behind.
    public static let usualBuiltFolders: Set<String> = [
        "DerivedData", "Pods", "__pycache__", "_build", "bower_components", "build", "cmake-build-debug",
        "cmake-build-release", "coverage", "dist", "node_modules", "obj", "out", "target", "venv",
    ]
}
