package import TuttiCore
package import TuttiModels

/// What a name of a model stands for: deployments, and how one of them is chosen.
package struct ModelRoute: Sendable, Hashable {
    /// The name that requests use.
    package var alias: String
    package var strategy: RouteStrategy
    /// What weighs how much when ``strategy`` is `scored`.
    package var scoring: ScoringProfile
    /// Names of deployments in the order of the file; aliases that stood among them are resolved.
    package var deployments: [String]
    /// Where calls go on that failed in a certain way, in the order of the file.
    package var fallbacks: [RouteFallback]
    package var constraints: RouteConstraints
    package var stickiness: RouteStickiness
    /// How long a call may wait for a slot; `nil` for not at all.
    package var queueDeadline: Duration?
    /// The most attempts after the first one, over all deployments.
    package var retries: Int
    /// What answers have to be like; `nil` where all are taken.
    package var checks: AnswerChecks?
    /// When a second deployment is asked beside one that has not answered yet; `nil` for never.
    package var hedge: HedgeDelay?

    package init(
        alias: String, strategy: RouteStrategy = .order, scoring: ScoringProfile = .balanced, deployments: [String],
        fallbacks: [RouteFallback] = [], constraints: RouteConstraints = RouteConstraints(),
        stickiness: RouteStickiness = .none, queueDeadline: Duration? = nil, retries: Int = RouteLimits.retriesDefault,
        checks: AnswerChecks? = nil, hedge: HedgeDelay? = nil
    ) {
        self.alias = alias
        self.strategy = strategy
        self.scoring = scoring
        self.deployments = deployments
        self.fallbacks = fallbacks
        self.constraints = constraints
        self.stickiness = stickiness
        self.queueDeadline = queueDeadline
        self.retries = retries
        self.checks = checks
        self.hedge = hedge
    }

    /// The names of all deployments that a call may come to, each once.
    package var reachable: [String] {
        var seen: Set<String> = []
        return (deployments + fallbacks.flatMap(\.deployments)).filter { seen.insert($0).inserted }
    }
}

/// How a route chooses among the deployments that fit.
package enum RouteStrategy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The first one, as the file has them; the others when it fails.
    case order
    /// By their weights, evenly spread.
    case weighted
    /// The one that says its first word soonest.
    case latency
    /// The one that costs least for this call.
    case cheapest
    /// By what it is good at, its load, success, cost and speed together.
    case scored
}

/// What weighs how much when candidates are scored.
package enum ScoringProfile: String, Sendable, Hashable, Codable, CaseIterable {
    case balanced, performance
    case costSaver = "costsaver"
}

/// Whether calls of one session stay with one deployment.
package enum RouteStickiness: String, Sendable, Hashable, Codable, CaseIterable {
    case none, session
}

/// How long a deployment may be silent until another one is asked beside it.
package enum HedgeDelay: Sendable, Hashable {
    case after(Duration)
    /// As long as 19 of 20 calls take there to their first word, or to their end where they are answered in one piece.
    /// Where that is not known nobody else is asked.
    case p95

    /// Of fewer calls nobody can say how long 19 of 20 take.
    package static let callsMin = 20

    /// As a file has it.
    package var word: String {
        switch self {
        case .after(let delay): DurationText.write(delay)
        case .p95: "p95"
        }
    }
}

/// What a deployment has to keep to be asked by a route.
package struct RouteConstraints: Sendable, Hashable {
    /// The regions that are allowed; `nil` for all, also those that nobody has named.
    package var regions: [String]?
    /// The most that a million tokens may cost, sent or received; an unknown price is then too high.
    package var priceMax: USD?
    /// The least that a conversation may have in tokens; an unknown limit is then too small.
    package var contextMin: Int64?

    package init(regions: [String]? = nil, priceMax: USD? = nil, contextMin: Int64? = nil) {
        self.regions = regions
        self.priceMax = priceMax
        self.contextMin = contextMin
    }
}

/// Where a call goes on that failed in a certain way.
package struct RouteFallback: Sendable, Hashable {
    package var cause: RouteFallbackCause
    /// Names of deployments, in order.
    package var deployments: [String]

    package init(_ cause: RouteFallbackCause, to deployments: [String]) {
        self.cause = cause
        self.deployments = deployments
    }
}

/// The failures that a fallback is for.
package enum RouteFallbackCause: Sendable, Hashable {
    /// Those with this code.
    case code(ModelErrorCode)
    /// All that the same help.
    case classification(ModelError.Classification)

    /// The codes and classes that a file may name.
    package static let words: [String] =
        codes.map(\.rawValue) + [ModelError.Classification.retry, .retryElsewhere, .never].map(\.rawValue)

    private static let codes: [ModelErrorCode] = [
        .badRequest, .unauthenticated, .forbidden, .modelNotFound, .requestTooLarge, .contextTooLong, .refused,
        .rateLimited, .quotaExhausted, .overloaded, .providerFailed, .timedOut, .unreachable, .cutOff, .malformed,
        .answerTooLarge, .checkFailed,
    ]

    /// Reads a word; `nil` for one that is not among ``words``.
    package init?(_ word: String) {
        if let classification = ModelError.Classification(rawValue: word) {
            self = .classification(classification)
        } else if let code = Self.codes.first(where: { $0.rawValue == word }) {
            self = .code(code)
        } else {
            return nil
        }
    }

    /// The word of the file.
    package var word: String {
        switch self {
        case .code(let code): code.rawValue
        case .classification(let classification): classification.rawValue
        }
    }

    /// Whether a failure is one of these.
    package func covers(_ error: ModelError) -> Bool {
        switch self {
        case .code(let code): error.kind == code
        case .classification(let classification): error.classification == classification
        }
    }
}
