/// Experts whose vectors are in one space, ready to be compared.
package struct ExpertPool: Sendable {
    /// An expert and its vector.
    package struct Expert: Sendable, Hashable {
        package let role: String
        /// In lower case.
        package let skills: Set<String>
        /// `nil` for one that says nothing about itself: it is near to nothing.
        package let vector: UnitVector?
    }

    /// The most experts of a pool.
    package static let expertsMax = 1000

    package let experts: [Expert]
    /// Roles by the type of task that they always get.
    package let direct: [String: String]
    package let words: any TextEmbedding
    /// Where each role stands.
    private let places: [String: Int]
    /// Where those stand that have a skill, in order.
    private let skilled: [String: [Int]]

    /// A pool of experts.
    ///
    /// - Parameters:
    ///   - direct: roles by the type of task that they always get, as long as they have time.
    ///   - words: what makes vectors of words, for tasks as for experts.
    /// - Throws: ``RouteError`` when there is none or there are too many, when two have one role, or when a vector is
    ///   not of the space of `words`.
    package init(
        _ descriptions: [ExpertDescription], direct: [String: String] = [:], words: any TextEmbedding = HashedWords()
    ) throws(RouteError) {
        guard !descriptions.isEmpty else {
            throw RouteError(.badExperts, "there are no experts; name at least one")
        }
        guard descriptions.count <= Self.expertsMax else {
            throw RouteError(
                .badExperts, "there are \(descriptions.count) experts, the limit is \(Self.expertsMax); name fewer")
        }
        var roles: Set<String> = []
        var experts: [Expert] = []
        for description in descriptions {
            guard roles.insert(description.role).inserted else {
                throw RouteError(.badExperts, "the expert '\(description.role)' stands twice; name it once")
            }
            experts.append(try Self.expert(description, words))
        }
        self.experts = experts
        self.direct = direct
        self.words = words
        places = Dictionary(experts.enumerated().map { ($1.role, $0) }, uniquingKeysWith: { $1 })
        var skilled: [String: [Int]] = [:]
        for (place, expert) in experts.enumerated() {
            for skill in expert.skills { skilled[skill, default: []].append(place) }
        }
        self.skilled = skilled
    }

    /// Where a role stands, or `nil`.
    func place(of role: String) -> Int? { places[role] }

    /// Where those stand that have one of the skills, in order.
    func places(withOneOf skills: [String]) -> [Int] {
        let found = skills.compactMap { skilled[$0.lowercased()] }
        return found.count == 1 ? found[0] : Set(found.joined()).sorted()
    }

    /// What is known of experts, in their order; made once, it serves many decisions.
    ///
    /// - Parameter stats: by role; who is missing is taken to be idle and unknown.
    package func stats(_ stats: [String: ExpertStats]) -> [ExpertStats] {
        experts.map { stats[$0.role] ?? ExpertStats() }
    }

    private static func expert(
        _ description: ExpertDescription, _ words: any TextEmbedding
    ) throws(RouteError) -> Expert {
        let skills = Set(description.skills.map { $0.lowercased() })
        guard let values = description.vector else {
            let text = ([description.role, description.description] + description.skills).joined(separator: " ")
            return Expert(role: description.role, skills: skills, vector: UnitVector(words.vector(of: text)))
        }
        guard values.count == words.dimensions else {
            throw RouteError(
                .badExperts,
                "the vector of '\(description.role)' has \(values.count) dimensions, those of tasks have "
                    + "\(words.dimensions); make it by the same means, or leave it out")
        }
        guard let vector = UnitVector(values) else {
            throw RouteError(
                .badExperts, "the vector of '\(description.role)' has no direction; leave it out or write one")
        }
        return Expert(role: description.role, skills: skills, vector: vector)
    }

    /// The roles of a software team and the types of task that they always get.
    package static func team() throws(RouteError) -> ExpertPool {
        try ExpertPool(
            [
                ExpertDescription(
                    role: "CEO", description: "business strategy, market, vision and plan",
                    skills: ["strategy", "planning", "business"]),
                ExpertDescription(
                    role: "CTO", description: "architecture, technology choices and system design",
                    skills: ["architecture", "design", "technology"]),
                ExpertDescription(
                    role: "Engineer_Backend", description: "server code, interfaces, databases and services",
                    skills: ["backend", "api", "database", "code"]),
                ExpertDescription(
                    role: "Engineer_Frontend", description: "web pages, user interface, components and style",
                    skills: ["frontend", "ui", "web", "code"]),
                ExpertDescription(
                    role: "QA", description: "test plans, automated testing, bugs and quality",
                    skills: ["testing", "quality", "review"]),
                ExpertDescription(
                    role: "DevOps", description: "containers, deployment, infrastructure, pipelines and monitoring",
                    skills: ["devops", "deployment", "infrastructure"]),
                ExpertDescription(
                    role: "Finance", description: "cost analysis, budget, prices and forecasts",
                    skills: ["cost", "budget", "finance"]),
            ],
            direct: [
                "strategy": "CEO", "architecture": "CTO", "backend": "Engineer_Backend",
                "frontend": "Engineer_Frontend", "testing": "QA", "devops": "DevOps", "cost_analysis": "Finance",
            ])
    }
}
