/// What one limit says to one call.
package struct LimitVerdict: Sendable, Hashable {
    /// Whether the limit has room for the call. The call is accepted when all of its limits have.
    package let isAllowed: Bool
    package let limit: RateLimit
    /// What is left of the quota, after this call when it was counted.
    package let remaining: Int
    /// Until the window has room for a call of the same weight (again), when nothing else is taken: zero when it has
    /// now, `nil` when the weight is above the quota, so that waiting does not help.
    package let resetAfter: Duration?
    /// Until the whole quota is there again, when nothing else is taken.
    package let wholeAfter: Duration

    package init(
        isAllowed: Bool, limit: RateLimit, remaining: Int, resetAfter: Duration?, wholeAfter: Duration
    ) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.resetAfter = resetAfter
        self.wholeAfter = wholeAfter
    }

    /// Whether no call of this weight is ever accepted.
    package var isNeverAllowed: Bool { !isAllowed && resetAfter == nil }
}

extension [LimitVerdict] {
    /// Whether the call that these limits were asked about was accepted, and so counted.
    package var isAccepted: Bool {
        // Each is looked at where it lies: every request asks this, and a copy costs more than the answer.
        for index in indices where !self[index].isAllowed { return false }
        return true
    }
}
