import Testing
import TuttiAccess

/// What clients are told.
struct LimitHeaderTests {
    private func verdict(
        _ isAllowed: Bool = true, name: String = "requests", remaining: Int = 42, resetAfter: Duration? = .zero,
        wholeAfter: Duration = .milliseconds(16_001)
    ) -> LimitVerdict {
        LimitVerdict(
            isAllowed: isAllowed, limit: RateLimit(name: name, quota: 100, window: .seconds(60)), remaining: remaining,
            resetAfter: resetAfter, wholeAfter: wholeAfter)
    }

    private func text(_ fields: [(name: String, value: String)]) -> [String] {
        fields.map { "\($0.name): \($0.value)" }
    }

    @Test func anAcceptedCallHasThePolicyAndWhatIsLeft() {
        #expect(
            text(verdict().headers) == [
                "RateLimit-Policy: \"requests\";q=100;w=60", "RateLimit: \"requests\";r=42;t=17",
            ])
    }

    @Test(arguments: [(Duration.nanoseconds(1), "1"), (.seconds(1), "1"), (.milliseconds(1_001), "2")])
    func aRefusedCallIsToldWhenToComeBack(wait: Duration, seconds: String) {
        let fields = verdict(false, remaining: 0, resetAfter: wait).headers
        #expect(text(fields).last == "Retry-After: \(seconds)")
    }

    @Test func waitingIsNotAdvisedWhereItDoesNotHelp() {
        #expect(verdict(false, resetAfter: nil).headers.map(\.name) == ["RateLimit-Policy", "RateLimit"])
        let both = [verdict(false, resetAfter: nil), verdict(false, resetAfter: .seconds(3))]
        #expect(both.retryAfterSeconds == nil)
    }

    @Test func severalLimitsAreOneListAndTheLongestWaitCounts() {
        let verdicts = [
            verdict(name: "address", resetAfter: .seconds(99)), verdict(false, name: "key", resetAfter: .seconds(3)),
            verdict(false, name: "user", resetAfter: .seconds(8)),
        ]
        #expect(
            text(verdicts.rateLimitHeaders) == [
                "RateLimit-Policy: \"address\";q=100;w=60, \"key\";q=100;w=60, \"user\";q=100;w=60",
                "RateLimit: \"address\";r=42;t=17, \"key\";r=42;t=17, \"user\";r=42;t=17", "Retry-After: 8",
            ])
        #expect([LimitVerdict]().rateLimitHeaders.isEmpty)
    }

    @Test func aNameCannotBreakOutOfItsField() {
        let fields = verdict(name: "a\"b\\c\r\nSet-Cookie: ü").headers
        #expect(fields[0].value == #""a\"b\\c__Set-Cookie: _";q=100;w=60"#)
    }

    @Test func aWindowOfLessThanASecondIsShownAsOne() {
        let limit = RateLimit(name: "burst", quota: 5, window: .milliseconds(200))
        let limiter = WindowLimiter()
        let verdict = limiter.take(5, from: [(limit, subject: "a")], at: .zero)[0]
        #expect(text(verdict.headers) == ["RateLimit-Policy: \"burst\";q=5;w=1", "RateLimit: \"burst\";r=0;t=1"])
    }

    @Test func ofRealCallsRetryAfterIsNeverLaterThanTheReset() {
        let limit = RateLimit(name: "requests", quota: 2, window: .seconds(60))
        let limiter = WindowLimiter()
        _ = limiter.take(1, from: [(limit, subject: "a")], at: .seconds(0))
        _ = limiter.take(1, from: [(limit, subject: "a")], at: .milliseconds(20_500))
        let refused = limiter.take(1, from: [(limit, subject: "a")], at: .milliseconds(21_000))
        #expect(refused.retryAfterSeconds == 39)
        #expect(refused[0].wholeAfter == .milliseconds(59_500))
    }
}
