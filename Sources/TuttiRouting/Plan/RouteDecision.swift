package import TuttiCore

/// Where a call goes and why, for a journal and for whoever asks.
package struct RouteDecision: Sendable, Hashable, Codable {
    package var route: String
    package var strategy: RouteStrategy
    /// All deployments of the route: first those that were kept, in their order, then those that were dropped.
    package var candidates: [RouteVerdict]
    /// Those that a failure may lead to, by the word of the failure.
    package var fallbacks: [String: [RouteVerdict]]
    /// The failure whose fallback is taken before anything is asked, because it can be foreseen.
    package var foreseen: String?
    /// Whether the first one was chosen to learn how fast it is.
    package var isExploration: Bool
    /// Whether the session had a say in the order.
    package var isSticky: Bool

    package init(
        route: String, strategy: RouteStrategy, candidates: [RouteVerdict],
        fallbacks: [String: [RouteVerdict]] = [:], foreseen: String? = nil, isExploration: Bool = false,
        isSticky: Bool = false
    ) {
        self.route = route
        self.strategy = strategy
        self.candidates = candidates
        self.fallbacks = fallbacks
        self.foreseen = foreseen
        self.isExploration = isExploration
        self.isSticky = isSticky
    }

    private enum CodingKeys: String, CodingKey {
        case route, strategy, candidates, fallbacks, foreseen
        case isExploration = "exploration"
        case isSticky = "sticky"
    }
}

/// What was decided on one deployment.
package struct RouteVerdict: Sendable, Hashable, Codable {
    package var deployment: String
    package var model: ModelReference
    /// Why it was dropped; `nil` for one that is kept.
    package var dropped: RouteDropReason?
    /// Why one that is kept comes after all others.
    package var delayed: RouteDropReason?
    /// What the strategy went by: `weight`, `first_token_ms`, `cost_usd`, `session`, or the parts of a score.
    package var scores: [String: Double]

    package init(
        deployment: String, model: ModelReference, dropped: RouteDropReason? = nil, delayed: RouteDropReason? = nil,
        scores: [String: Double] = [:]
    ) {
        self.deployment = deployment
        self.model = model
        self.dropped = dropped
        self.delayed = delayed
        self.scores = scores
    }
}

/// A decision that a call can be carried out by.
package struct RoutePlan: Sendable, Hashable {
    package var route: ModelRoute
    /// The deployments in the order in which they are asked; at least one.
    package var candidates: [Deployment]
    /// Where a failure leads, in the order of the route.
    package var fallbacks: [Fallback]
    package var decision: RouteDecision
    /// Whether the answer is given piece by piece.
    package var isStreamed = true

    /// Where one kind of failure leads.
    package struct Fallback: Sendable, Hashable {
        package var cause: RouteFallbackCause
        package var candidates: [Deployment]

        package init(_ cause: RouteFallbackCause, to candidates: [Deployment]) {
            self.cause = cause
            self.candidates = candidates
        }
    }

    package init(
        route: ModelRoute, candidates: [Deployment], fallbacks: [Fallback] = [], decision: RouteDecision
    ) {
        self.route = route
        self.candidates = candidates
        self.fallbacks = fallbacks
        self.decision = decision
    }
}
