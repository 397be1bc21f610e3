import TuttiCore

/// Which model speaks for whom at a roundtable, by names such as `ollama/qwen3:8b`.
public struct ModelAssignment: Codable, Sendable, Hashable {
    /// The model of each participant.
    public var participants: [String: String]
    /// The model of the moderator.
    public var moderator: String

    /// An assignment from its parts.
    public init(participants: [String: String], moderator: String) {
        self.participants = participants
        self.moderator = moderator
    }

    /// One model for all of a panel.
    public init(_ model: String, for panel: Panel) {
        let names = panel.participants.map { ($0.name, $0.model?.description ?? model) }
        self.init(participants: Dictionary(names, uniquingKeysWith: { first, _ in first }), moderator: model)
    }

    /// The name of every model that is asked, each once.
    public var names: [String] { Set(participants.values).union([moderator]).sorted() }
}
