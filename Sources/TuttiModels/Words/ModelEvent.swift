/// What comes of a model while it answers, in order.
///
/// Of an answer that is complete the last event is ``finished(_:native:stopText:)``, and there is none after it. An
/// answer that broke off ends with a ``ModelError`` instead.
public enum ModelEvent: Sendable, Hashable {
    /// More text of the answer.
    case text(String)
    /// More of what the model thinks.
    case reasoning(String)
    /// What the provider wants back of its thoughts; it closes the reasoning before it.
    case reasoningSeal(ProviderSeal)
    /// The beginning or a piece of a tool call.
    case toolCall(ToolCallDelta)
    /// The tokens of the whole call; at most once.
    case usage(ModelUsage)
    /// The end, with the provider's own word for why, and the text of ``ModelRequest/stop`` at which it came, where
    /// the provider tells.
    case finished(FinishReason, native: String?, stopText: String? = nil)
}

/// A piece of a tool call.
public struct ToolCallDelta: Sendable, Hashable {
    /// Which call of this answer, counted from 0. Pieces of several may alternate.
    public var index: Int
    /// The call's id and tool; in its first piece, and only there.
    public var start: Start?
    /// More of the arguments, a piece of JSON text.
    public var arguments: String

    /// What the first piece tells.
    public struct Start: Sendable, Hashable {
        /// What the result has to name.
        public var id: String
        /// The tool.
        public var name: String
        /// What the provider wants back unchanged in the next turn.
        public var seal: ProviderSeal?

        /// A beginning from its parts.
        public init(id: String, name: String, seal: ProviderSeal? = nil) {
            self.id = id
            self.name = name
            self.seal = seal
        }
    }

    /// A piece from its parts.
    public init(index: Int, start: Start? = nil, arguments: String = "") {
        self.index = index
        self.start = start
        self.arguments = arguments
    }
}

/// Why an answer ended.
public struct FinishReason: RawRepresentable, Sendable, Hashable, Codable {
    /// The word for it.
    public var rawValue: String
    /// A reason by its word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The model was done, or came to a text at which it had to stop.
    public static let stop = FinishReason(rawValue: "stop")
    /// The tokens were used up; the answer is not whole.
    public static let length = FinishReason(rawValue: "length")
    /// The model wants tools to be called.
    public static let toolCalls = FinishReason(rawValue: "tool_calls")
    /// The provider would not show the rest, or the model refused.
    public static let filtered = FinishReason(rawValue: "filtered")
    /// The provider wants the message back to go on.
    public static let pause = FinishReason(rawValue: "pause")
    /// Another reason; the provider's own word says more.
    public static let other = FinishReason(rawValue: "other")
}
