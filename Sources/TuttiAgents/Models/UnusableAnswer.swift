public import TuttiCore
import TuttiModels

/// A model has answered, and again after it was shown what was wrong, with nothing that can be used. Both answers are
/// paid for.
public struct UnusableAnswer: CodedError, Hashable {
    /// That of the `JSONAnswerError`: `answer_not_json` and the like.
    public let code: String
    /// What is wrong with the second answer.
    public let message: String
    /// What the `JSONAnswerError` tells, and in `spending` what the calls have used.
    public let data: JSONValue?
    /// The model was asked again already.
    public var isRetryable: Bool { false }

    init(_ error: JSONAnswerError, after spending: Spending) {
        code = error.code
        message = error.message
        data = spending.told(in: error.data)
    }

    /// The same failure where it has passed a scope; `nil` for any other.
    package init?(_ error: any CodedError) {
        guard error.code.hasPrefix("answer_"), error.data?["spending"] != nil else { return nil }
        (code, message, data) = (error.code, error.message, error.data)
    }
}
