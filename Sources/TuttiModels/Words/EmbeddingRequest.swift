/// What is to be turned into vectors, in words of no provider.
public struct EmbeddingRequest: Sendable, Hashable {
    /// The texts of a call, as letters or as tokens of the model.
    public enum Inputs: Sendable, Hashable {
        /// Texts as they are.
        case texts([String])
        /// Texts as the model's own tokenizer has cut them up. Not every provider takes them.
        case tokens([[Int]])

        /// How many there are.
        public var count: Int {
            switch self {
            case .texts(let texts): texts.count
            case .tokens(let tokens): tokens.count
            }
        }
    }

    /// The model's name as its provider knows it.
    public var model: String
    /// What is turned into vectors; each gets one.
    public var inputs: Inputs
    /// How many numbers each vector is to have; `nil` leaves it to the model. Many models have only one size.
    public var dimensions: Int?
    /// A name for the person behind the request that tells nothing about them; for providers that take one.
    public var user: String?

    /// A request from its parts.
    public init(model: String, inputs: Inputs, dimensions: Int? = nil, user: String? = nil) {
        self.model = model
        self.inputs = inputs
        self.dimensions = dimensions
        self.user = user
    }

    /// The most inputs of one call: what OpenAI takes (`types/embedding_create_params.py` of its package `openai`).
    public static let inputsMax = 2048
    /// The most numbers of one vector, asked for or answered.
    public static let dimensionsMax = 16_384
}
