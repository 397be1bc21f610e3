import TuttiCore
import TuttiTools

/// A question to whoever looks after the run, which waits until somebody has answered.
enum PersonTool {
    static let description = ToolDescription(
        name: AgentTool.personName,
        purpose: "Asks the person who looks after this work, and waits for the answer. Use it for what only a person "
            + "can decide or know, and ask one thing at a time.",
        parameters: .object(
            [
                .required("question", .string()),
                .optional("choices", .array(of: .string()).describing("answers to choose from")),
            ], others: .refused))

    /// What the person is shown, and gives back with the answer in it.
    struct Question: Codable, Sendable {
        var agent: String
        var question: String
        var choices: [String]?
        var answer: String?
    }
}

/// A piece of work for another agent, which begins with the files as they are.
enum HelperTool {
    static let name = "delegate"

    static func description(of input: AgentInput) -> ToolDescription {
        let helpers = (input.helpers ?? []).filter { input.agent.helpers.contains($0.name) }
        let list = helpers.map { "\($0.name): \($0.goal ?? $0.role ?? "an agent")" }.joined(separator: "\n")
        return ToolDescription(
            name: name,
            purpose: "Hands a piece of work to another agent and waits for its answer. It knows nothing but what the "
                + "task says, and works on the same files.\n\(list)",
            parameters: .object(
                [
                    .required("agent", .values(helpers.map { .string($0.name) })),
                    .required("task", .string().describing("all that it has to know")),
                ], others: .refused),
            access: .writes)
    }
}
