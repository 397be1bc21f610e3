package import TuttiRuntime

/// Chooses the expert for a task: a mixture of experts whose gate is a formula that can be read.
///
/// 1. The type of the task may name its expert, unless that one has too much to do.
/// 2. Else those count that have a required skill; when none has, all do.
/// 3. Each gets a ``CompositeScore``. Who has too much to do is left out, unless the task is critical.
/// 4. The best one is taken, with a second beside it when it is not good enough or not clearly the best.
package struct ExpertRouter: Sendable {
    /// A score below this is not sure enough for one expert alone; from here on the confidence is 1.
    package static let scoreSure = 0.70
    /// A best one that leads by less is not clearly the best.
    package static let gapSure = 0.10
    /// The confidence where the type of the task decides.
    package static let confidenceDirect = 0.99
    /// The most experts that are named to fall back on.
    package static let fallbacksMax = 3

    package let pool: ExpertPool

    package init(_ pool: ExpertPool) { self.pool = pool }

    /// Chooses for a request, which may bring experts and figures of its own, and tells how long that took.
    ///
    /// - Throws: ``RouteError`` when the experts that it brings cannot be compared.
    package func route(_ request: ExpertRequest, clock: some Timekeeper) throws(RouteError) -> ExpertAnswer {
        let start = clock.uptime()
        var pool = pool
        if let experts = request.experts {
            pool = try ExpertPool(experts, direct: self.pool.direct, words: self.pool.words)
        }
        let task = UnitVector(pool.words.vector(of: request.words))
        var answer = ExpertRouter(pool).decide(request, task: task, stats: request.stats ?? [:])
        answer.routingMilliseconds = (clock.uptime() - start) / .milliseconds(1)
        return answer
    }

    /// Chooses by a vector that is there already.
    ///
    /// - Parameters:
    ///   - task: the vector of the task in the space of the pool; `nil` for one that says nothing.
    ///   - stats: what is known of experts, by role.
    package func decide(
        _ request: ExpertRequest, task: UnitVector?, stats: [String: ExpertStats] = [:]
    ) -> ExpertAnswer {
        decide(request, task: task, stats: pool.stats(stats))
    }

    /// The same with what is known of experts in their order, as ``ExpertPool/stats(_:)`` makes it.
    ///
    /// - Precondition: there are as many stats as experts.
    package func decide(_ request: ExpertRequest, task: UnitVector?, stats: [ExpertStats]) -> ExpertAnswer {
        precondition(stats.count == pool.experts.count, "each expert has its stats")
        if let answer = direct(request, stats) { return answer }
        let skilled = request.requiredSkills.isEmpty ? [] : pool.places(withOneOf: request.requiredSkills)
        let known = skilled.isEmpty ? Array(stats.indices) : skilled
        let free = request.priority == .critical ? known : known.filter { stats[$0].load < 1 }
        let compared = free.isEmpty ? known : free
        let scale = ScoreScale(compared.lazy.map { stats[$0] })
        let weights = ScoreWeights.of(request.strategy)
        var scored = compared.map { place in
            let vector = pool.experts[place].vector
            let similarity = task.flatMap { task in vector.map { $0.cosine(task) } } ?? 0
            return ScoredCase(
                place: place, load: stats[place].load,
                score: CompositeScore(similarity: similarity, stats[place], weights, scale))
        }
        if free.isEmpty {
            scored.sort { ($0.load, $1.score.composite, $0.place) < ($1.load, $0.score.composite, $1.place) }
        } else {
            scored.sort { ($1.score.composite, $0.place) < ($0.score.composite, $1.place) }
        }
        let hasSkill = request.requiredSkills.isEmpty || !skilled.isEmpty
        return answer(request, scored, isOverloaded: free.isEmpty, hasSkill: hasSkill)
    }

    private struct ScoredCase {
        let place: Int
        let load: Double
        let score: CompositeScore
    }

    private func direct(_ request: ExpertRequest, _ stats: [ExpertStats]) -> ExpertAnswer? {
        guard !request.forceEnsemble, let role = pool.direct[request.taskType], let place = pool.place(of: role),
            stats[place].load < 1
        else { return nil }
        return ExpertAnswer(
            selectedExpert: role, routingScore: 1, confidence: Self.confidenceDirect, routingType: .direct,
            routingReason: "tasks of the type '\(request.taskType)' go to \(role)")
    }

    private func answer(
        _ request: ExpertRequest, _ scored: [ScoredCase], isOverloaded: Bool, hasSkill: Bool
    ) -> ExpertAnswer {
        let top = scored[0].score.composite
        let gap = scored.count > 1 ? top - scored[1].score.composite : 1
        let isUnsure = top < Self.scoreSure || gap < Self.gapSure
        let scores = scored.map { ExpertScore(role: pool.experts[$0.place].role, $0.score) }
        var reason = "\(scores[0].role) \(isOverloaded ? "has least to do, and all have too much" : "scores highest")"
        if !hasSkill { reason += "; nobody has a required skill, so all were compared" }
        let isEnsemble = scored.count > 1 && (isUnsure || request.forceEnsemble)
        if isEnsemble { reason += "; \(scores[1].role) is to be asked as well" }
        return ExpertAnswer(
            selectedExpert: scores[0].role, fallbackExperts: scores.dropFirst().prefix(Self.fallbacksMax).map(\.role),
            routingScore: top, confidence: min(1, top / Self.scoreSure), ensembleMode: isEnsemble,
            routingType: isOverloaded ? .fallback : .scored, routingReason: reason, allScores: scores)
    }
}
