/// When a failed step is tried again, and how long the engine waits before it.
///
/// Waits use full jitter: a random time between nothing and a ceiling that doubles with each attempt, so that many
/// runs that failed together do not come back together.
public struct RetryPolicy: Sendable, Hashable, Codable {
    /// How often the step is tried in all, at least 1.
    public var attemptsMax: Int
    /// The ceiling of the first wait.
    public var delayFirst: Duration
    /// The highest ceiling of any wait.
    public var delayMax: Duration

    /// A policy from its three numbers.
    ///
    /// - Precondition: `attemptsMax` is at least 1 and no delay is negative.
    public init(attemptsMax: Int, delayFirst: Duration = .milliseconds(200), delayMax: Duration = .seconds(60)) {
        precondition(attemptsMax >= 1, "a step is tried at least once")
        precondition(delayFirst >= .zero && delayMax >= .zero, "a delay cannot be negative")
        self.attemptsMax = attemptsMax
        self.delayFirst = delayFirst
        self.delayMax = delayMax
    }

    /// Three attempts, waits of up to 200 ms and 400 ms.
    public static let standard = RetryPolicy(attemptsMax: 3)

    /// One attempt.
    public static let never = RetryPolicy(attemptsMax: 1)

    /// The wait after the failed attempt `attempt` (1 for the first), or `nil` when there is none left.
    package func delay(afterAttempt attempt: Int, using random: inout some RandomNumberGenerator) -> Duration? {
        guard attempt < attemptsMax else { return nil }
        let doublings = min(attempt - 1, 30)
        let ceiling = min(delayFirst.milliseconds.multipliedSaturating(by: 1 << doublings), delayMax.milliseconds)
        return .milliseconds(Int64.random(in: 0...max(0, ceiling), using: &random))
    }
}

extension Int64 {
    fileprivate func multipliedSaturating(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
