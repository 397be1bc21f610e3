/// The vectors of a call.
public struct EmbeddingResponse: Sendable, Hashable {
    /// One vector for each input, in the order of the inputs. All have the same length, and each number is finite.
    public var vectors: [[Float]]
    /// The tokens of the call, which are all input; `nil` when the provider told nothing, which is not the same as
    /// none.
    public var usage: ModelUsage?

    /// An answer from its parts.
    public init(vectors: [[Float]], usage: ModelUsage? = nil) {
        self.vectors = vectors
        self.usage = usage
    }

    /// The most bytes of an answer on the wire.
    public static let bytesMax = 64 << 20
}
