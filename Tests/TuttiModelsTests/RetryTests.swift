import Testing
import TuttiCore
import TuttiModels

@Suite("The retry table")
struct RetryTableTests {
    struct Sample: Sendable {
        let status: Int
        let families: [ProviderFamily]
        let words: [String]
        let kind: ModelErrorCode
        let classification: ModelError.Classification

        init(
            _ status: Int, words: [String] = [], of families: [ProviderFamily] = ProviderFamily.allCases,
            _ kind: ModelErrorCode, _ classification: ModelError.Classification
        ) {
            self.status = status
            self.families = families
            self.words = words
            self.kind = kind
            self.classification = classification
        }
    }

    static let samples = [
        Sample(408, .timedOut, .retry), Sample(409, of: [.openAI, .anthropic, .bedrock], .providerFailed, .retry),
        Sample(409, of: [.gemini], .badRequest, .never), Sample(425, .providerFailed, .retry),
        Sample(429, .rateLimited, .retry), Sample(429, words: ["rate_limit_exceeded"], .rateLimited, .retry),
        Sample(500, .providerFailed, .retry), Sample(502, .providerFailed, .retry), Sample(503, .overloaded, .retry),
        Sample(504, .timedOut, .retry), Sample(520, .providerFailed, .retry), Sample(524, .providerFailed, .retry),
        Sample(529, .overloaded, .retry), Sample(424, words: ["ModelErrorException"], .providerFailed, .retryElsewhere),
        Sample(429, words: ["insufficient_quota"], .quotaExhausted, .retryElsewhere),
        Sample(429, words: ["credit_balance_exhausted"], .quotaExhausted, .retryElsewhere),
        Sample(429, words: ["organization_spend_limit_exceeded"], .quotaExhausted, .retryElsewhere),
        Sample(429, words: ["project_spend_limit_exceeded"], .quotaExhausted, .retryElsewhere),
        Sample(429, words: ["organization_usage_limit_exceeded"], .quotaExhausted, .retryElsewhere),
        Sample(429, words: ["enforced_spend_limit_reached", "rate_limit_error"], .quotaExhausted, .retryElsewhere),
        Sample(402, .quotaExhausted, .retryElsewhere),
        Sample(402, words: ["billing_error"], .quotaExhausted, .retryElsewhere),
        Sample(403, words: ["insufficient_quota"], .quotaExhausted, .retryElsewhere),
        Sample(401, .unauthenticated, .never),
        Sample(403, .forbidden, .never), Sample(400, .badRequest, .never), Sample(404, .modelNotFound, .retryElsewhere),
        Sample(413, .requestTooLarge, .never), Sample(422, .badRequest, .never),
        Sample(400, words: ["context_length_exceeded", "invalid_request_error"], .contextTooLong, .retryElsewhere),
        Sample(400, words: ["exceed_context_size_error"], .contextTooLong, .retryElsewhere),
        Sample(400, words: ["content_filter"], .refused, .never),
        Sample(400, words: ["API_KEY_INVALID"], .unauthenticated, .never),
        Sample(403, words: ["ExpiredTokenException"], of: [.bedrock], .unauthenticated, .never),
        Sample(403, words: ["UnrecognizedClientException"], of: [.bedrock], .unauthenticated, .never),
        Sample(403, words: ["AccessDeniedException"], of: [.bedrock], .forbidden, .never),
        Sample(400, words: ["ServiceQuotaExceededException"], of: [.bedrock], .quotaExhausted, .retryElsewhere),
        Sample(429, words: ["ModelNotReadyException"], of: [.bedrock], .overloaded, .retry),
        Sample(429, words: ["ThrottlingException"], of: [.bedrock], .rateLimited, .retry),
        Sample(418, .badRequest, .never), Sample(302, .malformed, .never), Sample(0, .malformed, .never),
        Sample(-7, .malformed, .never),
    ]

    @Test(arguments: samples.indices)
    func hasARowForEachStatus(index: Int) {
        let sample = Self.samples[index]
        for family in sample.families {
            let row = RetryTable.row(for: CallFailure(.status(sample.status), of: family, words: sample.words))
            #expect(row.kind == sample.kind && row.classification == sample.classification)
        }
    }

    @Test func hasARowForWhatHasNoStatus() {
        for family in ProviderFamily.allCases {
            #expect(RetryTable.row(for: CallFailure(.unreachable, of: family)).kind == .unreachable)
            #expect(RetryTable.row(for: CallFailure(.cut, of: family)).kind == .cutOff)
            #expect(RetryTable.row(for: CallFailure(.malformed, of: family)).kind == .malformed)
            for cause in [CallFailure.Cause.unreachable, .cut, .malformed] {
                #expect(RetryTable.row(for: CallFailure(cause, of: family)).classification == .retry)
            }
        }
    }

    @Test func theProvidersAdviceWins() {
        let dialect = ChatDialect(.openAI)
        #expect(dialect.error(400, headers: [("x-should-retry", "true")]).classification == .retry)
        #expect(dialect.error(500, headers: [("X-Should-Retry", "false")]).classification == .retryElsewhere)
        #expect(dialect.error(400, headers: [("x-should-retry", "false")]).classification == .never)
        #expect(dialect.error(500, headers: [("x-should-retry", "maybe")]).classification == .retry)
    }
}

@Suite("Hints for the next attempt")
struct RetryHintTests {
    private let dialect = ChatDialect(.openAI)

    private func pause(_ headers: [(name: String, value: String)]) -> Duration? {
        dialect.error(429, headers: headers).retryAfter
    }

    @Test(arguments: [
        ("retry-after", "7", 7000), ("retry-after", "1.5", 1500), ("retry-after-ms", "250", 250),
        ("Retry-After", "0", 0), ("retry-after", "Mon, 21 Sep 2026 14:13:30 GMT", 10_000),
        ("retry-after", "Mon, 21 Sep 2026 14:13:10 GMT", 0), ("retry-after", "99999999999999999999", 2_592_000_000),
    ])
    func areRead(name: String, value: String, milliseconds: Int64) {
        #expect(pause([(name, value)]) == .milliseconds(milliseconds))  // now is 14:13:20
    }

    @Test(arguments: ["", "soon", "-1", "NaN", "inf", "1e9", "0x10", "Mon, 21 Xxx 2026 14:13:30 GMT", "1 2 3 4 5 GMT"])
    func areLeftOutWhenTheyAreNone(value: String) {
        #expect(pause([("retry-after", value), ("retry-after-ms", value)]) == nil)
    }

    @Test(arguments: [("1s", 1000), ("6m0s", 360_000), ("120ms", 120), ("1h2m3.5s", 3_723_500)])
    func ofALimitCountOnlyWhenNothingRemains(value: String, milliseconds: Int64) {
        #expect(
            pause([("x-ratelimit-reset-tokens", value), ("x-ratelimit-remaining-tokens", "0")])
                == .milliseconds(milliseconds))
        #expect(pause([("x-ratelimit-reset-tokens", value), ("x-ratelimit-remaining-tokens", "5")]) == nil)
        #expect(pause([("x-ratelimit-reset-tokens", "1x"), ("x-ratelimit-remaining-tokens", "0")]) == nil)
    }

    @Test(arguments: ["2026-09-21T14:13:30Z", "2026-09-21T14:13:30.000123Z", "2026-09-21T14:13:30+00:00"])
    func ofAnthropicAreMoments(moment: String) {
        let dialect = AnthropicDialect()
        let reset = (name: "anthropic-ratelimit-input-tokens-reset", value: moment)
        let none = (name: "anthropic-ratelimit-input-tokens-remaining", value: "0")
        #expect(dialect.error(429, headers: [reset, none]).retryAfter == .seconds(10))
        #expect(dialect.error(429, headers: [reset]).retryAfter == nil)
    }

    @Test func theLongestCounts() {
        #expect(pause([("retry-after", "1"), ("retry-after-ms", "2000")]) == .seconds(2))
    }
}

@Suite("What to do after a failed call")
struct RetryDecisionTests {
    private let policy = RetryPolicy(attemptsMax: 3, delayFirst: .seconds(1), delayMax: .seconds(8))

    private func decide(_ error: ModelError, _ situation: RetrySituation) -> RetryDecision {
        var random = SeededGenerator(seed: 1)
        return RetryTable.decide(error, in: situation, by: policy, using: &random)
    }

    private func error(
        _ kind: ModelErrorCode, _ classification: ModelError.Classification, after pause: Duration? = nil
    ) -> ModelError {
        var error = ModelError(kind, classification, "x")
        error.retryAfter = pause
        return error
    }

    @Test func waitsForTheLongerOfHintAndBackOff() throws {
        let hinted = decide(error(.rateLimited, .retry, after: .seconds(30)), RetrySituation(attempt: 1))
        #expect(hinted == .retry(after: .seconds(30)))
        guard case .retry(let wait) = decide(error(.rateLimited, .retry), RetrySituation(attempt: 2)) else {
            Issue.record("it does not retry")
            return
        }
        #expect(wait >= .zero && wait <= .seconds(2))
    }

    @Test func goesElsewhereAtOnceWhenItCan() {
        let elsewhere = RetrySituation(attempt: 1, hasElsewhere: true)
        #expect(decide(error(.overloaded, .retry, after: .seconds(5)), elsewhere) == .elsewhere(coolDown: .seconds(5)))
        #expect(decide(error(.providerFailed, .retry), elsewhere) == .elsewhere(coolDown: nil))
        #expect(decide(error(.modelNotFound, .retryElsewhere), elsewhere) == .elsewhere(coolDown: nil))
        #expect(
            decide(error(.quotaExhausted, .retryElsewhere), elsewhere)
                == .elsewhere(coolDown: RetryTable.coolDownOfQuota))
        #expect(decide(error(.modelNotFound, .retryElsewhere), RetrySituation(attempt: 1)) == .giveUp)
    }

    @Test func givesUp() {
        let failed = error(.providerFailed, .retry)
        #expect(decide(failed, RetrySituation(attempt: 3)) == .giveUp)
        #expect(decide(failed, RetrySituation(attempt: 3, hasElsewhere: true)) == .giveUp)
        #expect(decide(failed, RetrySituation(attempt: 1, isForwarded: true)) == .giveUp)
        #expect(decide(failed, RetrySituation(attempt: 1, isRepeatable: false)) == .giveUp)
        #expect(decide(failed, RetrySituation(attempt: 1, timeLeft: .zero)) == .giveUp)
        let slow = error(.rateLimited, .retry, after: .seconds(121))
        #expect(decide(slow, RetrySituation(attempt: 1)) == .giveUp)
        let late = error(.rateLimited, .retry, after: .seconds(10))
        #expect(decide(late, RetrySituation(attempt: 1, timeLeft: .seconds(10))) == .giveUp)
        #expect(decide(late, RetrySituation(attempt: 1, timeLeft: .seconds(11))) == .retry(after: .seconds(10)))
        #expect(decide(error(.badRequest, .never), RetrySituation(attempt: 1, hasElsewhere: true)) == .giveUp)
    }

    @Test func repeatsWhatHadNotBegun() {
        let situation = RetrySituation(attempt: 1, hasElsewhere: true, isRepeatable: false)
        #expect(decide(error(.rateLimited, .retry), situation) == .elsewhere(coolDown: nil))
        var begun = error(.overloaded, .retry)
        begun.hasContent = true
        #expect(decide(begun, situation) == .giveUp)
    }

    @Test func refreshesACredentialOnce() {
        let wrong = error(.unauthenticated, .never)
        #expect(decide(wrong, RetrySituation(attempt: 1, canRefresh: true)) == .refreshCredential)
        #expect(decide(wrong, RetrySituation(attempt: 1)) == .giveUp)
        #expect(decide(error(.badRequest, .never), RetrySituation(attempt: 1, canRefresh: true)) == .giveUp)
    }
}
