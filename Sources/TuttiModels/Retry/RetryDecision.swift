package import TuttiCore

/// What to do after a failed call.
package enum RetryDecision: Sendable, Hashable {
    /// The same again after a wait.
    case retry(after: Duration)
    /// Another target at once; this one is left alone for a while.
    case elsewhere(coolDown: Duration?)
    /// The same again with a fresh credential.
    case refreshCredential
    /// Tell of the failure.
    case giveUp
}

/// What has to be known to decide.
package struct RetrySituation: Sendable, Hashable {
    /// Calls made so far, over all targets.
    package var attempt: Int
    /// Whether there is another target.
    package var hasElsewhere: Bool
    /// Whether a part of the answer has gone on to somebody who would see it twice.
    package var isForwarded: Bool
    /// Whether the call may be carried out twice.
    package var isRepeatable: Bool
    /// Whether the credential can be renewed, and has not been for this call.
    package var canRefresh: Bool
    /// The time that the caller has left.
    package var timeLeft: Duration?

    package init(
        attempt: Int, hasElsewhere: Bool = false, isForwarded: Bool = false, isRepeatable: Bool = true,
        canRefresh: Bool = false, timeLeft: Duration? = nil
    ) {
        self.attempt = attempt
        self.hasElsewhere = hasElsewhere
        self.isForwarded = isForwarded
        self.isRepeatable = isRepeatable
        self.canRefresh = canRefresh
        self.timeLeft = timeLeft
    }
}

extension RetryTable {
    /// Who asks for a longer pause does not want to be asked again.
    package static let waitMax = Duration.seconds(120)
    /// How long a credential without money is left alone.
    package static let coolDownOfQuota = Duration.seconds(3600)

    /// What to do after a failed call. Attempts count over all targets, so several layers cannot multiply them.
    package static func decide(
        _ error: ModelError, in situation: RetrySituation, by policy: RetryPolicy,
        using random: inout some RandomNumberGenerator
    ) -> RetryDecision {
        guard !situation.isForwarded, let backOff = policy.delay(afterAttempt: situation.attempt, using: &random),
            situation.timeLeft.map({ $0 > .zero }) ?? true,
            situation.isRepeatable || error.isBeforeWork
        else { return .giveUp }
        switch error.classification {
        case .never:
            return error.kind == .unauthenticated && situation.canRefresh ? .refreshCredential : .giveUp
        case .retryElsewhere:
            guard situation.hasElsewhere else { return .giveUp }
            return .elsewhere(coolDown: error.kind == .quotaExhausted ? coolDownOfQuota : error.retryAfter)
        case .retry:
            if situation.hasElsewhere { return .elsewhere(coolDown: error.retryAfter) }
            let wait = max(error.retryAfter ?? .zero, backOff)
            guard wait <= waitMax, situation.timeLeft.map({ wait < $0 }) ?? true else { return .giveUp }
            return .retry(after: wait)
        }
    }
}

extension ModelError {
    /// Whether the provider had not begun to work, so that a repeat repeats nothing.
    fileprivate var isBeforeWork: Bool {
        [.unreachable, .rateLimited, .quotaExhausted, .overloaded, .unauthenticated, .modelNotFound, .contextTooLong]
            .contains(kind) && !hasContent
    }
}
