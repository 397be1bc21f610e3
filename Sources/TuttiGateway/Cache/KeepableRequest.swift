import TuttiCore

/// A request whose answer may be kept and given again.
package struct KeepableRequest: Sendable {
    /// Under which name its answer is kept.
    package let key: AnswerKey
    private let scope: AnswerScope
    private let body: JSONValue

    /// The request; `nil` for one whose answer is not kept, see ``ExactRequest`` and
    /// ``AnswerLimits/requestBytesMax``.
    package init?(_ bytes: [UInt8], _ scope: AnswerScope) {
        guard bytes.count <= AnswerLimits.requestBytesMax, case .object(var members)? = ExactRequest.read(bytes) else {
            return nil
        }
        for name in Self.ignored(in: scope.dialect) { members[name] = nil }
        members["stream"] = .bool(members["stream"] == .bool(true))
        self.scope = scope
        body = .object(members)
        key = AnswerKey([.string("tutti answer 1")] + scope.values + [body])
    }

    /// Members that change nothing of an answer. Responses tell what they were asked with, so there are none of theirs.
    private static func ignored(in dialect: CallDialect) -> [String] {
        switch dialect {
        case .chat: ["user", "metadata", "safety_identifier", "prompt_cache_key", "store"]
        case .messages: ["metadata"]
        default: []
        }
    }

    /// What was asked last, to be compared with other questions; `nil` where that is not one plain text of a person,
    /// or is too long.
    ///
    /// - Parameter embeddings: what makes vectors of questions: only those of one maker can be compared.
    package func question(embeddings: String) -> AnswerQuestion? {
        guard let (text, rest) = LastQuestion.split(body, scope.dialect),
            (1...AnswerLimits.questionBytesMax).contains(text.utf8.count)
        else { return nil }
        let values: [JSONValue] = [.string("tutti question 1"), .string(embeddings)] + scope.values + [rest]
        return AnswerQuestion(text: text, kind: AnswerKey(values))
    }
}

/// The last question of a request.
package struct AnswerQuestion: Sendable {
    package let text: String
    /// What all requests have in common that differ in this text alone.
    package let kind: AnswerKey
}
