package import TuttiCore

/// A task for which an expert is sought: what `/route` takes.
package struct ExpertRequest: Sendable, Hashable, Codable {
    package var taskID: String
    package var taskType: String
    package var taskName: String
    package var projectID: String?
    /// What the task is about, in words or as any JSON.
    package var inputContext: JSONValue
    package var requiredSkills: [String]
    package var priority: RoutePriority
    package var strategy: ScoringProfile
    /// Whether two experts are wanted, however good the first one is.
    package var forceEnsemble: Bool
    package var traceID: String?
    /// Who there is to choose from, where the request brings no experts.
    package enum Pool: String, Sendable, Hashable, Codable, CaseIterable {
        /// The models: deployments, else all that can be asked by their names.
        case models
        /// The roles of a software team.
        case team
    }

    /// `nil` for whatever is usual where it is asked.
    package var pool: Pool?
    /// Those to choose from, in place of the ones that the router has.
    package var experts: [ExpertDescription]?
    /// What is known of experts now, by role.
    package var stats: [String: ExpertStats]?

    package init(
        taskID: String, taskType: String, taskName: String = "", projectID: String? = nil,
        inputContext: JSONValue = .null, requiredSkills: [String] = [], priority: RoutePriority = .medium,
        strategy: ScoringProfile = .balanced, forceEnsemble: Bool = false, traceID: String? = nil,
        pool: Pool? = nil, experts: [ExpertDescription]? = nil, stats: [String: ExpertStats]? = nil
    ) {
        self.taskID = taskID
        self.taskType = taskType
        self.taskName = taskName
        self.projectID = projectID
        self.inputContext = inputContext
        self.requiredSkills = requiredSkills
        self.priority = priority
        self.strategy = strategy
        self.forceEnsemble = forceEnsemble
        self.traceID = traceID
        self.pool = pool
        self.experts = experts
        self.stats = stats
    }

    /// Reads what is there; only `task_id` and `task_type` have to be.
    ///
    /// - Throws: `DecodingError` for a member that is missing or of another type.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ type: Value.Type, _ key: CodingKeys) throws -> Value? {
            try container.decodeIfPresent(type, forKey: key)
        }
        self.init(
            taskID: try container.decode(String.self, forKey: .taskID),
            taskType: try container.decode(String.self, forKey: .taskType),
            taskName: try read(String.self, .taskName) ?? "", projectID: try read(String.self, .projectID),
            inputContext: try read(JSONValue.self, .inputContext) ?? .null,
            requiredSkills: try read([String].self, .requiredSkills) ?? [],
            priority: try read(RoutePriority.self, .priority) ?? .medium,
            strategy: try read(ScoringProfile.self, .strategy) ?? .balanced,
            forceEnsemble: try read(Bool.self, .forceEnsemble) ?? false, traceID: try read(String.self, .traceID),
            pool: try read(Pool.self, .pool), experts: try read([ExpertDescription].self, .experts),
            stats: try read([String: ExpertStats].self, .stats))
    }

    /// The words that the task is compared by.
    package var words: String {
        ([taskType, taskName] + requiredSkills + inputContext.texts).joined(separator: " ")
    }

    private enum CodingKeys: String, CodingKey {
        case priority, strategy, pool, experts, stats
        case taskID = "task_id"
        case taskType = "task_type"
        case taskName = "task_name"
        case projectID = "project_id"
        case inputContext = "input_context"
        case requiredSkills = "required_skills"
        case forceEnsemble = "force_ensemble"
        case traceID = "trace_id"
    }
}

/// An expert as a request or a file describes it.
package struct ExpertDescription: Sendable, Hashable, Codable {
    package var role: String
    /// Words for what it does.
    package var description: String
    package var skills: [String]
    /// Its vector in the space of the router; `nil` to have one made of the words.
    package var vector: [Float]?

    package init(role: String, description: String = "", skills: [String] = [], vector: [Float]? = nil) {
        self.role = role
        self.description = description
        self.skills = skills
        self.vector = vector
    }

    /// Reads what is there; only `role` has to be.
    ///
    /// - Throws: `DecodingError` for a member that is missing or of another type.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            role: try container.decode(String.self, forKey: .role),
            description: try container.decodeIfPresent(String.self, forKey: .description) ?? "",
            skills: try container.decodeIfPresent([String].self, forKey: .skills) ?? [],
            vector: try container.decodeIfPresent([Float].self, forKey: .vector))
    }
}

extension JSONValue {
    /// All texts in it, names of members included, in an order that does not change.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let items): items.flatMap(\.texts)
        case .object(let members): members.sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value.texts }
        case .null, .bool, .int, .double: []
        }
    }
}
