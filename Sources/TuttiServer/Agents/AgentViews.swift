import TuttiAgents
import TuttiCore
import TuttiTools

/// An agent as the API tells it.
struct AgentView: Codable, Sendable {
    struct Tool: Codable, Sendable {
        var name: String
        /// `always`, `once`, `ask` or `never`; `null` for a tool that is not there.
        var permission: String?
    }

    var name: String
    var role: String?
    var goal: String?
    var model: String?
    var instructions: String
    var tools: [Tool]
    var helpers: [String]
    var turnsMax: Int64
    var toolCallsMax: Int64
    var contextTokensMax: Int64
    /// What an answer looks like (JSON Schema, 2020-12); `null` for a text.
    var output: JSONValue?

    init(_ agent: AgentDefinition, of agents: ServerAgents) {
        name = agent.name
        role = agent.role
        goal = agent.goal
        model = agent.model ?? agents.usual
        instructions = agent.instructions
        tools = agent.tools.map { Tool(name: $0.name, permission: agents.tools.permission(of: $0)?.rawValue) }
        helpers = agent.helpers
        turnsMax = Int64(agent.limits.turns)
        toolCallsMax = Int64(agent.limits.toolCalls)
        contextTokensMax = Int64(agent.limits.contextTokens)
        output = agent.output
    }
}

/// The agents that there are, and files that cannot be used.
struct AgentsView: Codable, Sendable {
    struct Entry: Codable, Sendable {
        var id: String
        var name: String
        var description: String?
        var model: String?
        var tools: [String]
        /// What is wrong with its file; `null` for one that can be used.
        var problem: String?
    }

    var agents: [Entry]
    var total: Int64

    init(_ folder: AgentFolder, usual: String?) throws {
        agents = try folder.names().map { name in
            do {
                let agent = try folder.agent(named: name)
                return Entry(
                    id: name, name: name, description: agent.goal ?? agent.role, model: agent.model ?? usual,
                    tools: agent.tools.map(\.name), problem: nil)
            } catch {
                return Entry(id: name, name: name, description: nil, model: nil, tools: [], problem: "\(error)")
            }
        }
        total = Int64(agents.count)
    }
}

/// What an agent is to do.
struct AgentTaskBody: Codable, Sendable, WireConstraints {
    static let constraints = ["task": WireRule.notBlank]

    /// In words.
    var task: String
    /// What else it should know.
    var context: JSONValue?
    /// The model, where the agent names none.
    var model: String?
    var budget: BudgetBody?
}

/// The same as older services have it.
struct AgentExecutionBody: Codable, Sendable, WireConstraints {
    static let constraints = ["task_description": WireRule.notBlank]

    var taskDescription: String
    var context: JSONValue?

    private enum CodingKeys: String, CodingKey {
        case context
        case taskDescription = "task_description"
    }
}

/// What came of it, as older services tell it.
struct AgentExecutionView: Codable, Sendable {
    struct Metadata: Codable, Sendable {
        var agentId: String
        var model: String
        var tokensUsed: Int64
        /// `completed`, or `exhausted` when its turns or calls were used up.
        var end: String
    }

    var result: JSONValue
    var metadata: Metadata
    var processingTimeMs: Int64
    /// The run that has done it.
    var runId: String
}

/// Whether an agent can be asked, as older services tell it.
struct AgentHealthView: Codable, Sendable {
    var status: String
    var agentId: String
    var version: String
    var timestamp: WireTime
}

/// What an agent is, as older services tell it.
struct AgentRootView: Codable, Sendable {
    var agentId: String
    var name: String
    var version: String
    var status: String
    var category: String
}
