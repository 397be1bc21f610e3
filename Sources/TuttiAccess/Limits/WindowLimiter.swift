import Synchronization

/// The limiter of one process, in memory.
///
/// Its windows slide: at any moment the weights of the accepted calls of the last `window` sum up to at most the quota
/// (but for what `adjust` adds). Refused calls leave no trace. Two bounds keep its memory:
///
/// * `keysMax` subjects. Idle ones are dropped as calls come in. When all places are taken, the subject with the
///   emptiest window of sixteen that are looked at is forgotten for the new one. Whoever floods the limiter from many
///   addresses thereby drops those that have taken little, and gives them that little back; a window that is nearly
///   full, the attacker's own too, stays. What he can do is to call once from each of more addresses than there are
///   places: against that only a limit whose subject all of them share helps, and that one is never the emptiest.
/// * `callsMax` calls beside the first of each subject. Beyond, a subject's next call is joined with its last one: both
///   lapse when the later one does. So nothing more gets through, but a subject may be refused for longer.
package final class WindowLimiter: RateLimiter {
    /// How full it is, for metrics.
    package struct Readings: Sendable, Hashable {
        /// Subjects with a place, those that have lapsed and not been dropped yet included.
        package let keys: Int
        /// Calls that are kept apart.
        package let calls: Int
        /// Subjects that were dropped for others while they still counted, since the start.
        package let forgotten: Int
        /// Calls that were joined with others, since the start.
        package let joined: Int
    }

    /// Subjects under all limits together: about 100 MiB with one call each.
    package static let keysMax = 1_000_000
    /// 32 bytes each.
    package static let callsMax = 4_000_000

    private let table: Mutex<WindowTable>

    package init(keysMax: Int = WindowLimiter.keysMax, callsMax: Int = WindowLimiter.callsMax) {
        table = Mutex(WindowTable(keysMax: keysMax, callsMax: callsMax))
    }

    /// As the protocol has it, without waiting.
    package func take(
        _ weight: Int, from limits: [(RateLimit, subject: String)], at uptime: Duration
    ) -> [LimitVerdict] {
        table.withLock { $0.take(weight, from: limits, at: uptime, isCounted: true).verdicts }
    }

    /// As the protocol has it, without waiting.
    package func look(
        _ weight: Int = 1, at limits: [(RateLimit, subject: String)], at uptime: Duration
    ) -> [LimitVerdict] {
        table.withLock { $0.take(weight, from: limits, at: uptime, isCounted: false).verdicts }
    }

    /// As the protocol has it, without waiting.
    package func reserve(
        _ estimate: Int, from limits: [(RateLimit, subject: String)], at uptime: Duration
    ) -> (verdicts: [LimitVerdict], reservation: LimitReservation?) {
        table.withLock { table in
            let (verdicts, asks) = table.take(estimate, from: limits, at: uptime, isCounted: true)
            guard verdicts.isAccepted else { return (verdicts, nil) }
            let taken = LimitReservation(
                weight: WindowTable.bounded(estimate), limits: limits, uptime: .nanoseconds(table.now),
                marks: asks.map(\.mark))
            return (verdicts, taken)
        }
    }

    /// As the protocol has it, without waiting.
    package func adjust(_ reservation: LimitReservation, to weight: Int, at uptime: Duration) {
        table.withLock { $0.adjust(reservation, to: weight, at: uptime) }
    }

    package var readings: Readings {
        table.withLock { table in
            Readings(
                keys: table.windows.count, calls: table.pool.count, forgotten: table.forgotten, joined: table.joined)
        }
    }
}

extension WindowTable {
    /// Weights that can be summed up.
    static func bounded(_ weight: Int) -> Int { max(0, min(weight, RateLimit.weightMax)) }

    /// Asks all limits, and counts the call in each when none refuses it.
    ///
    /// - Returns: A verdict of each limit, and what was found of it.
    mutating func take(
        _ weight: Int, from limits: [(RateLimit, subject: String)], at uptime: Duration, isCounted: Bool
    ) -> (verdicts: [LimitVerdict], asks: [Ask]) {
        advance(to: uptime)
        dropIdle()
        var asks = find(limits)
        // One more than the largest quota, so that it is refused.
        let weight = max(0, min(weight, RateLimit.weightMax + 1))
        var isAccepted = true
        for index in asks.indices {
            asks[index].isAllowed = hasRoom(weight, asks[index])
            if !asks[index].isAllowed { isAccepted = false }
        }
        if isCounted, isAccepted, weight > 0 { record(weight, &asks) }
        return (asks.map { verdict(weight, $0) }, asks)
    }

    mutating func adjust(_ reservation: LimitReservation, to weight: Int, at uptime: Duration) {
        advance(to: uptime)
        var asks = find(reservation.limits)
        for index in asks.indices where !asks[index].isRepeat && index < reservation.marks.count {
            asks[index].mark = reservation.marks[index]
            correct(
                asks[index], taken: reservation.weight, at: reservation.uptime.wholeNanoseconds,
                to: Self.bounded(weight))
        }
    }
}
