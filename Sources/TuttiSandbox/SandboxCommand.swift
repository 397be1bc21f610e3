/// A program to be run in a sandbox, and what it finds there.
package struct SandboxCommand: Sendable {
    /// Its path in the sandbox, or a name that is looked for in ``path``.
    package var program: String
    /// What it is called with, without its own name.
    package var arguments: [String]
    /// The folder of ours that it may write to; it finds it as ``workspacePath``, and works there.
    package var workspace: String
    /// Its variables, besides `PATH`, `HOME` and `LANG`. It gets no others.
    package var environment: [String: String] = [:]
    /// What it can read from standard input.
    package var input: [UInt8] = []
    /// Folders and files of ours that it may read, at the same paths, besides ``systemFolders``.
    package var readable: [String] = []
    /// Folders and files of ours that it may read elsewhere than at their own paths: what it finds, and what that is.
    package var placed: [String: String] = [:]
    package var limits = SandboxLimits()

    package init(_ program: String, _ arguments: [String] = [], workspace: String) {
        self.program = program
        self.arguments = arguments
        self.workspace = workspace
    }

    /// Where a program finds its workspace.
    package static let workspacePath = "/work"
    /// Where programs are looked for.
    package static let path = "/usr/local/bin:/usr/bin:/bin"
    /// What every program may read of this machine.
    package static let systemFolders = ["/usr"]
}
