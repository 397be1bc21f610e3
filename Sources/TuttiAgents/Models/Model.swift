public import TuttiCore
public import TuttiModels

/// A model that can be asked: who answers, under which name, and what it costs.
public struct Model: Sendable {
    /// `provider/name`, as it is written on the command line and told in reports.
    public var name: String
    /// Who answers.
    public var provider: any ModelProvider
    /// The name that the provider knows it by.
    public var model: String
    /// What it costs, by its ``name``; empty when nobody knows.
    public var prices: PriceTable
    /// Tells whose stored key a call by who asks now would be made with; `nil` for a key of the settings, or none.
    package var keyHolder: @Sendable () -> String? = { nil }

    /// A model from its parts.
    ///
    /// - Parameter model: `nil` for what is behind the first `/` of the name, else all of it.
    public init(
        _ name: String, provider: any ModelProvider, model: String? = nil, prices: PriceTable = PriceTable()
    ) {
        self.name = name
        self.provider = provider
        self.model = model ?? name.firstIndex(of: "/").map { String(name[name.index(after: $0)...]) } ?? name
        self.prices = prices
    }
}

extension Model {
    /// What it costs at a moment: the price of its ``name``, else of the name that its provider knows it by.
    package func price(at moment: Timestamp) -> ModelPrice? {
        prices.price(of: name, at: moment) ?? prices.price(of: model, at: moment)
    }
}

/// Who finds models by their names.
public protocol ModelSource: Sendable {
    /// The model of a name such as `openai/gpt-5`.
    ///
    /// - Throws: a `CodedError` that names what is missing and the way out.
    func model(named name: String) throws -> Model
}

/// A source of models that are given by hand, as for tests and for a single one.
public struct ListedModels: ModelSource {
    private let models: [Model]

    /// The models that can be asked.
    public init(_ models: [Model] = []) { self.models = models }

    /// - Throws: ``UnknownModelError``.
    public func model(named name: String) throws -> Model {
        guard let model = models.first(where: { $0.name == name }) else {
            throw UnknownModelError(name: name, known: models.map(\.name))
        }
        return model
    }
}

/// There is no model of this name.
public struct UnknownModelError: CodedError, Hashable {
    /// What was asked for.
    public var name: String
    /// What there is.
    public var known: [String]

    /// `unknown_model`
    public var code: String { "unknown_model" }
    /// The name, and what there is instead.
    public var message: String {
        known.isEmpty
            ? "there is no model '\(name)', and no other; give one with --model provider/name"
            : "there is no model '\(name)'; there are \(known.joined(separator: ", "))"
    }
    /// Trying again finds the same.
    public var isRetryable: Bool { false }
}
