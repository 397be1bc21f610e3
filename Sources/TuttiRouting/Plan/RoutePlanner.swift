package import TuttiCore
package import TuttiModels

/// Chooses where a call goes. It asks nobody and keeps nothing: all that it goes by is passed in, so the same input
/// gives the same plan.
package struct RoutePlanner: Sendable {
    package private(set) var table: RouteTable
    package let prices: PriceTable
    package let settings: RoutePlannerSettings
    let words: any TextEmbedding
    /// The vectors of what deployments are good at, by name, for routes that score.
    private let skills: [String: UnitVector]

    /// A planner over a table.
    ///
    /// - Parameter words: what makes vectors of words, for routes that score.
    package init(
        _ table: RouteTable, prices: PriceTable = PriceTable(),
        settings: RoutePlannerSettings = RoutePlannerSettings(), words: any TextEmbedding = HashedWords()
    ) {
        self.table = table
        self.prices = prices
        self.settings = settings
        self.words = words
        let scored = Set(table.routes.filter { $0.strategy == .scored }.flatMap(\.reachable))
        skills = Dictionary(
            table.deployments.filter { scored.contains($0.name) }.compactMap { deployment in
                UnitVector(words.vector(of: deployment.skills.joined(separator: " "))).map { (deployment.name, $0) }
            }, uniquingKeysWith: { $1 })
    }

    /// The same with chosen orders in place of the file's.
    func ordered(by orders: [String: RouteOrder]) -> RoutePlanner {
        var planner = self
        planner.table = table.ordered(by: orders)
        return planner
    }

    /// The deployments that a call is to be tried at, in order, with the reasons.
    ///
    /// - Parameters:
    ///   - health: how the deployments are, by name; one that is missing is taken to be idle and new.
    ///   - moment: the day whose prices count.
    ///   - turns: whose turn it is, for routes by weight; it moves on.
    ///   - random: chance, for routes that explore.
    /// - Throws: ``RouteError`` that says of each deployment why it is not asked.
    package func plan(
        _ route: ModelRoute, for facts: RouteFacts, health: [String: HealthSnapshot], at moment: Timestamp,
        turns: inout RouteTurns, using random: inout some RandomNumberGenerator
    ) throws(RouteError) -> RoutePlan {
        let candidates = candidates(route.deployments, of: route, for: facts, health: health, at: moment)
        let fallbacks = fallbacks(of: route, for: facts, health: health, at: moment)
        let task = route.strategy == .scored ? facts.task.flatMap { UnitVector(words.vector(of: $0)) } : nil
        var ranking = RouteRanking(route: route, facts: facts, settings: settings, task: task)
        var ranked = ranking.order(candidates.filter { $0.verdict.dropped == nil }, turns: &turns, using: &random)
        let dropped = candidates.filter { $0.verdict.dropped != nil }
        var foreseen: RouteFallbackCause?
        if ranked.isEmpty, let rescue = Self.rescue(dropped, by: fallbacks) {
            foreseen = rescue.cause
            ranked = rescue.candidates
        }
        guard !ranked.isEmpty else { throw RouteError(nothingFor: route, dropped) }
        let decision = RouteDecision(
            route: route.alias, strategy: route.strategy, candidates: (ranked + dropped).map(\.verdict),
            fallbacks: Dictionary(
                fallbacks.map { ($0.cause.word, $0.candidates.map(\.verdict)) }, uniquingKeysWith: { $1 }),
            foreseen: foreseen?.word, isExploration: ranking.isExploration, isSticky: ranking.isSticky)
        var plan = RoutePlan(
            route: route, candidates: ranked.map(\.deployment),
            fallbacks: fallbacks.map { fallback in
                let kept = fallback.candidates.filter { $0.verdict.dropped == nil }
                return RoutePlan.Fallback(fallback.cause, to: kept.map(\.deployment))
            },
            decision: decision)
        plan.isStreamed = facts.isStreamed
        return plan
    }

    /// Where a conversation goes that is known to be too long for all that would be asked: no provider need say it.
    private static func rescue(
        _ dropped: [RankedCandidate], by fallbacks: [(cause: RouteFallbackCause, candidates: [RankedCandidate])]
    ) -> (cause: RouteFallbackCause, candidates: [RankedCandidate])? {
        guard dropped.contains(where: { $0.verdict.dropped == .contextTooLong }) else { return nil }
        for fallback in fallbacks where fallback.cause == .code(.contextTooLong) {
            let kept = fallback.candidates.filter { $0.verdict.dropped == nil }
            let free = kept.filter { $0.verdict.delayed == nil }
            if !kept.isEmpty { return (fallback.cause, free + kept.filter { $0.verdict.delayed != nil }) }
        }
        return nil
    }

    private func fallbacks(
        of route: ModelRoute, for facts: RouteFacts, health: [String: HealthSnapshot], at moment: Timestamp
    ) -> [(cause: RouteFallbackCause, candidates: [RankedCandidate])] {
        route.fallbacks.map { fallback in
            (
                fallback.cause,
                candidates(fallback.deployments, of: route, for: facts, health: health, at: moment)
            )
        }
    }

    /// All deployments of these names, each with what is known against it.
    private func candidates(
        _ names: [String], of route: ModelRoute, for facts: RouteFacts, health: [String: HealthSnapshot],
        at moment: Timestamp
    ) -> [RankedCandidate] {
        let fitness = RouteFitness(constraints: route.constraints, facts: facts)
        return names.compactMap { table.deployment($0) }.map { deployment in
            let price = deployment.price(in: prices, at: moment)
            let health = health[deployment.name] ?? HealthSnapshot(deployment: deployment.name)
            var verdict = RouteVerdict(deployment: deployment.name, model: deployment.model)
            verdict.dropped = fitness.reason(against: deployment, price: price)
            if verdict.dropped == nil { weigh(health, of: route, facts, &verdict) }
            return RankedCandidate(
                deployment: deployment, health: health, price: price, skills: skills[deployment.name],
                verdict: verdict)
        }
    }

    /// What is busy for a moment comes last; what is away for longer is out.
    private func weigh(
        _ health: HealthSnapshot, of route: ModelRoute, _ facts: RouteFacts, _ verdict: inout RouteVerdict
    ) {
        guard let obstacle = health.obstacle else { return }
        switch obstacle.reason {
        case .slotsFull where route.strategy == .scored && facts.priority != .critical && route.queueDeadline == nil:
            verdict.dropped = .overloaded
        case .slotsFull: verdict.delayed = .slotsFull
        case .resting, .keysResting:
            let isShort = obstacle.left.map { $0 <= settings.restShort } ?? false
            if isShort { verdict.delayed = obstacle.reason } else { verdict.dropped = obstacle.reason }
        default: verdict.dropped = obstacle.reason
        }
    }
}

/// What a planner goes by that no route says.
package struct RoutePlannerSettings: Sendable, Hashable {
    /// The share of calls that go to a deployment whose speed nobody knows, where a route goes by latency.
    package var explorationShare = 0.1
    /// Who rests for longer is not waited for.
    package var restShort = Duration.seconds(5)

    package init() {}
}

/// A deployment on its way through the planner.
struct RankedCandidate: Sendable {
    let deployment: Deployment
    let health: HealthSnapshot
    let price: ModelPrice?
    /// The vector of what it is good at, where that is known and counts.
    let skills: UnitVector?
    var verdict: RouteVerdict
}

extension RouteError {
    /// No deployment of a route can be asked.
    fileprivate init(nothingFor route: ModelRoute, _ dropped: [RankedCandidate]) {
        let obstacles = dropped.map { candidate in
            let obstacle = RouteObstacle(candidate.verdict.dropped ?? .gone, left: candidate.health.obstacle?.left)
            return (name: candidate.deployment.name, obstacle: obstacle)
        }
        self.init(route: route.alias, obstacles)
    }

    /// No deployment of a route can be asked, each for its own reason.
    init(route: String, _ obstacles: [(name: String, obstacle: RouteObstacle)]) {
        let passes = obstacles.contains { $0.obstacle.reason.passes }
        let sentences = obstacles.map { "\($0.name) \($0.obstacle.reason.sentence)" }.joined(separator: "; ")
        let wayOut = passes ? "try again later" : "add a deployment that takes it to routes.yaml"
        self.init(
            passes ? .nothingAvailable : .nothingFits,
            "no deployment of '\(route)' can be asked: \(sentences); \(wayOut)",
            retryAfter: obstacles.filter { $0.obstacle.reason.passes }.compactMap(\.obstacle.left).min(),
            reasons: Dictionary(
                obstacles.map { ($0.name, $0.obstacle.reason) }, uniquingKeysWith: { first, _ in first }))
    }
}
