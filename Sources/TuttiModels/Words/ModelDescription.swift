/// What a provider tells of a model that it has.
public struct ModelDescription: Sendable, Hashable {
    /// The name that requests use.
    public var name: String
    /// The most tokens of a conversation; `nil` when the provider does not say.
    public var contextTokens: Int64?
    /// The most tokens of an answer; `nil` when the provider does not say.
    public var outputTokensMax: Int64?

    /// A description from its parts.
    public init(name: String, contextTokens: Int64? = nil, outputTokensMax: Int64? = nil) {
        self.name = name
        self.contextTokens = contextTokens
        self.outputTokensMax = outputTokensMax
    }
}
