public import TuttiCore
public import TuttiTools

/// Who an agent is, what it may do, and how far it may go: what a file says, and what is stored with each run.
public struct AgentDefinition: Codable, Sendable, Hashable {
    /// What it is called by: a lower-case letter, then lower-case letters, digits and `-`.
    public var name: String
    /// What it is, such as `a senior engineer for Python`.
    public var role: String?
    /// What it is there for.
    public var goal: String?
    /// How it is to work.
    public var instructions: String
    /// The model that it asks, as `provider/name`; `nil` for the one that its run is started with.
    public var model: String?
    /// What it may do.
    public var tools: [AgentTool]
    /// Agents that it may hand work to, by their names.
    public var helpers: [String]
    /// How far it may go.
    public var limits: AgentLimits
    /// Whether its programs may use the network, as far as the configuration lets any.
    public var network: Bool {
        get { usesNetwork ?? false }
        set { usesNetwork = newValue ? true : nil }
    }
    /// `nil` as in journals of the first agents.
    private var usesNetwork: Bool?
    /// What its answer has to look like, as a JSON schema; `nil` for a text.
    public var output: JSONValue?
    /// How freely words are chosen; `nil` leaves it to the model.
    public var temperature: Double?

    /// An agent from its parts.
    public init(
        name: String, role: String? = nil, goal: String? = nil, instructions: String, model: String? = nil,
        tools: [AgentTool] = [], helpers: [String] = [], limits: AgentLimits = AgentLimits(), network: Bool = false,
        output: JSONValue? = nil, temperature: Double? = nil
    ) {
        self.name = name
        self.role = role
        self.goal = goal
        self.instructions = instructions
        self.model = model
        self.tools = tools
        self.helpers = helpers
        self.limits = limits
        usesNetwork = network ? true : nil
        self.output = output
        self.temperature = temperature
    }

    private enum CodingKeys: String, CodingKey {
        case name, role, goal, instructions, model, tools, helpers, limits, output, temperature
        case usesNetwork = "network"
    }

    /// Whether it can be the name of an agent.
    public static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= AgentLimits.nameLengthMax else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return letters.contains(first)
            && text.utf8.allSatisfy {
                letters.contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}

/// A tool that an agent may call.
public struct AgentTool: Codable, Sendable, Hashable {
    /// The tool.
    public var name: String
    /// Whether somebody is asked first; `nil` for what the tool says itself.
    public var permission: ToolPermission?

    /// The tool by which an agent asks a person, which needs nothing but the engine.
    package static let personName = "ask_person"

    /// A tool by its name.
    public init(_ name: String, permission: ToolPermission? = nil) {
        self.name = name
        self.permission = permission
    }
}

/// How far an agent may go.
public struct AgentLimits: Codable, Sendable, Hashable {
    /// Answers of the model. With the last one it is told to come to its end.
    public var turns: Int
    /// Calls of tools, over all turns.
    public var toolCalls: Int
    /// Tokens that the model is sent at once, by an estimate; of older turns less is sent then.
    public var contextTokens: Int

    /// Limits; what is left out is as usual.
    public init(turns: Int = 30, toolCalls: Int = 200, contextTokens: Int = 100_000) {
        self.turns = turns
        self.toolCalls = toolCalls
        self.contextTokens = contextTokens
    }

    /// What each may be.
    package static let turnsRange = 1...500
    package static let toolCallsRange = 0...5_000
    package static let contextTokensRange = 2_000...2_000_000
    /// Bytes of a name.
    package static let nameLengthMax = 64
    /// Bytes of a role, a goal and of the instructions.
    package static let lineLengthMax = 2_000
    package static let instructionsLengthMax = 64 << 10
    /// Tools, and agents to hand work to.
    package static let toolsMax = 64
    package static let helpersMax = 16
    /// Agents that hand work to each other.
    package static let depthMax = 4
    /// Bytes of a task with its context.
    package static let taskLengthMax = 1 << 20
    /// Calls in a row that no tool could take; then the run ends.
    package static let wrongCallsMax = 5
    /// Calls of one answer.
    package static let callsPerTurnMax = 32
}
