public import TuttiAgents
package import TuttiSandbox
public import TuttiTools

/// The agents of a home, and what they work with: its definitions, memory and workspaces, and the sandbox of this
/// machine.
///
/// ```swift
/// let agents = HomeAgents(home: tutti.home, models: models)
/// let input = try agents.folder.input(try agents.folder.agent(named: "mender"), task: "Make the tests pass.")
/// let result = try await tutti.start(agents.workflow, input).output
/// ```
public struct HomeAgents: Sendable {
    /// The workflow that runs of agents are started with and taken up by.
    public let workflow: Agent
    /// The definitions.
    public let folder: AgentFolder
    /// The files of runs, and their versions.
    package let workspaces: HomeWorkspaces
    /// What holds programs in.
    package let sandbox: SandboxOnUse

    /// The agents of a home.
    ///
    /// - Parameters:
    ///   - home: its folder.
    ///   - models: where models are found.
    ///   - tools: tools of one's own, besides those that are built in.
    ///   - permissions: what is asked before a tool is called, for all agents, by its name.
    public init(
        home: String, models: any ModelSource, tools: [any Tool] = [], permissions: [String: ToolPermission] = [:]
    ) {
        self.init(
            home: home, models: models, tools: tools, permissions: permissions, sandbox: .ofMachine())
    }

    /// As the other, with another sandbox.
    package init(
        home: String, models: any ModelSource, tools: [any Tool] = [], permissions: [String: ToolPermission] = [:],
        sandbox: SandboxOnUse, egress: EgressGate? = nil
    ) {
        self.sandbox = sandbox
        folder = AgentFolder(home: home)
        workspaces = HomeWorkspaces(home: home)
        let all = ToolBox.files + MemoryTools.all(HomeMemory(home)) + tools
        workflow = Agent(
            models: models, tools: ToolBox(all, permissions: permissions), workspaces: workspaces, sandbox: sandbox,
            egress: egress)
    }
}
