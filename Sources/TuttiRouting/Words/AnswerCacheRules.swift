package import TuttiCore

/// Which answers of models are kept to be given again, for how long, and how many.
package struct AnswerCacheRules: Sendable, Hashable {
    /// Models as clients call them, with stars; `nil` for all.
    package var models: [NamePattern]?
    /// How long an answer counts.
    package var lifetime: Duration = .seconds(3600)
    /// Bytes of answers in memory.
    package var memoryBytes: Int64 = 64 << 20
    /// Bytes of answers on the disk; `nil` for none.
    package var diskBytes: Int64?
    /// When the answer to another question will do; `nil` for never.
    package var similar: SimilarAnswerRules?

    /// Those of a section that says nothing.
    package init() {}

    /// Whether answers of a model are kept.
    package func covers(_ model: String) -> Bool { models?.contains { $0.covers(model) } ?? true }
}

/// When the answer to another question will do.
package struct SimilarAnswerRules: Sendable, Hashable {
    /// The model, or the route, that turns questions into vectors.
    package var embeddings: String
    /// The least cosine of the vectors of two questions.
    package var similarity = 0.98

    package init(embeddings: String) { self.embeddings = embeddings }
}
