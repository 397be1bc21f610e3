package import TuttiSandbox

/// Where a tool works, and for whom.
public struct ToolCall: Sendable {
    /// The run whose agent asks.
    public let run: String
    /// The agent that asks.
    public let agent: String
    /// The same for every attempt at this call: hand it to whoever can recognise a repeat.
    public let idempotencyToken: String
    /// The folder with the files of the agent; `nil` for an agent without any.
    package let files: WorkspaceFiles?
    /// What programs are run in; `nil` where there is nothing that holds them in.
    package let sandbox: SandboxOnUse?
    /// The way to the network; `nil` for programs that have none.
    package let egress: EgressGate?
    /// Is told what the proxy has decided about a program.
    package let tellEgress: @Sendable (EgressNews) -> Void

    /// Whether programs have a way to the network.
    var hasNetwork: Bool { egress != nil }

    package init(
        run: String, agent: String, idempotencyToken: String, files: WorkspaceFiles? = nil,
        sandbox: SandboxOnUse? = nil, egress: EgressGate? = nil,
        tellEgress: @escaping @Sendable (EgressNews) -> Void = { _ in }
    ) {
        self.egress = egress
        self.tellEgress = tellEgress
        self.run = run
        self.agent = agent
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
    /// - Throws: ``ToolError`` `tool_without_sandbox`, `SandboxError` `sandbox_unavailable`.
    package func programs() async throws -> any Sandbox {
        guard let sandbox else {
            throw ToolError(
                .noSandbox,
                "nothing on this machine holds programs in, so none is run; 'tutti doctor' says what is missing")
        }
        return try await sandbox.sandbox
    }
}
