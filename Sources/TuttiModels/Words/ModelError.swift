public import TuttiCore

/// How a call of a model failed.
///
/// Its sentences are ours: they never hold what was asked, what was answered, or a key. What the provider said is in
/// ``providerMessage``, which only shows itself when it is asked to.
public struct ModelError: CodedError, Hashable {
    /// What helps against the failure; each has exactly one.
    public enum Classification: String, Sendable, Hashable, Codable {
        /// The same again, after a while, or another provider at once.
        case retry
        /// Another credential, model or provider; the same one will not do.
        case retryElsewhere = "retry_elsewhere"
        /// Nothing but another request or a person.
        case never
    }

    /// What went wrong.
    public var kind: ModelErrorCode
    /// What helps against it.
    public var classification: Classification
    /// One sentence about what happened, with the way out.
    public var message: String
    /// How long the provider asks to be left alone.
    public var retryAfter: Duration?
    /// The HTTP status, or the one that an error inside of a stream stands for.
    public var status: Int?
    /// The provider's id of the call, for its support.
    public var requestID: String?
    /// The provider's own code.
    public var providerCode: String?
    /// The field of the request that the provider refuses, where it says so.
    public var parameter: String?
    /// What the provider said. It may quote what was asked, so it is not for logs.
    public var providerMessage: SecretText?
    /// What was counted until it failed; the provider may want money for it.
    public var usage: ModelUsage?
    /// Whether a part of the answer had come before.
    public var hasContent: Bool

    /// An error; the rest is filled in by whoever knows it.
    public init(_ kind: ModelErrorCode, _ classification: Classification, _ message: String) {
        self.kind = kind
        self.classification = classification
        self.message = message
        hasContent = false
    }

    /// The stable word of ``kind``.
    public var code: String { kind.rawValue }
    /// Whether trying the same again may help.
    public var isRetryable: Bool { classification == .retry }
    /// What programs may need: the classification, the status and the provider's words that are no prose.
    public var data: JSONValue? {
        var members: [String: JSONValue] = ["classification": .string(classification.rawValue)]
        members["status"] = status.map { .int(Int64($0)) }
        members["retry_after_ms"] = retryAfter.map { .int($0.milliseconds) }
        members["request_id"] = requestID.map(JSONValue.string)
        members["provider_code"] = providerCode.map(JSONValue.string)
        members["parameter"] = parameter.map(JSONValue.string)
        return .object(members)
    }
}

extension ModelError: CustomStringConvertible {
    /// `code: message`
    public var description: String { "\(code): \(message)" }
}

/// The stable word for what went wrong.
public struct ModelErrorCode: RawRepresentable, Sendable, Hashable, Codable {
    /// The word.
    public var rawValue: String
    /// A code by its word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The request is not one that the provider takes.
    public static let badRequest = ModelErrorCode(rawValue: "bad_request")
    /// The key is missing or wrong, or has run out.
    public static let unauthenticated = ModelErrorCode(rawValue: "unauthenticated")
    /// The key may not do this.
    public static let forbidden = ModelErrorCode(rawValue: "forbidden")
    /// There is no such model here.
    public static let modelNotFound = ModelErrorCode(rawValue: "model_not_found")
    /// The request has too many bytes.
    public static let requestTooLarge = ModelErrorCode(rawValue: "request_too_large")
    /// The conversation has more tokens than the model takes.
    public static let contextTooLong = ModelErrorCode(rawValue: "context_too_long")
    /// The provider would not deal with what was asked.
    public static let refused = ModelErrorCode(rawValue: "refused")
    /// Too many calls for now.
    public static let rateLimited = ModelErrorCode(rawValue: "rate_limited")
    /// No money or quota is left on this key.
    public static let quotaExhausted = ModelErrorCode(rawValue: "quota_exhausted")
    /// The provider has too much to do.
    public static let overloaded = ModelErrorCode(rawValue: "overloaded")
    /// The provider failed.
    public static let providerFailed = ModelErrorCode(rawValue: "provider_failed")
    /// The provider gave up waiting.
    public static let timedOut = ModelErrorCode(rawValue: "timed_out")
    /// The provider could not be reached.
    public static let unreachable = ModelErrorCode(rawValue: "unreachable")
    /// The answer broke off before its end.
    public static let cutOff = ModelErrorCode(rawValue: "cut_off")
    /// The answer is not what the provider's protocol says.
    public static let malformed = ModelErrorCode(rawValue: "malformed_answer")
    /// The answer is larger than a limit of ours.
    public static let answerTooLarge = ModelErrorCode(rawValue: "answer_too_large")
    /// The answer is whole, and does not pass a check of ours.
    public static let checkFailed = ModelErrorCode(rawValue: "check_failed")
}
