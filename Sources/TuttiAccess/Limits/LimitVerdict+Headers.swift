/// The fields of draft-ietf-httpapi-ratelimit-headers (structured fields of RFC 9651), and `Retry-After` (RFC 9110,
/// 10.2.3).
///
/// `t` is the time until the whole quota is there again, and `Retry-After` the one until the call would be accepted,
/// which is never later.
extension LimitVerdict {
    /// `RateLimit-Policy`, `RateLimit` and, for a refusal that waiting mends, `Retry-After`.
    package var headers: [(name: String, value: String)] { [self].rateLimitHeaders }

    /// Adds an item such as `"login";r=42;t=17`. Every answer has them, so no text is made that is not sent.
    fileprivate func addState(to text: inout String) {
        if !text.isEmpty { text += ", " }
        text += limit.quotedName
        text += ";r="
        text += String(remaining)
        text += ";t="
        text += String(max(0, wholeAfter.secondsRoundedUp))
    }
}

extension [LimitVerdict] {
    /// One field of each kind for all limits of a call, in their order; nothing for a call without limits.
    ///
    /// `Retry-After` is there when the call was refused and waiting mends it: the longest wait of those that refused,
    /// in seconds, rounded up, at least 1.
    package var rateLimitHeaders: [(name: String, value: String)] {
        guard !isEmpty else { return [] }
        var (policy, state) = ("", "")
        policy.reserveCapacity(count * 40)
        state.reserveCapacity(count * 40)
        for index in indices {
            if index > 0 { policy += ", " }
            policy += self[index].limit.policyItem
            self[index].addState(to: &state)
        }
        var fields = [(name: "RateLimit-Policy", value: policy), (name: "RateLimit", value: state)]
        if !isAccepted, let seconds = retryAfterSeconds { fields.append((name: "Retry-After", value: String(seconds))) }
        return fields
    }

    /// The seconds of `Retry-After`; `nil` for an accepted call and for one that is never accepted.
    package var retryAfterSeconds: Int64? {
        let refusals = filter { !$0.isAllowed }
        let waits = refusals.compactMap(\.resetAfter)
        guard waits.count == refusals.count, let longest = waits.max() else { return nil }
        return Swift.max(1, longest.secondsRoundedUp)
    }
}
