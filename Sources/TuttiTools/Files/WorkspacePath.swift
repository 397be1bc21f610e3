import TuttiSandbox

/// The way to a file of a workspace, as a model has written it.
struct WorkspacePath: Sendable, Hashable {
    /// The names from the workspace's folder on; empty for that folder itself.
    let components: [String]

    /// Reads a path from the workspace's folder on, or one as programs in a sandbox see it.
    ///
    /// - Throws: ``WorkspacePathError`` for one that leads out, or is none.
    init(_ text: String) throws(WorkspacePathError) {
        guard text.utf8.count <= ToolLimits.pathMax else {
            throw WorkspacePathError("the path has more than \(ToolLimits.pathMax) bytes; shorten it")
        }
        guard !text.utf8.contains(0) else { throw WorkspacePathError("the path holds a NUL character; leave it out") }
        var rest = text[...]
        let home = SandboxCommand.workspacePath
        if text == home || text.hasPrefix(home + "/") {
            rest = rest.dropFirst(home.count)
        } else if text.hasPrefix("/") {
            throw WorkspacePathError(
                "'\(text)' is outside of the workspace; paths begin at its folder, such as src/main.py")
        }
        var components: [String] = []
        for part in rest.split(separator: "/") where part != "." {
            guard part != ".." else {
                throw WorkspacePathError("'\(text)' holds '..'; write the path from the workspace's folder on")
            }
            components.append(String(part))
        }
        guard components.count <= ToolLimits.depthMax else {
            throw WorkspacePathError("'\(text)' has more than \(ToolLimits.depthMax) parts; use a shorter one")
        }
        self.components = components
    }

    init(components: [String]) { self.components = components }

    /// As it is told.
    var text: String { components.isEmpty ? "." : components.joined(separator: "/") }
}

/// What is wrong with a path, or with what is there, for the model to mend.
package struct WorkspacePathError: Error, Hashable {
    package let message: String

    init(_ message: String) { self.message = message }
}
