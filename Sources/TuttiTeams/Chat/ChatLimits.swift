/// What a conversation may not exceed.
public enum ChatLimits {
    /// Bytes of a message, and of the system text.
    public static let textMax = 256 << 10
    /// Exchanges of one conversation; then it ends.
    public static let exchangesMax = 1000
    /// Tokens that a model is sent at once, by an estimate, where nobody has said another number.
    public static let contextTokensDefault = 100_000
    /// The numbers that can be said instead.
    public static let contextTokens = 500...10_000_000
    /// The longest wish of a provider to be left alone that is waited for; of a longer one the person is told.
    static let patience: Duration = .seconds(5)
}
