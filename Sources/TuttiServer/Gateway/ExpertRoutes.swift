import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiModels
import TuttiRouting
import TuttiRuntime

/// Choosing a model or a role for a task by score, without asking anybody.
struct ExpertRoutes: Sendable {
    let router: ModelRouter
    let catalogue: ModelCatalogue
    let clock: any Timekeeper

    /// Tasks of one request at most.
    static let batchMax = 100
    /// Bytes of a request: the largest pool, with vectors, fits.
    static let bodySizeMax = 8 << 20

    var all: [Route] { [one, batch] }

    private var one: Route {
        Route(
            .post, "/api/v1/route", "chooseExpert", .gateway, "Chooses a model or a role for a task, by score.",
            details: """
                Nobody is asked. The request may bring `experts`; else the `pool` says who there is: the `models`, \
                which are the deployments with their figures of the last minutes, and where there are none all models \
                by their names; or the roles of a software `team`. The usual pool is `models`, and at `/route`, where \
                programs of an older service ask, `team`. `explanation` has all that the scores were made of.
                """, aliases: ["/route"], body: .json(ExpertRequest.self), bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, ExpertAnswerView.self, "Who was chosen, and why."), .misfit]
        ) { request in
            let task = try await request.body(ExpertRequest.self)
            return try request.answer(try await decide(task, at: "", usual: Self.usualPool(request)))
        }
    }

    /// Several tasks.
    struct BatchBody: Codable, Sendable, WireConstraints {
        static let constraints: [String: [String: JSONValue]] = [
            "requests": ["minItems": 1, "maxItems": .int(Int64(ExpertRoutes.batchMax))]
        ]

        var requests: [ExpertRequest]
    }

    struct BatchView: Codable, Sendable {
        /// In the order of the requests.
        var results: [ExpertAnswerView]
        var total: Int
    }

    private var batch: Route {
        Route(
            .post, "/api/v1/route/batch", "chooseExperts", .gateway,
            "Chooses for up to \(Self.batchMax) tasks at once, each as if it were alone.",
            details: "A part that does not fit is named, and nothing is chosen.", aliases: ["/route/batch"],
            body: .json(BatchBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, BatchView.self, "What was chosen for each."), .misfit]
        ) { request in
            let tasks = try await request.body(BatchBody.self).requests
            var results: [ExpertAnswerView] = []
            for (index, task) in tasks.enumerated() {
                results.append(try await decide(task, at: "/requests/\(index)", usual: Self.usualPool(request)))
            }
            return try request.answer(BatchView(results: results, total: results.count))
        }
    }

    private static func usualPool(_ request: RouteRequest) -> ExpertRequest.Pool {
        request.request.path.hasPrefix("/api/") ? .models : .team
    }

    // MARK: Choosing

    /// - Throws: a ``Problem`` 422 that names the member.
    private func decide(
        _ task: ExpertRequest, at field: String, usual: ExpertRequest.Pool
    ) async throws -> ExpertAnswerView {
        try task.check(at: field)
        let tokens = Int64(task.words.utf8.count) / CallEstimate.bytesPerToken
        var known = router.experts(inputTokens: tokens, at: clock.now())
        let choosesModel = task.experts == nil && (task.pool ?? usual) == .models
        if choosesModel, known.descriptions.isEmpty { known = await models(inputTokens: tokens) }
        var asked = task
        asked.experts = nil
        asked.stats = known.stats.merging(task.stats ?? [:]) { $1 }
        do throws(RouteError) {
            let team = try ExpertPool.team()
            let pool: ExpertPool
            if let experts = task.experts {
                pool = try ExpertPool(experts, direct: team.direct)
            } else {
                pool = choosesModel ? try ExpertPool(known.descriptions) : team
            }
            let answer = try ExpertRouter(pool).route(asked, clock: clock)
            let explanation = ExpertExplanation(
                answer, to: asked, of: pool, stats: asked.stats ?? [:], measured: known.measured,
                told: Set((task.stats ?? [:]).keys), obstacles: known.obstacles)
            return ExpertAnswerView(answer, to: task, model: known.models[answer.selectedExpert], explanation)
        } catch {
            throw Problem.badField(
                field + "/experts", error.code,
                choosesModel && known.descriptions.isEmpty
                    ? "there is no model to choose from: give 'experts', choose of the pool 'team', or set up a "
                        + "provider; GET /api/v1/models lists what there is" : error.message)
        }
    }

    /// All models that can be asked by their own names.
    private func models(inputTokens: Int64) async -> ModelExperts {
        let now = clock.now()
        var experts = ModelExperts()
        for model in await catalogue.view().models.compactMap({ ModelReference($0.name) }) {
            experts.add(model, cost: router.likelyCost(of: model, inputTokens: inputTokens, at: now))
        }
        return experts
    }
}

/// Who was chosen for a task, and why.
struct ExpertAnswerView: Codable, Sendable {
    var taskId: String
    var traceId: String?
    /// A role, a deployment, or a model by its name.
    var selectedExpert: String
    /// The model that is behind it; `null` for a role.
    var selectedModel: String?
    /// Those to take when it fails, best first.
    var fallbackExperts: [String]
    var routingScore: Double
    var confidence: Double
    /// Whether the first of the fallbacks should be asked as well.
    var ensembleMode: Bool
    var routingType: ExpertAnswer.RoutingType
    /// One sentence.
    var routingReason: String
    /// All that were compared, best first.
    var allScores: [ExpertScore]
    var routingMs: Double
    var explanation: ExpertExplanation

    init(
        _ answer: ExpertAnswer, to task: ExpertRequest, model: ModelReference?, _ explanation: ExpertExplanation
    ) {
        (taskId, traceId) = (task.taskID, task.traceID)
        selectedExpert = answer.selectedExpert
        selectedModel = model?.description
        fallbackExperts = answer.fallbackExperts
        (routingScore, confidence) = (answer.routingScore, answer.confidence)
        (ensembleMode, routingType) = (answer.ensembleMode, answer.routingType)
        (routingReason, allScores) = (answer.routingReason, answer.allScores)
        routingMs = answer.routingMilliseconds
        self.explanation = explanation
    }
}

extension ExpertRequest: WireConstraints {
    /// What a name may have.
    private static let nameLengths = 1...200
    /// Skills that may be asked for.
    private static let skillsMax = 64

    static let constraints: [String: [String: JSONValue]] = [
        "task_id": WireRule.length(nameLengths), "task_type": WireRule.length(nameLengths),
        "required_skills": ["maxItems": .int(Int64(skillsMax))],
        "experts": ["minItems": 1, "maxItems": .int(Int64(ExpertPool.expertsMax))],
    ]

    /// - Parameter field: where in the body the request stands.
    /// - Throws: a ``Problem`` that names the member, the rule and the way out.
    fileprivate func check(at field: String) throws {
        for (name, text) in [("task_id", taskID), ("task_type", taskType)]
        where !Self.nameLengths.contains(text.unicodeScalars.count) {
            throw Problem.badField(
                "\(field)/\(name)", "length",
                "'\(field)/\(name)' takes \(Self.nameLengths.lowerBound) to \(Self.nameLengths.upperBound) characters")
        }
        guard requiredSkills.count <= Self.skillsMax else {
            throw Problem.badField(
                "\(field)/required_skills", "maxItems",
                "'\(field)/required_skills' takes at most \(Self.skillsMax) skills; name those that count")
        }
        if experts != nil, pool != nil {
            throw Problem.badField(
                "\(field)/pool", "one_of",
                "'pool' and 'experts' both say who there is to choose from; leave out one")
        }
    }
}
