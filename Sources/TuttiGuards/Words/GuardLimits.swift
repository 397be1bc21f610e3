/// What guards may have at most, and how far they look.
package enum GuardLimits {
    /// Guards of a file.
    package static let guardsMax = 32
    /// Patterns of one guard.
    package static let patternsMax = 32
    /// Bytes that a request may be allowed: what the gateway takes at all.
    package static let requestBytes: ClosedRange<Int64> = 1 << 10...32 << 20
    /// Bytes of a pattern.
    package static let patternLengthMax = 500
    /// Letters that a pattern may look back: so much of what has gone out is kept.
    package static let lookBehindMax = 64
    /// Patterns of models of one guard.
    package static let modelsMax = 64
    /// Bytes of a streamed text that are held back, because something that is looked for may have begun there. What
    /// goes on for longer is refused.
    package static let heldBytesMax = 16 << 10
    /// Bytes of a streamed text that are kept for looking back, beyond what letters of ``lookBehindMax`` take.
    static let keptBytes = 4 * lookBehindMax + 64
    /// Bytes of a private key or of a token; what is longer is taken to end there.
    static let secretBytesMax = 8 << 10
    /// Bytes of what has been found in the ledger and in the head of an answer.
    package static let accountBytesMax = 200
}

/// What a search may take before it gives up.
package enum SearchLimits {
    /// Ways that a pattern tries from one place of a text.
    static let stepsMax: UInt32 = 50_000
    /// Choices inside each other.
    static let depthMax: UInt32 = 10_000
    /// KiB of memory.
    static let memoryMax: UInt32 = 8_192
    /// Places from which is tried before the clock is looked at.
    static let placesAtOnce = 512
    /// For all that is looked for in one request or whole answer.
    package static let timeMax = Duration.seconds(1)
    /// For all that is looked for in one piece of an answer: others wait for the thread that it is on.
    static let pieceTimeMax = Duration.milliseconds(250)
    /// For all pieces of an answer.
    static let piecesTimeMax = Duration.seconds(5)
}
