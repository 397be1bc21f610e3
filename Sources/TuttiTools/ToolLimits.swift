/// What tools take and give at most.
package enum ToolLimits {
    /// Bytes of a file that is read or written by a call.
    package static let fileSizeMax = 4 << 20
    /// Bytes of what a model is told of one call.
    package static let textMax = 32 << 10
    /// Files and folders that one list tells.
    package static let entriesMax = 1_000
    /// Files that a list or a search looks at.
    package static let visitedMax = 100_000
    /// Folders inside each other that are looked into.
    package static let depthMax = 32
    /// Bytes of a path.
    package static let pathMax = 1_024
    /// Bytes of the arguments of one call.
    package static let argumentsMax = 4 << 20
}
