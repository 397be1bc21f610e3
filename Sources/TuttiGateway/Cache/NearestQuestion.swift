/// Finds the nearest of some questions; of those that are equally near, the first.
package struct NearestQuestion: Sendable {
    private let question: CachedAnswer.Question
    private let similarity: Double
    /// What names its answer, and the cosine; `nil` while none was as near as asked for.
    package private(set) var found: (key: AnswerKey, similarity: Double)?

    /// - Parameter similarity: the least cosine.
    package init(to question: CachedAnswer.Question, atLeast similarity: Double) {
        self.question = question
        self.similarity = similarity
    }

    /// Compares with another question.
    package mutating func compare(_ other: CachedAnswer.Question, of key: AnswerKey) {
        guard let near = other.similarity(to: question), near >= similarity, near > found?.similarity ?? -2 else {
            return
        }
        found = (key, near)
    }
}
