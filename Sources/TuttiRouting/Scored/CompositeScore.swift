package import TuttiCore

/// What calls have told about an expert, for its score.
package struct ExpertStats: Sendable, Hashable, Codable {
    /// The share of its places that are taken; from 1 on it has more to do than it can.
    package var load: Double
    /// The share of calls that succeed.
    package var success: Double
    /// What a call costs on average, in dollars.
    package var costUSD: Double
    /// The time that 95 of 100 calls do not exceed.
    package var p95Milliseconds: Double

    /// Stats from their parts. What is left out is that of an expert of whom nobody knows anything: it scores about
    /// 0.50 when nothing about it fits, and 0.85 when all does.
    package init(load: Double = 0, success: Double = 1, costUSD: Double = 0.05, p95Milliseconds: Double = 200) {
        self.load = load
        self.success = success
        self.costUSD = costUSD
        self.p95Milliseconds = p95Milliseconds
    }

    /// What is known of a deployment.
    ///
    /// - Parameter estimated: what a call is likely to cost, for one that has not been asked lately.
    package init(_ health: HealthSnapshot, estimated: USD? = nil) {
        let figures = health.figures
        self.init(load: health.load)
        if let estimated { costUSD = Double(estimated.microdollars) / 1_000_000 }
        guard figures.calls > 0 else { return }
        if let share = figures.successShare { success = share }
        costUSD = Double(figures.spent.microdollars) / 1_000_000 / Double(figures.calls)
        if let p95 = figures.latencyP95Milliseconds { p95Milliseconds = Double(p95) }
    }

    /// Reads what is there; the rest is that of an expert of whom nobody knows anything.
    ///
    /// - Throws: `DecodingError` for a number that is none of these: negative, or a success above 1.
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read(_ key: CodingKeys, _ value: inout Double, max: Double = 1e12) throws {
            guard let number = try container.decodeIfPresent(Double.self, forKey: key) else { return }
            guard (0...max).contains(number) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "takes a number from 0 to \(max)")
            }
            value = number
        }
        try read(.load, &load)
        try read(.success, &success, max: 1)
        try read(.costUSD, &costUSD)
        try read(.p95Milliseconds, &p95Milliseconds)
    }

    private enum CodingKeys: String, CodingKey {
        case load, success
        case costUSD = "cost_usd"
        case p95Milliseconds = "p95_ms"
    }
}

extension ExpertStats: JSONSchemaProviding {
    /// The ranges that ``init(from:)`` holds to.
    package static var jsonSchema: JSONSchema {
        let amount = JSONSchema.number(minimum: 0, maximum: 1e12)
        return .object([
            .optional("load", amount), .optional("success", .number(minimum: 0, maximum: 1)),
            .optional("cost_usd", amount), .optional("p95_ms", amount),
        ])
    }
}

/// How much each part of a score weighs; the weights sum up to 1.
package struct ScoreWeights: Sendable, Hashable, Codable {
    package var similarity: Double
    package var load: Double
    package var success: Double
    package var cost: Double
    package var latency: Double

    package init(similarity: Double, load: Double, success: Double, cost: Double, latency: Double) {
        self.similarity = similarity
        self.load = load
        self.success = success
        self.cost = cost
        self.latency = latency
    }

    /// The weights of a profile.
    package static func of(_ profile: ScoringProfile) -> ScoreWeights {
        switch profile {
        case .balanced: ScoreWeights(similarity: 0.35, load: 0.20, success: 0.20, cost: 0.15, latency: 0.10)
        case .performance: ScoreWeights(similarity: 0.30, load: 0.10, success: 0.30, cost: 0.05, latency: 0.25)
        case .costSaver: ScoreWeights(similarity: 0.30, load: 0.20, success: 0.10, cost: 0.35, latency: 0.05)
        }
    }
}

/// What cost and time are measured against: the highest among those that are compared, and never less than a floor, so
/// that cheap and fast experts are not told apart by trifles.
package struct ScoreScale: Sendable, Hashable {
    /// A call that costs less is cheap.
    package static let costFloorUSD = 0.10
    /// A call that takes less is fast.
    package static let latencyFloorMilliseconds = 500.0

    package var costMax = costFloorUSD
    package var latencyMax = latencyFloorMilliseconds

    package init(_ stats: some Sequence<ExpertStats>) {
        for one in stats { include(one) }
    }

    mutating func include(_ stats: ExpertStats) {
        costMax = max(costMax, stats.costUSD)
        latencyMax = max(latencyMax, stats.p95Milliseconds)
    }
}

/// How well an expert or a deployment suits a task, from 0 to 1.
package struct CompositeScore: Sendable, Hashable {
    /// The sum of the parts, each by its weight.
    package let composite: Double
    /// The cosine of task and expert; what points away counts as 0.
    package let similarity: Double
    /// 1 for one that has nothing to do.
    package let load: Double
    package let success: Double
    /// 1 for one that costs nothing; squared, so that the dear ones fall fast.
    package let cost: Double
    /// 1 for one that takes no time.
    package let latency: Double

    package init(similarity: Double, _ stats: ExpertStats, _ weights: ScoreWeights, _ scale: ScoreScale) {
        self.similarity = max(0, min(1, similarity))
        load = max(0, 1 - stats.load)
        success = stats.success
        let cheap = max(0, 1 - stats.costUSD / scale.costMax)
        cost = cheap * cheap
        latency = max(0, 1 - stats.p95Milliseconds / scale.latencyMax)
        composite =
            weights.similarity * self.similarity + weights.load * load + weights.success * success
            + weights.cost * cost + weights.latency * latency
    }

    /// The parts by name.
    package var parts: [String: Double] {
        [
            "composite": composite, "similarity": similarity, "load": load, "success": success, "cost": cost,
            "latency": latency,
        ]
    }
}
