package import TuttiCore
import TuttiModels

/// A call of a model that came to nothing, and what its attempts have used all the same: the error as it was, with
/// `spending` among its data.
struct FailedCall: CodedError {
    let code: String
    let message: String
    let data: JSONValue?
    let isRetryable: Bool
    let retryAfter: Duration?

    init(_ error: any CodedError, after spending: Spending) {
        (code, message, isRetryable) = (error.code, error.message, error.isRetryable)
        retryAfter = error.retryAfter
        data = spending.told(in: error.data)
    }

    /// An answer of which nothing can be used. Asking the same again is no remedy; a repair is a step of its own.
    init(_ error: JSONAnswerError, after spending: Spending) {
        (code, message, isRetryable, retryAfter) = (error.code, error.message, false, nil)
        data = spending.told(in: error.data)
    }
}

extension Spending {
    /// The data of an error with what was spent as `spending`.
    func told(in data: JSONValue?) -> JSONValue {
        var members: [String: JSONValue] = if case .object(let known)? = data { known } else { [:] }
        members["spending"] = try? CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(self))
        return .object(members)
    }

    /// What was spent on work that failed, as its error tells it; `nil` for an error that tells of nothing.
    package init?(lostTo error: StepError) {
        guard let told = error.data?["spending"],
            let spending = try? CanonicalJSON.decode(Spending.self, from: CanonicalJSON.encode(told))
        else { return nil }
        self = spending
    }
}

extension StepError {
    /// Whether a model has answered, and nothing of it can be used.
    package var isUnusableAnswer: Bool { code.hasPrefix("answer_") && Spending(lostTo: self) != nil }

    /// The same error, with what was spent before it.
    func after(_ spending: Spending) -> StepError {
        var error = self
        error.data = (spending + (Spending(lostTo: self) ?? Spending())).told(in: data)
        return error
    }
}
