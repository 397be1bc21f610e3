import TuttiAccess
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiGateway
import TuttiModels
import TuttiStore

/// `agent/NAME`: the last message is the task, those before it are what was said, and the answer is the agent's.
struct AgentModels: RunModels {
    let routes: AgentRoutes

    let family = "agent"
    let permission: Permission = "agents.execute"

    func names() throws -> [String] { try routes.agents.folder.names() }

    func start(_ name: String, _ request: ModelRequest) async throws -> RunID {
        var texts = try request.messages.enumerated().map { index, message in
            AgentInput.Said(isOwn: message.role == .assistant, text: try Self.text(of: message, index))
        }
        guard let last = texts.popLast(), !last.isOwn else {
            throw GatewayError.invalid("messages", "has to end with a message of the user, which is the task")
        }
        let context: JSONValue? = request.system.map { ["instructions_of_the_caller": .string($0)] }
        do {
            return try await routes.begin(name, task: last.text, context: context, history: texts)
        } catch let problem as Problem {
            var failure = GatewayError(problem)
            failure.field = problem.code == "bad_input" ? "messages" : "model"
            throw failure
        }
    }

    /// - Throws: ``GatewayError`` that names the part, for one that is not of text alone.
    private static func text(of message: ModelMessage, _ index: Int) throws(GatewayError) -> String {
        var texts: [String] = []
        for (part, content) in message.content.enumerated() {
            switch content {
            case .text(let text): texts.append(text)
            case .reasoning: break
            default:
                throw GatewayError.invalid(
                    "messages[\(index)].content[\(part)]", "is no text; an agent is told texts alone")
            }
        }
        return texts.joined(separator: "\n\n")
    }

    func progress(_ event: RunEvent) -> String? {
        switch event.type {
        case "tool.called":
            guard let news = try? CanonicalJSON.decode(JSONValue.self, from: event.data),
                let tool = news["tool"]?.stringValue
            else { return nil }
            let failed = news["is_error"] == .bool(true) ? ", which failed" : ""
            return "\(tool) \(news["arguments"]?.stringValue ?? "")\(failed)"
        case "approval.requested": return "It waits for a person."
        default: return nil
        }
    }

    func answer(of run: RunID, _ output: JSONValue) throws -> (text: String, spending: Spending) {
        let result = try CanonicalJSON.decode(AgentResult.self, from: CanonicalJSON.encode(output))
        return (result.answer, result.spending)
    }
}
