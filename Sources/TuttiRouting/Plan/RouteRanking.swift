import TuttiCore
import TuttiModels

/// Puts the deployments that fit into the order of their route.
struct RouteRanking {
    let route: ModelRoute
    let facts: RouteFacts
    let settings: RoutePlannerSettings
    /// The vector of what is to be done, where that is known and counts.
    let task: UnitVector?
    /// Whether the first one was chosen to learn how fast it is.
    private(set) var isExploration = false
    /// Whether the session had a say.
    private(set) var isSticky = false

    init(route: ModelRoute, facts: RouteFacts, settings: RoutePlannerSettings, task: UnitVector?) {
        self.route = route
        self.facts = facts
        self.settings = settings
        self.task = task
    }

    /// The candidates in order; those that are busy come last, among themselves in the same order.
    mutating func order(
        _ candidates: [RankedCandidate], turns: inout RouteTurns, using random: inout some RandomNumberGenerator
    ) -> [RankedCandidate] {
        let free = candidates.filter { $0.verdict.delayed == nil }
        let busy = candidates.filter { $0.verdict.delayed != nil }
        // Whoever comes first takes a turn or the chance; the others only stand behind.
        guard !free.isEmpty else { return ranked(busy, turns: &turns, using: &random) }
        var idle = turns
        var quiet = settings
        quiet.explorationShare = 0
        var second = RouteRanking(route: route, facts: facts, settings: quiet, task: task)
        let behind = second.ranked(busy, turns: &idle, using: &random)
        return ranked(free, turns: &turns, using: &random) + behind
    }

    private mutating func ranked(
        _ candidates: [RankedCandidate], turns: inout RouteTurns, using random: inout some RandomNumberGenerator
    ) -> [RankedCandidate] {
        guard !candidates.isEmpty else { return [] }
        if route.stickiness == .session, let session = facts.session {
            isSticky = true
            return bySession(candidates, session)
        }
        switch route.strategy {
        case .order: return candidates
        case .weighted: return byWeight(candidates, turns: &turns)
        case .latency: return byLatency(candidates, using: &random)
        case .cheapest: return byCost(candidates)
        case .scored: return byScore(candidates)
        }
    }

    private func bySession(_ candidates: [RankedCandidate], _ session: String) -> [RankedCandidate] {
        sorted(candidates, by: "session", ascending: false) { candidate in
            let deployment = candidate.deployment
            return SessionHash.score(session: session, deployment: deployment.name, weight: deployment.weight)
        }
    }

    private func byWeight(_ candidates: [RankedCandidate], turns: inout RouteTurns) -> [RankedCandidate] {
        let marked = marking(candidates, "weight") { Double($0.deployment.weight) }
        // Without a weight it is asked only when the others fail.
        let weighty = marked.filter { $0.deployment.weight > 0 }
        guard !weighty.isEmpty else { return marked }
        let order = turns.draw(route.alias, weighty.map { ($0.deployment.name, $0.deployment.weight) })
        let byName = Dictionary(weighty.map { ($0.deployment.name, $0) }, uniquingKeysWith: { $1 })
        return order.compactMap { byName[$0] } + marked.filter { $0.deployment.weight == 0 }
    }

    private mutating func byLatency(
        _ candidates: [RankedCandidate], using random: inout some RandomNumberGenerator
    ) -> [RankedCandidate] {
        let known = sorted(candidates.filter { $0.pace != nil }, by: "first_token_ms", ascending: true) { $0.pace }
        let unknown = candidates.filter { $0.pace == nil }.shuffled(using: &random)
        guard let first = unknown.first else { return known }
        isExploration = known.isEmpty || Double.random(in: 0..<1, using: &random) < settings.explorationShare
        return isExploration ? [first] + known + unknown.dropFirst() : known + unknown
    }

    private func byCost(_ candidates: [RankedCandidate]) -> [RankedCandidate] {
        let usage = ModelUsage(uncachedInput: facts.inputTokens, output: facts.outputTokensMax)
        return sorted(candidates, by: "cost_usd", ascending: true) { candidate in
            candidate.price?.cost(of: usage).map { Double($0.microdollars) / 1_000_000 }
        }
    }

    private func byScore(_ candidates: [RankedCandidate]) -> [RankedCandidate] {
        let usage = ModelUsage.usual(inputTokens: facts.inputTokens, outputTokensMax: facts.outputTokensMax)
        let stats = candidates.map { ExpertStats($0.health, estimated: $0.price?.cost(of: usage)) }
        let scale = ScoreScale(stats)
        let weights = ScoreWeights.of(route.scoring)
        let scored = zip(candidates, stats).map { candidate, stats in
            // Where there is nothing to compare, nothing is better for it.
            let similarity = task.flatMap { task in candidate.skills.map { $0.cosine(task) } } ?? 0
            return (candidate: candidate, score: CompositeScore(similarity: similarity, stats, weights, scale))
        }
        let marked = scored.map { candidate, score in
            var candidate = candidate
            candidate.verdict.scores = score.parts
            return candidate
        }
        return stable(marked, ascending: false) { $0.verdict.scores["composite"] }
    }

    // MARK: Sorting

    private func marking(
        _ candidates: [RankedCandidate], _ name: String, _ value: (RankedCandidate) -> Double?
    ) -> [RankedCandidate] {
        candidates.map { candidate in
            var candidate = candidate
            candidate.verdict.scores[name] = value(candidate)
            return candidate
        }
    }

    private func sorted(
        _ candidates: [RankedCandidate], by name: String, ascending: Bool, _ value: (RankedCandidate) -> Double?
    ) -> [RankedCandidate] {
        stable(marking(candidates, name, value), ascending: ascending) { $0.verdict.scores[name] }
    }

    /// Equals keep their order; those without a value come last.
    private func stable(
        _ candidates: [RankedCandidate], ascending: Bool, _ value: (RankedCandidate) -> Double?
    ) -> [RankedCandidate] {
        candidates.enumerated().sorted { left, right in
            switch (value(left.element), value(right.element)) {
            case (let one?, let other?) where one != other: ascending ? one < other : one > other
            case (_?, nil): true
            case (nil, _?): false
            default: left.offset < right.offset
            }
        }.map(\.element)
    }
}

extension RankedCandidate {
    /// The time to the first token, or to the whole answer where answers come whole.
    fileprivate var pace: Double? {
        let figures = health.figures
        return (figures.firstTokenP50Milliseconds ?? figures.latencyP50Milliseconds).map { Double($0) }
    }
}
