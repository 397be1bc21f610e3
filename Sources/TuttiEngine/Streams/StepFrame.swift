public import TuttiCore

/// A piece of what a step tells while it is carried out, such as the words of a model as they come.
///
/// Frames are for watching. What a step has done is its result, in the journal; frames are in no journal and a replay
/// brings none.
public struct StepFrame: Sendable, Hashable {
    /// What a frame brings.
    public enum Content: Sendable, Hashable {
        /// More text of the attempt.
        case text(String)
        /// Another attempt has begun: what was told of the step before is void.
        case reset
        /// The step has its result, or is not wanted any more; no frame of it follows.
        case finished
    }

    /// The run.
    public var run: RunID
    /// The key of the step.
    public var key: String
    /// Which attempt at the step, counted from 1; anew after a takeover, which a `reset` tells.
    public var attempt: Int
    /// The bytes (UTF-8) of the attempt's text before this frame. Where it is more than what has been seen, something
    /// is missing: beyond a limit nothing is kept for readers that come late.
    public var offset: Int
    /// What it brings.
    public var content: Content

    init(run: RunID, key: String, attempt: Int, offset: Int, content: Content) {
        self.run = run
        self.key = key
        self.attempt = attempt
        self.offset = offset
        self.content = content
    }
}

/// A frame with its place among those of its run in this process.
struct PlacedFrame: StreamItem {
    let place: Int64
    let frame: StepFrame

    var size: Int {
        if case .text(let text) = frame.content { text.utf8.count + Self.overhead } else { Self.overhead }
    }

    private static let overhead = 200
}
