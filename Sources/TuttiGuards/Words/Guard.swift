package import TuttiCore

/// Something that is looked for in requests and answers, and what is done about it.
package struct Guard: Sendable, Hashable {
    package var name: String
    package var kinds: [GuardKind]
    package var patterns: [GuardPattern]
    package var sizes: GuardSizes
    package var places: [GuardPlace]
    package var action: GuardAction
    /// The models and routes that it is for; `nil` for all.
    package var models: [NamePattern]?

    package init(
        _ name: String, kinds: [GuardKind] = [], patterns: [GuardPattern] = [], sizes: GuardSizes = GuardSizes(),
        in places: [GuardPlace] = GuardPlace.allCases, does action: GuardAction, models: [NamePattern]? = nil
    ) {
        self.name = name
        self.kinds = kinds
        self.patterns = patterns
        self.sizes = sizes
        self.places = places
        self.action = action
        self.models = models
    }

    /// Whether it is for a call of a model by any of its names.
    func covers(_ names: [String]) -> Bool {
        guard let models else { return true }
        return models.contains { model in names.contains { model.covers($0) } }
    }

    /// All that it does, as a text that another guard does not have.
    var description: String {
        var value: [String: JSONValue] = ["name": .string(name), "does": .string(action.rawValue)]
        value["finds"] = .array(kinds.map { .string($0.rawValue) })
        value["patterns"] = .array(patterns.map { .string($0.text) })
        value["in"] = .array(places.map { .string($0.rawValue) })
        value["sizes"] = .array(sizes.list.map { ["\($0.size.rawValue)": .int($0.max)] })
        return String(decoding: JSONValue.object(value).bytes, as: UTF8.self)
    }
}
