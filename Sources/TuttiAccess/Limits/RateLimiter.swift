/// Counts what subjects have taken of their limits; the place where a limiter that several servers share comes in.
///
/// Several limits of one call are all or nothing: a call that one of them refuses is counted in none. A limit that is
/// named twice with the same subject counts once. Verdicts come in the order of the limits.
package protocol RateLimiter: Sendable {
    /// Takes `weight` (0 and less: nothing) from each limit, if all have room for it.
    ///
    /// - Parameter uptime: The time by a clock that never goes back; all calls use the same one.
    func take(
        _ weight: Int, from limits: [(RateLimit, subject: String)], at uptime: Duration
    ) async -> [LimitVerdict]

    /// What `take` would say, without taking.
    func look(
        _ weight: Int, at limits: [(RateLimit, subject: String)], at uptime: Duration
    ) async -> [LimitVerdict]

    /// Takes an estimate whose true weight shows later, as a model's tokens do.
    ///
    /// - Returns: The verdicts, and what to hand to `adjust` when the call was accepted.
    func reserve(
        _ estimate: Int, from limits: [(RateLimit, subject: String)], at uptime: Duration
    ) async -> (verdicts: [LimitVerdict], reservation: LimitReservation?)

    /// Puts the true weight in place of the estimate: at the time when that was taken, so that it lapses with it. What
    /// is more than the estimate is taken even where there is no room, since it was spent. 0 gives all back.
    ///
    /// When the reservation has lapsed before, or its record was dropped, only what is more than the estimate counts,
    /// from now on. A reservation is adjusted once.
    func adjust(_ reservation: LimitReservation, to weight: Int, at uptime: Duration) async
}

/// An estimate that was taken of limits.
package struct LimitReservation: Sendable {
    /// What was taken of each limit.
    package let weight: Int
    package let limits: [(RateLimit, subject: String)]
    /// When it was taken.
    package let uptime: Duration
    /// How the limiter finds what it recorded, one for each limit.
    package let marks: [UInt64]

    package init(weight: Int, limits: [(RateLimit, subject: String)], uptime: Duration, marks: [UInt64]) {
        self.weight = weight
        self.limits = limits
        self.uptime = uptime
        self.marks = marks
    }
}
