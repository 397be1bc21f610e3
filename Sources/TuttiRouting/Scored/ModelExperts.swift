package import TuttiCore
import TuttiModels

/// Models as experts: what they are good at, and what is known of them now.
package struct ModelExperts: Sendable {
    /// In the order of the file.
    package var descriptions: [ExpertDescription] = []
    /// By role.
    package var stats: [String: ExpertStats] = [:]
    /// Those whose stats are of calls that were made, by role.
    package var measured: Set<String> = []
    /// The model of each role.
    package var models: [String: ModelReference] = [:]
    /// What keeps one from being asked now, by role.
    package var obstacles: [String: RouteDropReason] = [:]

    package init() {}

    /// Adds a model by its own name, of which nothing is measured.
    ///
    /// - Parameter cost: what a call is likely to cost.
    package mutating func add(_ model: ModelReference, cost: USD?) {
        let role = model.description
        descriptions.append(ExpertDescription(role: role))
        stats[role] = ExpertStats(HealthSnapshot(deployment: role), estimated: cost)
        models[role] = model
    }
}

extension ModelRouter {
    /// The deployments as experts, with the figures of the last minutes.
    ///
    /// One that cannot be asked at the moment has more to do than it can, whatever it has to do.
    ///
    /// - Parameters:
    ///   - inputTokens: of the task, for what a call is likely to cost.
    ///   - moment: the day whose prices count.
    package func experts(inputTokens: Int64, at moment: Timestamp) -> ModelExperts {
        let (table, prices) = (table, prices)
        let health = Dictionary(snapshots().map { ($0.deployment, $0) }, uniquingKeysWith: { $1 })
        let usage = ModelUsage.usual(inputTokens: inputTokens, outputTokensMax: .max)
        let words = HashedWords()
        var experts = ModelExperts()
        for deployment in table.deployments {
            let name = deployment.name
            let skills = words.vector(of: deployment.skills.joined(separator: " "))
            experts.descriptions.append(
                ExpertDescription(
                    role: name, skills: deployment.skills, vector: UnitVector(skills) == nil ? nil : skills))
            experts.models[name] = deployment.model
            let snapshot = health[name] ?? HealthSnapshot(deployment: name, slots: deployment.slots)
            var stats = ExpertStats(
                snapshot, estimated: deployment.price(in: prices, at: moment)?.cost(of: usage))
            if snapshot.figures.calls > 0 { experts.measured.insert(name) }
            if let obstacle = snapshot.obstacle {
                experts.obstacles[name] = obstacle.reason
                stats.load = max(1, stats.load)
            }
            experts.stats[name] = stats
        }
        return experts
    }

    /// What a call of a model by its own name is likely to cost; `nil` when nobody knows.
    package func likelyCost(of model: ModelReference, inputTokens: Int64, at moment: Timestamp) -> USD? {
        prices.price(of: model.name, from: model.provider, at: moment)?
            .cost(of: .usual(inputTokens: inputTokens, outputTokensMax: .max))
    }
}

extension ModelUsage {
    /// Tokens of an answer of the usual length: calls say how long theirs may be at most, and few are.
    package static let outputTokensUsual: Int64 = 1_000

    /// What a call is likely to use.
    static func usual(inputTokens: Int64, outputTokensMax: Int64) -> ModelUsage {
        ModelUsage(uncachedInput: inputTokens, output: min(outputTokensMax, outputTokensUsual), isEstimated: true)
    }
}
