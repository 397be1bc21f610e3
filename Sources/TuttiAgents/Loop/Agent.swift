import TuttiCore
public import TuttiEngine
import TuttiModels
package import TuttiSandbox
public import TuttiTools

/// An agent at work: the model is asked, the tools that it wants are called, and it is told what they answer, until it
/// is done.
///
/// Each answer and each call is a step, so nothing of it is paid or done again after a crash. Calls that change files
/// leave a version of them behind: what was cut off begins again with the files as they were.
public struct Agent: Workflow {
    /// The name in the journal.
    public static let name = "agent"
    /// The name of the scope of one turn: `turn#3` in the journal is the third.
    package static let turnScope = "turn"

    let models: any ModelSource
    /// What definitions may name.
    package let tools: ToolBox
    let workspaces: (any AgentWorkspaces)?
    let sandbox: SandboxOnUse?
    /// The way out for agents whose definitions ask for the network; `nil` where there is none.
    let egress: EgressGate?

    /// An agent that may only talk, or call tools that need neither files nor programs.
    ///
    /// - Parameters:
    ///   - models: where models are found.
    ///   - tools: what definitions may name.
    ///   - workspaces: where files are kept; `nil` for agents without any.
    public init(models: any ModelSource, tools: ToolBox = ToolBox(), workspaces: (any AgentWorkspaces)? = nil) {
        self.init(models: models, tools: tools, workspaces: workspaces, sandbox: nil)
    }

    /// As the other, with something that holds programs in.
    package init(
        models: any ModelSource, tools: ToolBox, workspaces: (any AgentWorkspaces)?, sandbox: SandboxOnUse?,
        egress: EgressGate? = nil
    ) {
        self.egress = egress
        self.models = models
        self.tools = tools
        self.workspaces = workspaces
        self.sandbox = sandbox
    }

    /// The agent and its task.
    public func title(of input: AgentInput) -> String? { "\(input.agent.name): \(input.task)" }

    /// - Throws: `StepError` `bad_input`, `unknown_tool`, `wrong_tool_calls`, and those of models.
    public func run(_ input: AgentInput, _ ctx: Context) async throws -> AgentResult {
        try input.check()
        let offer = try AgentOffer(input, tools: tools)
        let work = AgentWork(agent: self, input: input, offer: offer, model: try models.model(named: input.model))
        do {
            let result = try await work.run(ctx)
            await workspaces?.release(ctx.runID)
            return result
        } catch {
            await workspaces?.release(ctx.runID)
            throw error
        }
    }
}

/// What an agent may call, as its definition and the tools that are there say.
package struct AgentOffer: Sendable {
    struct Item: Sendable {
        let description: ToolDescription
        let permission: ToolPermission
        /// `nil` for what the loop does itself.
        let tool: (any Tool)?
    }

    /// By name.
    let items: [String: Item]
    /// In the order of the definition.
    let told: [ModelTool]

    /// - Throws: ``AgentError`` `unknown_tool`.
    package init(_ input: AgentInput, tools: ToolBox) throws(AgentError) {
        var items: [Item] = []
        for wanted in input.agent.tools {
            let item: Item
            if wanted.name == PersonTool.description.name {
                item = Item(description: PersonTool.description, permission: .always, tool: nil)
            } else if let tool = tools[wanted.name] {
                let description = tool.description
                let permission = tools.permission(for: description, asked: wanted.permission)
                item = Item(description: description, permission: permission, tool: tool)
            } else {
                let known = tools.names + [PersonTool.description.name]
                throw .unknownTool(wanted.name, agent: input.agent.name, known: known.sorted())
            }
            if item.permission != .never { items.append(item) }
        }
        if !input.agent.helpers.isEmpty, (input.depth ?? 0) + 1 < AgentLimits.depthMax {
            items.append(Item(description: HelperTool.description(of: input), permission: .always, tool: nil))
        }
        self.items = Dictionary(items.map { ($0.description.name, $0) }, uniquingKeysWith: { $1 })
        told = items.map { item in
            ModelTool(
                name: item.description.name, description: item.description.purpose, schema: item.description.parameters)
        }
    }

    /// Whether any of it works on files.
    var hasFiles: Bool { items.values.contains { $0.description.access != .none } }
}

extension ToolBox {
    /// What is asked before an agent may call a tool; `nil` for a tool that is not there.
    package func permission(of tool: AgentTool) -> ToolPermission? {
        if tool.name == AgentTool.personName { return .always }
        return self[tool.name].map { permission(for: $0.description, asked: tool.permission) }
    }
}
