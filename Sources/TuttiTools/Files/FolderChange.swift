import TuttiSandbox

/// A change to a folder of a person's own, made as carefully as one to a workspace: no link is followed.
package struct FolderChange: Sendable {
    private let files: WorkspaceFiles

    /// - Parameter folder: an absolute path.
    package init(folder: String) { files = WorkspaceFiles(folder: folder, identity: .ours) }

    /// Puts a file in the place of what was there.
    ///
    /// - Throws: ``WorkspacePathError``; ``ToolError`` `tool_failed`.
    package func put(_ bytes: [UInt8], at path: String, isExecutable: Bool) throws {
        _ = try files.write(bytes, to: try WorkspacePath(path), max: .max, isExecutable: isExecutable)
    }

    /// Removes a file.
    ///
    /// - Throws: ``WorkspacePathError``; ``ToolError`` `tool_failed`.
    package func remove(_ path: String) throws { try files.remove(try WorkspacePath(path)) }
}
