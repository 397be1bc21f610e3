/// How long to wait between failed logins of one kind.
package struct LoginDelayRule: Sendable, Hashable {
    /// Failures before the first wait.
    package let free: Int
    /// The wait after one failure more; it doubles with each further one.
    package let first: Duration
    /// The longest wait.
    package let delayMax: Duration
    /// How long it takes until one failure is forgiven.
    package let forgivenEach: Duration

    package init(free: Int, first: Duration, delayMax: Duration, forgivenEach: Duration) {
        self.free = max(0, free)
        self.first = max(.nanoseconds(1), first)
        self.delayMax = max(self.first, delayMax)
        self.forgivenEach = max(.nanoseconds(1), forgivenEach)
    }

    /// One account from one address: 3 failures are free, then 1, 2, 4 … seconds up to 15 minutes; one is forgiven each
    /// half hour.
    package static let pair = LoginDelayRule(
        free: 3, first: .seconds(1), delayMax: .seconds(15 * 60), forgivenEach: .seconds(30 * 60))

    /// One account from anywhere: 20 are free, then up to 30 seconds, so that nobody can keep its owner out for long.
    package static let account = LoginDelayRule(
        free: 20, first: .seconds(1), delayMax: .seconds(30), forgivenEach: .seconds(2 * 60))

    /// All accounts from one address, which many people may share: 30 are free, then up to 15 minutes; one is forgiven
    /// each minute.
    package static let address = LoginDelayRule(
        free: 30, first: .seconds(1), delayMax: .seconds(15 * 60), forgivenEach: .seconds(60))

    /// The wait after so many failures.
    package func delay(after failures: Int) -> Duration {
        guard failures >= free else { return .zero }
        guard failures - free < Self.doublingsMax else { return delayMax }
        return min(delayMax, first * (1 << (failures - free)))
    }

    /// No wait can be doubled more often and stay below `delayMax`.
    private static let doublingsMax = 40

    /// Failures beyond these change no wait, and are not remembered, so that a long attack is forgiven as soon as a
    /// short one.
    var failuresMax: Int {
        var failures = free
        while failures < free + Self.doublingsMax, delay(after: failures) < delayMax { failures += 1 }
        return failures + 1
    }
}
