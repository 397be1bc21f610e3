package import TuttiCore
package import TuttiModels
package import TuttiTools

/// One answer of the model with what came of the calls that it asked for, as the journal keeps it.
package struct AgentTurn: Codable, Sendable, Hashable {
    /// What the model said, thought and asked for.
    package var content: [ModelContent]
    /// What came of its calls, in their order.
    package var calls: [AgentCall]
    /// What the agent is told besides.
    package var note: String?
    /// What the answer has used, with that of helpers.
    package var spending: Spending
    /// The version of the files behind it.
    package var files: String?
    /// How many tokens the model turned out to take at once; `nil` for as many as it was sent.
    package var contextTokens: Int64?

    /// What the model said.
    package var text: String { content.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } } }
}

/// One call of a tool, and what came of it.
package struct AgentCall: Codable, Sendable, Hashable {
    /// What stands between the wish and the deed.
    package enum Verdict: String, Codable, Sendable, Hashable {
        /// It was carried out.
        case done
        /// It was carried out, and failed.
        case failed
        /// There is no such tool, or it does not take these arguments.
        case wrong
        /// Somebody, or a rule, has refused it.
        case refused
    }

    /// The call's own name, which its result repeats.
    package var id: String
    /// The tool.
    package var tool: String
    package var verdict: Verdict
    /// What the model is told.
    package var output: ToolOutput
    /// Who has permitted or refused it; `nil` when nobody was asked.
    package var decidedBy: String?
    /// The version of the files behind it, when it may have changed them.
    package var files: String?
    /// What a helper has used.
    package var spending: Spending?
}
