public import TuttiCore
public import TuttiModels

/// An answer with what it has cost.
public struct ModelReply: Codable, Sendable, Hashable {
    /// The whole answer.
    public var response: ModelResponse
    /// What the call has used.
    public var spending: Spending
    /// What was asked, for whoever reads the journal; `nil` in journals of older releases.
    public var request: ModelRequest?
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
