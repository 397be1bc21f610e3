public import TuttiCore
import TuttiEngine

/// What an agent is given to do, with all that its run depends on.
public struct AgentInput: Codable, Sendable, Hashable {
    /// Who does it.
    public var agent: AgentDefinition
    /// What is to be done.
    public var task: String
    /// The model, as `provider/name`.
    public var model: String
    /// What else it should know; `nil` for nothing.
    public var context: JSONValue?
    /// What was said before, the oldest first, when the task is the next message of a conversation.
    public var history: [Said]?
    /// The version of the files that it begins with; `nil` for none.
    public var files: String?
    /// The definitions of the agents that it may hand work to, and of those that they may.
    public var helpers: [AgentDefinition]?
    /// How many agents have handed this on.
    public var depth: Int?

    /// One message of a conversation.
    public struct Said: Codable, Sendable, Hashable {
        /// Whether the agent has said it.
        public var isOwn: Bool
        /// What was said.
        public var text: String

        /// A message.
        public init(isOwn: Bool, text: String) {
            self.isOwn = isOwn
            self.text = text
        }
    }

    /// A task for an agent.
    ///
    /// - Parameter model: `nil` for the agent's own.
    /// - Throws: ``AgentError`` `agent_without_model` when neither is there.
    public init(agent: AgentDefinition, task: String, model: String? = nil) throws(AgentError) {
        guard let model = model ?? agent.model else { throw .noModel(agent.name) }
        self.agent = agent
        self.task = task
        self.model = model
    }

    /// - Throws: `StepError` `bad_input` that names the field, the rule and the way out.
    package func check() throws(StepError) {
        if task.allSatisfy(\.isWhitespace) { throw .badInput("task", "is empty; say what is to be done") }
        let context = self.context.flatMap { try? CanonicalJSON.encode($0) }?.count ?? 0
        let history = (self.history ?? []).reduce(0) { $0 + $1.text.utf8.count }
        let size = task.utf8.count + context + history
        guard size <= AgentLimits.taskLengthMax else {
            throw .badInput("task", "has \(size) bytes with its context, the limit is \(AgentLimits.taskLengthMax)")
        }
    }
}

extension StepError {
    /// A field of what a run is started with does not hold to its rule.
    static func badInput(_ field: String, _ problem: String) -> StepError {
        StepError(code: "bad_input", message: "\(field) \(problem)", origin: "")
    }
}

/// An agent that cannot be started.
public enum AgentError: CodedError, Hashable, CustomStringConvertible {
    /// Neither it nor whoever starts it names a model.
    case noModel(String)
    /// It names a tool that is not there.
    case unknownTool(String, agent: String, known: [String])
    /// There is no such agent.
    case unknown(String, known: [String])
    /// Its file, or the folder, cannot be read.
    case unreadable(path: String, reason: String)

    /// Stable: `agent_without_model`, `unknown_tool`, `unknown_agent` or `unreadable_agent`.
    public var code: String {
        switch self {
        case .noModel: "agent_without_model"
        case .unknownTool: "unknown_tool"
        case .unknown: "unknown_agent"
        case .unreadable: "unreadable_agent"
        }
    }

    /// What is wrong, with the way out.
    public var message: String {
        switch self {
        case .noModel(let name):
            return
                "the agent '\(name)' names no model; write 'model' in its file, or start it with --model provider/name"
        case .unknownTool(let tool, let agent, let known):
            let near = NearestName.find(tool, among: known).map { "did you mean '\($0)'?" }
            let all = known.isEmpty ? "there are none" : "there are \(known.joined(separator: ", "))"
            return "the agent '\(agent)' names the tool '\(tool)', which is not there; \(near ?? all)"
        case .unknown(let name, let known):
            let near = NearestName.find(name, among: known).map { "did you mean '\($0)'?" }
            let all =
                known.isEmpty
                ? "there are none; write one as HOME/agents/\(AgentDefinition.isName(name) ? name : "NAME").yaml"
                : "there are \(known.prefix(20).joined(separator: ", "))"
            return "there is no agent '\(CleanText.line(name, bytesMax: 60))'; \(near ?? all)"
        case .unreadable(let path, let reason): return "\(path) \(reason)"
        }
    }

    /// Never: a name or a file has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
