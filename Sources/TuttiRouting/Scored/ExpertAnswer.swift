/// Which expert gets a task and why: what `/route` answers.
package struct ExpertAnswer: Sendable, Hashable, Codable {
    /// How the expert was found.
    package enum RoutingType: String, Sendable, Hashable, Codable, CaseIterable {
        /// The type of the task names it.
        case direct
        /// It has the highest score.
        case scored
        /// All have too much to do; it has the least.
        case fallback
    }

    package var selectedExpert: String
    /// Those to take when it fails, best first.
    package var fallbackExperts: [String]
    package var routingScore: Double
    package var confidence: Double
    /// Whether the first of ``fallbackExperts`` should be asked as well.
    package var ensembleMode: Bool
    package var routingType: RoutingType
    /// One sentence for people.
    package var routingReason: String
    /// All that were compared, best first.
    package var allScores: [ExpertScore]
    package var routingMilliseconds: Double

    package init(
        selectedExpert: String, fallbackExperts: [String] = [], routingScore: Double, confidence: Double,
        ensembleMode: Bool = false, routingType: RoutingType, routingReason: String, allScores: [ExpertScore] = [],
        routingMilliseconds: Double = 0
    ) {
        self.selectedExpert = selectedExpert
        self.fallbackExperts = fallbackExperts
        self.routingScore = routingScore
        self.confidence = confidence
        self.ensembleMode = ensembleMode
        self.routingType = routingType
        self.routingReason = routingReason
        self.allScores = allScores
        self.routingMilliseconds = routingMilliseconds
    }

    private enum CodingKeys: String, CodingKey {
        case confidence
        case selectedExpert = "selected_expert"
        case fallbackExperts = "fallback_experts"
        case routingScore = "routing_score"
        case ensembleMode = "ensemble_mode"
        case routingType = "routing_type"
        case routingReason = "routing_reason"
        case allScores = "all_scores"
        case routingMilliseconds = "routing_ms"
    }
}

/// The score of an expert and its parts, each from 0 to 1 where 1 is best.
package struct ExpertScore: Sendable, Hashable, Codable {
    package var role: String
    package var composite: Double
    package var similarity: Double
    package var load: Double
    package var success: Double
    package var cost: Double
    package var latency: Double

    package init(role: String, _ score: CompositeScore) {
        self.role = role
        composite = score.composite
        similarity = score.similarity
        load = score.load
        success = score.success
        cost = score.cost
        latency = score.latency
    }
}
