import TuttiCore
import TuttiModels

/// Which deployment of a plan is asked next, after all that has happened. No I/O and no time of its own.
struct FailoverCourse: Sendable {
    /// What follows a failed attempt.
    enum Step: Sendable, Hashable {
        /// Another one may mend it.
        case goOn
        /// Nothing mends it, or nothing is left.
        case giveUp
    }

    private let plan: RoutePlan
    /// Those still to be asked in this round, in order.
    private(set) var line: [Deployment]
    /// Those that may be asked once more, after a pause.
    private(set) var again: [Deployment] = []
    /// Those that another attempt would not help.
    private var spent: Set<String> = []
    /// Keys that have failed this call.
    private(set) var spentKeys: Set<SecretName> = []
    private(set) var attempts = 0

    init(_ plan: RoutePlan) {
        self.plan = plan
        line = plan.candidates
    }

    private var attemptsMax: Int { plan.route.retries + 1 }

    /// Whether one more attempt may be made.
    var hasAttemptLeft: Bool { attempts < attemptsMax }

    /// Notes that an attempt has begun at a deployment, and takes it out of the line.
    mutating func begin(_ deployment: Deployment) {
        attempts += 1
        line.removeAll { $0.name == deployment.name }
    }

    /// Notes that a deployment could not be asked; it may be in the next round, when what stands in its way passes.
    mutating func skip(_ deployment: Deployment, _ obstacle: RouteObstacle) {
        line.removeAll { $0.name == deployment.name }
        if obstacle.reason.passes, !again.contains(where: { $0.name == deployment.name }) { again.append(deployment) }
    }

    /// Begins the next round, with all that may be asked once more, in the order of the plan.
    mutating func startOver() {
        line += again
        again = []
    }

    /// Notes how an attempt failed.
    ///
    /// - Parameters:
    ///   - key: the key that it used.
    ///   - hasOtherKey: tells whether the deployment can be asked by another key, given those that are spent.
    mutating func fail(
        _ deployment: Deployment, _ error: ModelError, key: SecretName?, hasOtherKey: (Set<SecretName>) -> Bool
    ) -> Step {
        if let key, error.isFaultOfKey { spentKeys.insert(key) }
        let isDiverted = divert(error, from: deployment)
        if error.isFaultOfKey {
            // Another key or another deployment mends it, the same key never.
            if key != nil, hasOtherKey(spentKeys) {
                line.insert(deployment, at: isDiverted ? line.endIndex : 0)
            } else if error.classification != .retry {
                spent.insert(deployment.name)
            } else {
                spentKeys.remove(optional: key)  // it is only busy: after its rest it may be asked again
                again.append(deployment)
            }
        } else if error.classification == .retry {
            again.append(deployment)
        } else {
            spent.insert(deployment.name)
            if error.kind == .contextTooLong { dropSmaller(than: deployment) }
        }
        let isMendable = error.classification != .never || error.isFaultOfKey || isDiverted
        guard isMendable, hasAttemptLeft else { return .giveUp }
        return line.isEmpty && again.isEmpty ? .giveUp : .goOn
    }

    /// Puts the fallbacks for an error in front; true when there are any that were not asked in vain.
    private mutating func divert(_ error: ModelError, from failed: Deployment) -> Bool {
        let matching = plan.fallbacks.filter { $0.cause.covers(error) }
        // A code says more than a class.
        let ordered = matching.filter(\.cause.isCode) + matching.filter { !$0.cause.isCode }
        var names: Set<String> = []
        let targets = ordered.flatMap(\.candidates).filter { candidate in
            candidate.name != failed.name && !spent.contains(candidate.name)
                && !again.contains { $0.name == candidate.name } && names.insert(candidate.name).inserted
        }
        line = targets + line.filter { !names.contains($0.name) }
        return !targets.isEmpty
    }

    /// A conversation that was too long for one is too long for all that take no more.
    private mutating func dropSmaller(than deployment: Deployment) {
        guard let most = deployment.limits.contextTokens else { return }
        line.removeAll { $0.limits.contextTokens.map { $0 <= most } ?? false }
        again.removeAll { $0.limits.contextTokens.map { $0 <= most } ?? false }
    }
}

extension Set {
    fileprivate mutating func remove(optional element: Element?) {
        if let element { remove(element) }
    }
}

extension RouteFallbackCause {
    fileprivate var isCode: Bool { if case .code = self { true } else { false } }
}
