public import TuttiCore

/// How an agent has come to its end, and what it has brought.
public struct AgentResult: Codable, Sendable, Hashable {
    /// Why it has stopped.
    public enum End: String, Codable, Sendable, Hashable {
        /// It has said that it is done.
        case completed
        /// Its turns or its calls of tools were used up.
        case exhausted
    }

    /// Why it has stopped.
    public var end: End
    /// What it has said in the end.
    public var answer: String
    /// The answer read as its definition asks; `nil` for one that is a text.
    public var value: JSONValue?
    /// How often the model was asked.
    public var turns: Int
    /// How often tools were called.
    public var toolCalls: Int
    /// What all answers have used, those of its helpers included.
    public var spending: Spending
    /// The version of the files that it has left; `nil` for an agent without any.
    public var files: String?
}
