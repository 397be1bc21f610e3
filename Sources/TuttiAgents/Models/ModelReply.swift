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

    /// How many messages came before these, which earlier steps of the run hold; `nil` for none.
    public var earlier: Int?

    /// - Parameter known: how many of the first messages earlier steps hold: a conversation of many turns would
    ///   otherwise be stored with each of them.
    init(_ request: ModelRequest, known: Int = 0) {
        model = request.model
        system = known == 0 ? request.system : nil
        messages = Array(request.messages.dropFirst(known))
        earlier = known == 0 ? nil : known
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
