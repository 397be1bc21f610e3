/// What a decision went by, so that each score of it can be worked out by hand.
package struct ExpertExplanation: Sendable, Hashable, Codable {
    /// Where the figures of an expert are from.
    package enum Source: String, Sendable, Hashable, Codable, CaseIterable {
        /// Calls of the last minutes.
        case measured
        /// The request.
        case request
        /// Nobody has asked it: what is taken of one of whom nothing is known, and a cost by the list of prices.
        case assumed
    }

    /// What is known of one expert.
    package struct Figures: Sendable, Hashable, Codable {
        package var role: String
        package var load: Double
        package var success: Double
        package var costUSD: Double
        package var p95Milliseconds: Double
        package var source: Source

        init(of role: String, _ stats: ExpertStats, _ source: Source) {
            self.role = role
            (load, success) = (stats.load, stats.success)
            (costUSD, p95Milliseconds) = (stats.costUSD, stats.p95Milliseconds)
            self.source = source
        }

        private enum CodingKeys: String, CodingKey {
            case role, load, success, source
            case costUSD = "cost_usd"
            case p95Milliseconds = "p95_ms"
        }
    }

    /// Somebody who was not compared.
    package struct LeftOut: Sendable, Hashable, Codable {
        package var role: String
        /// `no_skill`, `overloaded`, or what keeps a deployment from being asked.
        package var reason: String
    }

    /// By what the parts of a score are multiplied.
    package var weights: ScoreWeights
    /// The cost that scores 0.
    package var costMaxUSD: Double
    /// The time that scores 0.
    package var p95MaxMilliseconds: Double
    /// Of all, in the order of the pool.
    package var figures: [Figures]
    /// In the order of the pool.
    package var leftOut: [LeftOut]

    /// Explains an answer.
    ///
    /// - Parameters:
    ///   - stats: what the decision went by; who is missing was taken to be idle and unknown.
    ///   - measured: whose stats are of calls that were made.
    ///   - told: whose stats the request has brought.
    ///   - obstacles: what keeps deployments from being asked.
    package init(
        _ answer: ExpertAnswer, to request: ExpertRequest, of pool: ExpertPool, stats: [String: ExpertStats],
        measured: Set<String> = [], told: Set<String> = [], obstacles: [String: RouteDropReason] = [:]
    ) {
        weights = ScoreWeights.of(request.strategy)
        let compared = Set(answer.allScores.map(\.role))
        let scale = ScoreScale(compared.map { stats[$0] ?? ExpertStats() })
        (costMaxUSD, p95MaxMilliseconds) = (scale.costMax, scale.latencyMax)
        (figures, leftOut) = ([], [])
        guard answer.routingType != .direct else { return }
        let skilled = Set(pool.places(withOneOf: request.requiredSkills).map { pool.experts[$0].role })
        for role in pool.experts.map(\.role) {
            let source: Source = told.contains(role) ? .request : measured.contains(role) ? .measured : .assumed
            figures.append(Figures(of: role, stats[role] ?? ExpertStats(), source))
            guard !compared.contains(role) else { continue }
            let lacksSkill = !skilled.isEmpty && !skilled.contains(role)
            let reason = lacksSkill ? "no_skill" : (obstacles[role] ?? .overloaded).rawValue
            leftOut.append(LeftOut(role: role, reason: reason))
        }
    }

    private enum CodingKeys: String, CodingKey {
        case weights, figures
        case costMaxUSD = "cost_max_usd"
        case p95MaxMilliseconds = "p95_max_ms"
        case leftOut = "left_out"
    }
}
