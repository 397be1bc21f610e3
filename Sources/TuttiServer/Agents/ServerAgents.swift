package import TuttiAgents
package import TuttiSandbox
package import TuttiTools

/// The agents of a server, and what they work with.
package struct ServerAgents: Sendable {
    /// The definitions, which are read when they are asked for.
    let folder: AgentFolder
    /// What definitions may name.
    let tools: ToolBox
    /// The files of runs; `nil` where no agent has any.
    let workspaces: HomeWorkspaces?
    /// What holds programs in; `nil` where none are run.
    let sandbox: SandboxOnUse?
    /// The model of agents that name none.
    let usual: String?

    package init(
        folder: AgentFolder, tools: ToolBox = ToolBox(), workspaces: HomeWorkspaces? = nil,
        sandbox: SandboxOnUse? = nil, usual: String? = nil
    ) {
        self.folder = folder
        self.tools = tools
        self.workspaces = workspaces
        self.sandbox = sandbox
        self.usual = usual
    }

    /// A task for an agent, checked as far as it can be before it is begun.
    ///
    /// - Throws: `AgentError`, `AgentFileError`, `StepError` `bad_input`.
    func input(_ name: String, task: String, model: String? = nil) throws -> AgentInput {
        let agent = try folder.agent(named: name)
        let input = try folder.input(agent, task: task, model: model ?? agent.model ?? usual)
        try input.check()
        _ = try AgentOffer(input, tools: tools)
        return input
    }
}
