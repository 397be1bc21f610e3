public import TuttiCore

/// How the participants of a panel come to their models.
public enum ModelStrategy: String, Codable, Sendable, Hashable, CaseIterable {
    /// All have the first of the chosen models, whatever the panel says.
    case uniform
    /// Each has its own; the first of the chosen models speaks for those that have none.
    case perCritic = "per-critic"
    /// The chosen models in turn, one participant after the other, whatever the panel says.
    case diverse

    /// The model of each participant, in their order.
    ///
    /// - Parameters:
    ///   - participants: at least one.
    ///   - chosen: the models that somebody has asked for, the first first; one that stands twice counts once.
    ///   - available: those that can be asked; `nil` when nobody knows.
    /// - Throws: ``ModelStrategyError`` when a participant would have none, or one that is not there.
    public func models(
        of participants: [Participant], chosen: [ModelReference], available: [ModelReference]? = nil
    ) throws(ModelStrategyError) -> [ModelReference] {
        var distinct: [ModelReference] = []
        for model in chosen where !distinct.contains(model) { distinct.append(model) }
        let models: [ModelReference]
        switch self {
        case .uniform:
            guard let first = distinct.first else { throw ModelStrategyError(.noModel, strategy: self) }
            models = participants.map { _ in first }
        case .perCritic:
            let speechless = participants.filter { $0.model == nil }.map(\.name)
            guard speechless.isEmpty || !distinct.isEmpty else {
                throw ModelStrategyError(.participantsWithoutModel(speechless), strategy: self)
            }
            models = participants.compactMap { $0.model ?? distinct.first }
        case .diverse:
            guard distinct.count > 1 else {
                throw ModelStrategyError(distinct.isEmpty ? .noModel : .oneModelOnly, strategy: self)
            }
            models = participants.indices.map { distinct[$0 % distinct.count] }
        }
        if let available { try check(zip(participants, models), among: available) }
        return models
    }

    private func check(
        _ seats: some Sequence<(Participant, ModelReference)>, among available: [ModelReference]
    ) throws(ModelStrategyError) {
        for (participant, model) in seats where !available.contains(model) {
            throw ModelStrategyError(
                .unavailable(model, participant: participant.name, known: available), strategy: self)
        }
    }
}

/// A panel whose participants cannot all have a model. Nothing was asked of any.
public struct ModelStrategyError: CodedError, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Problem: Sendable, Hashable {
        /// No model was chosen.
        case noModel
        /// Only one was, where several are needed.
        case oneModelOnly
        /// These participants have no model of their own, and none was chosen for them.
        case participantsWithoutModel([String])
        /// A participant's model is not among those that are there.
        case unavailable(ModelReference, participant: String, known: [ModelReference])
    }

    /// What is wrong.
    public var problem: Problem
    /// The strategy that was asked for.
    public var strategy: ModelStrategy

    init(_ problem: Problem, strategy: ModelStrategy) {
        self.problem = problem
        self.strategy = strategy
    }

    /// Stable: `no_model`, `too_few_models` or `model_unavailable`.
    public var code: String {
        switch problem {
        case .noModel, .participantsWithoutModel: "no_model"
        case .oneModelOnly: "too_few_models"
        case .unavailable: "model_unavailable"
        }
    }

    /// What is wrong, with the way out.
    public var message: String {
        switch problem {
        case .noModel:
            return "the models are \(strategy.rawValue), and no model is chosen; choose "
                + (strategy == .diverse ? "at least two" : "one") + ", as provider/name"
        case .oneModelOnly:
            return "the models are diverse, and only one is chosen; choose at least two, or let them be uniform"
        case .participantsWithoutModel(let names):
            return
                "\(names.joined(separator: ", ")) \(names.count == 1 ? "has" : "have") no model; give each one in the "
                + "panel, or choose one for those without"
        case .unavailable(let model, let participant, let known):
            let names = known.map(\.description)
            let near = NearestName.find(model.description, among: names).map { "did you mean '\($0)'?" }
            let all =
                names.isEmpty
                ? "there is none at all; start a server, or set a key"
                : "there are \(names.sorted().prefix(12).joined(separator: ", "))"
            return "the model of '\(participant)' is \(model), which there is not; \(near ?? all)"
        }
    }

    /// Nothing more.
    public var data: JSONValue? { nil }
    /// Never: somebody has to choose otherwise.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
