/// The tokens of a call, apart by what they cost. Each dialect adds up what its provider adds up.
package struct TokenUsage: Sendable, Hashable {
    /// Sent, and neither read from a cache nor put into one.
    package var uncached: Int
    package var cacheRead: Int
    package var cacheWrite: Int
    /// Received, thoughts among them.
    package var output: Int
    /// Those of ``output`` that are thoughts.
    package var reasoning: Int
    /// What the call costs in millionths of a dollar, when the provider tells.
    package var microdollars: Int?

    package init(
        uncached: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0, output: Int = 0, reasoning: Int = 0,
        microdollars: Int? = nil
    ) {
        self.uncached = uncached
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
        self.microdollars = microdollars
    }

    /// All that was sent.
    package var input: Int { uncached + cacheRead + cacheWrite }

    /// Bytes of text for which a token is counted.
    package static let bytesPerToken = 4

    /// The tokens that a text counts for.
    package static func tokens(of text: String) -> Int { (text.utf8.count + bytesPerToken - 1) / bytesPerToken }
}
