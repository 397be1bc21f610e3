/// What an answer may have at most. Nothing that comes from outside grows without bound.
public struct ModelLimits: Sendable, Hashable {
    /// Bytes of a whole answer, or of all texts of a streamed one.
    public var answerBytesMax: Int
    /// Tool calls of one answer.
    public var toolCallsMax: Int
    /// Pieces of one streamed answer.
    public var eventsMax: Int
    /// Bytes of one piece.
    public var eventBytesMax: Int

    /// Limits; those left out are wide enough for any answer that makes sense.
    public init(
        answerBytesMax: Int = 10 << 20, toolCallsMax: Int = 128, eventsMax: Int = 1_000_000,
        eventBytesMax: Int = 10 << 20
    ) {
        self.answerBytesMax = answerBytesMax
        self.toolCallsMax = toolCallsMax
        self.eventsMax = eventsMax
        self.eventBytesMax = eventBytesMax
    }
}
