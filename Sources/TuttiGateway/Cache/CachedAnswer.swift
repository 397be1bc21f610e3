package import TuttiCore
package import TuttiRouting

/// An answer that may be given again.
package struct CachedAnswer: Sendable, Hashable {
    /// The question that it answers, for others that mean the same.
    package struct Question: Sendable, Hashable {
        /// ``AnswerQuestion/kind``
        package var kind: AnswerKey
        package var vector: UnitVector

        package init(kind: AnswerKey, vector: UnitVector) {
            self.kind = kind
            self.vector = vector
        }

        /// The cosine of the vectors in millionths, since numbers of 32 bits are no more exact: one of a vector with
        /// itself is 1. `nil` for vectors of other dimensions, which nobody can compare.
        package func similarity(to other: Question) -> Double? {
            guard vector.dimensions == other.vector.dimensions else { return nil }
            return (vector.cosine(other.vector) * 1_000_000).rounded() / 1_000_000
        }
    }

    /// Whose it is.
    package var tenant: String
    /// The model, as it was asked for.
    package var model: String
    /// The very bytes that went to the client: a body, or all events of a stream.
    package var bytes: [UInt8]
    /// The model that has answered, as `PROVIDER/NAME`.
    package var providerModel: String
    /// When it was kept.
    package var time: Timestamp
    /// What it has taken, and does not take again.
    package var tokens: Int64 = 0
    /// What it has cost, and does not cost again.
    package var cost = USD(microdollars: 0)
    /// `nil` where questions are not compared.
    package var question: Question?

    package init(tenant: String, model: String, bytes: [UInt8], providerModel: String, time: Timestamp) {
        self.tenant = tenant
        self.model = model
        self.bytes = bytes
        self.providerModel = providerModel
        self.time = time
    }

    /// What names, numbers and places in lists take beside the bytes, about.
    private static let overhead = 512

    /// The bytes that it counts.
    package var size: Int { bytes.count + 4 * (question?.vector.dimensions ?? 0) + Self.overhead }
}

/// An answer to a question that means about the same.
package struct SimilarAnswer: Sendable, Hashable {
    package var key: AnswerKey
    package var answer: CachedAnswer
    /// The cosine of the vectors of the two questions.
    package var similarity: Double

    package init(key: AnswerKey, answer: CachedAnswer, similarity: Double) {
        self.key = key
        self.answer = answer
        self.similarity = similarity
    }
}
