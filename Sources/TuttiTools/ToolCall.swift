package import TuttiSandbox

/// Where a tool works, and for whom.
public struct ToolCall: Sendable {
    /// The run whose agent asks.
    public let run: String
    /// The same for every attempt at this call: hand it to whoever can recognise a repeat.
    public let idempotencyToken: String
    /// The folder with the files of the agent; `nil` for an agent without any.
    package let files: WorkspaceFiles?
    /// What programs are run in; `nil` where there is nothing that holds them in.
    package let sandbox: (any Sandbox)?

    package init(run: String, idempotencyToken: String, files: WorkspaceFiles? = nil, sandbox: (any Sandbox)? = nil) {
        self.run = run
        self.idempotencyToken = idempotencyToken
        self.files = files
        self.sandbox = sandbox
    }

    /// The files, for a tool that cannot work without.
    ///
    /// - Throws: ``ToolError`` `tool_without_workspace`.
    package func workspace() throws(ToolError) -> WorkspaceFiles {
        guard let files else {
            throw ToolError(.noWorkspace, "this agent has no workspace; give its definition 'workspace: true'")
        }
        return files
    }

    /// What programs are run in, for a tool that cannot work without.
    ///
    /// - Throws: ``ToolError`` `tool_without_sandbox`.
    package func programs() throws(ToolError) -> any Sandbox {
        guard let sandbox else {
            throw ToolError(
                .noSandbox,
                "nothing on this machine holds programs in, so none is run; 'tutti doctor' says what is missing")
        }
        return sandbox
    }
}
