public import TuttiCore
public import TuttiModels

/// An answer with what it has cost.
public struct ModelReply: Codable, Sendable, Hashable {
    /// The whole answer.
    public var response: ModelResponse
    /// What the call has used.
    public var spending: Spending
    /// What was asked, for whoever reads the journal; `nil` in journals of older releases.
    public var question: ModelQuestion?
}

/// What a model was asked, as far as people want to read it again.
public struct ModelQuestion: Codable, Sendable, Hashable {
    /// The model, as its provider calls it.
    public var model: String
    /// What holds for the whole conversation.
    public var system: String?
    /// The conversation, the oldest first.
    public var messages: [ModelMessage]

    init(_ request: ModelRequest) {
        model = request.model
        system = request.system
        messages = request.messages
    }
}

/// An answer in JSON, read, with what it has cost, its repair included.
public struct ModelValue<Value: Sendable>: Sendable {
    /// What was answered.
    public var value: Value
    /// What the calls have used.
    public var spending: Spending
    /// Whether the first answer did not fit, and the second one did.
    public var isRepaired: Bool
}

extension ModelValue where Value: Decodable {
    /// The value that JSON stands for.
    init(_ json: JSONValue, spending: Spending, isRepaired: Bool) throws {
        value = try CanonicalJSON.decode(Value.self, from: CanonicalJSON.encode(json))
        self.spending = spending
        self.isRepaired = isRepaired
    }
}
