public import TuttiCore

/// An answer is not the JSON that was asked for. Its sentences never hold the answer.
public struct JSONAnswerError: CodedError, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Problem: Sendable, Hashable {
        /// There is no text, or only white space.
        case empty
        /// It has more bytes than ``JSONAnswer/bytesMax``.
        case tooLarge
        /// It broke off, because the tokens were used up.
        case cut
        /// The model or its provider would not answer.
        case refused
        /// There is no JSON in it.
        case noJSON
        /// There is JSON in it that does not fit the schema.
        case violations([JSONSchema.Violation])
    }

    /// What is wrong with it.
    public var problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    /// Stable: `answer_empty`, `answer_too_large`, `answer_cut`, `answer_refused`, `answer_not_json` or
    /// `answer_does_not_fit`.
    public var code: String {
        switch problem {
        case .empty: "answer_empty"
        case .tooLarge: "answer_too_large"
        case .cut: "answer_cut"
        case .refused: "answer_refused"
        case .noJSON: "answer_not_json"
        case .violations: "answer_does_not_fit"
        }
    }

    /// What is wrong, with the way out.
    public var message: String {
        switch problem {
        case .empty: "the model answered without a text; ask again, or use another model"
        case .tooLarge: "the answer has more than \(JSONAnswer.bytesMax) bytes; ask for less"
        case .cut: "the answer broke off because its tokens were used up; raise outputTokensMax, or ask for less"
        case .refused: "the model or its provider refused to answer; ask otherwise, or use another model"
        case .noJSON: "there is no JSON in the answer; ask again, or use a model that holds to a schema"
        case .violations(let violations): "the answer does not fit its schema: \(JSONAnswerError.list(violations))"
        }
    }

    /// The places that do not fit.
    public var data: JSONValue? {
        guard case .violations(let violations) = problem else { return nil }
        return ["violations": .array(violations.prefix(Self.shownMax).map { .string($0.message) })]
    }

    /// Whether asking the same again may help; it does not when the model refuses or the answer is too large.
    public var isRetryable: Bool { problem != .refused && problem != .tooLarge }

    /// The message.
    public var description: String { message }

    /// No list of violations is longer than is of use.
    static let shownMax = 10

    static func list(_ violations: [JSONSchema.Violation]) -> String {
        let shown = violations.prefix(shownMax).map { String($0.message.prefix(300)) }.joined(separator: "; ")
        return violations.count > shownMax ? shown + "; and \(violations.count - shownMax) more" : shown
    }
}
