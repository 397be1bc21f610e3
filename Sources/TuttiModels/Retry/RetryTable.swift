import TuttiCore

/// A failure as the retry table looks at it.
package struct CallFailure: Sendable, Hashable {
    /// What happened.
    package enum Cause: Sendable, Hashable {
        /// No connection, no name, no TLS, or a reset before any byte of an answer.
        case unreachable
        /// An HTTP status, or the one that an error inside of an answer stands for.
        case status(Int)
        /// The answer broke off.
        case cut
        /// The answer is not what the protocol says.
        case malformed
    }

    package var cause: Cause
    package var family: ProviderFamily
    /// The provider's codes and types.
    package var words: [String]
    /// What the provider itself advises (`x-should-retry`).
    package var shouldRetry: Bool?

    package init(_ cause: Cause, of family: ProviderFamily, words: [String] = [], shouldRetry: Bool? = nil) {
        self.cause = cause
        self.family = family
        self.words = words
        self.shouldRetry = shouldRetry
    }
}

/// What helps against which failure, in one place.
package enum RetryTable {
    /// What a failure is called, and what helps.
    package struct Row: Sendable, Hashable {
        package var kind: ModelErrorCode
        package var classification: ModelError.Classification

        package init(kind: ModelErrorCode, classification: ModelError.Classification) {
            self.kind = kind
            self.classification = classification
        }
    }

    /// The row of a failure.
    package static func row(for failure: CallFailure) -> Row {
        var row = plainRow(for: failure)
        switch failure.shouldRetry {
        case true?: row.classification = .retry
        case false? where row.classification == .retry: row.classification = .retryElsewhere
        default: break
        }
        return row
    }

    private static func plainRow(for failure: CallFailure) -> Row {
        switch failure.cause {
        case .unreachable: Row(kind: .unreachable, classification: .retry)
        case .cut: Row(kind: .cutOff, classification: .retry)
        case .malformed: Row(kind: .malformed, classification: .retry)
        case .status(let status): row(of: status, failure)
        }
    }

    private static func row(of status: Int, _ failure: CallFailure) -> Row {
        let words = Set(failure.words.map { $0.lowercased() })
        if [402, 403, 429].contains(status), status == 402 || words.contains(where: isAboutMoney) {
            return Row(kind: .quotaExhausted, classification: .retryElsewhere)
        }
        if failure.family == .bedrock, let row = rowOfBedrock(words) { return row }
        switch status {
        case 400, 404, 413, 422: return refusal(status, words)
        case 401: return Row(kind: .unauthenticated, classification: .never)
        case 403: return Row(kind: .forbidden, classification: .never)
        case 408, 504: return Row(kind: .timedOut, classification: .retry)
        case 409:
            return failure.family == .gemini
                ? Row(kind: .badRequest, classification: .never) : Row(kind: .providerFailed, classification: .retry)
        case 424: return Row(kind: .providerFailed, classification: .retryElsewhere)
        case 425: return Row(kind: .providerFailed, classification: .retry)
        case 429: return Row(kind: .rateLimited, classification: .retry)
        case 503, 529: return Row(kind: .overloaded, classification: .retry)
        case 500...: return Row(kind: .providerFailed, classification: .retry)
        case 400...: return Row(kind: .badRequest, classification: .never)
        default: return Row(kind: .malformed, classification: .never)
        }
    }

    /// What Amazon's names tell that their status does not. A credential that has run out is refused with 403.
    private static func rowOfBedrock(_ words: Set<String>) -> Row? {
        if !words.isDisjoint(with: credentialWords) { return Row(kind: .unauthenticated, classification: .never) }
        if words.contains("servicequotaexceededexception") {
            return Row(kind: .quotaExhausted, classification: .retryElsewhere)
        }
        return words.contains("modelnotreadyexception") ? Row(kind: .overloaded, classification: .retry) : nil
    }

    private static func refusal(_ status: Int, _ words: Set<String>) -> Row {
        if !words.isDisjoint(with: contextWords) { return Row(kind: .contextTooLong, classification: .retryElsewhere) }
        if !words.isDisjoint(with: keyWords) { return Row(kind: .unauthenticated, classification: .never) }
        if !words.isDisjoint(with: filterWords) { return Row(kind: .refused, classification: .never) }
        if status == 404 { return Row(kind: .modelNotFound, classification: .retryElsewhere) }
        return Row(kind: status == 413 ? .requestTooLarge : .badRequest, classification: .never)
    }

    private static let contextWords: Set = ["context_length_exceeded", "exceed_context_size_error"]
    /// Names of failures about who signs ("Common errors", AWS General Reference).
    private static let credentialWords: Set = [
        "expiredtokenexception", "expiredtoken", "invalidclienttokenid", "unrecognizedclientexception",
        "invalidsignatureexception", "signaturedoesnotmatch", "requestexpired", "incompletesignature",
        "incompletesignatureexception", "missingauthenticationtoken", "missingauthenticationtokenexception",
    ]
    private static let keyWords: Set = ["api_key_invalid", "invalid_api_key"]
    private static let filterWords: Set = ["content_filter", "content_policy_violation"]
    private static let moneyWords: Set = [
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_error",
        "enforced_spend_limit_reached", ProviderFailure.dailyQuota,
    ]

    /// Vendors add codes for money that has run out; they speak of spending.
    private static func isAboutMoney(_ word: String) -> Bool {
        moneyWords.contains(word) || word.contains("spend_limit")
    }
}

extension ProviderFailure {
    /// Our word for a quota of a day, which Google tells by the name of the quota.
    static let dailyQuota = "daily_quota"
}
