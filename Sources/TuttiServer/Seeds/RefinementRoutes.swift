import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore
import TuttiTeams

/// Starting and following roundtables as sessions: `/api/refinement/*`.
struct RefinementRoutes: Sendable {
    let sessions: RefinementSessions
    let roundtables: RoundtableRoutes
    let actions: RunActionRoutes

    var all: [Route] { [start, status, proceed, executionStart, executionStatus, detectKind] }

    static let unknown = AnswerDescription.problem(404, "There is no such session.")
    static let ambiguous = AnswerDescription.problem(409, "Several sessions begin so.")

    // MARK: Starting

    struct StartBody: Codable, Sendable, WireConstraints {
        static let constraints = [
            "content": WireRule.notBlank, "max_iterations": WireRule.range(RoundtableInput.iterations),
            "num_participants": WireRule.range(2...6),
        ]

        var title: String
        var content: String
        var goal: String?
        /// 1 to 10.
        var maxIterations: Int?
        var documentType: String?
        /// 2 to 6; so many of the participants of the panel sit at the table.
        var numParticipants: Int?
        var usePreset: String?
        var participantStyle: ParticipantStyle?
        /// Such as `openai/NAME`; without one the offline critics read.
        var model: String?
        var modelStrategy: Strategy?
        var forceMaxIterations: Bool?
        var metadata: JSONValue?

        enum Strategy: String, Codable, CaseIterable, Sendable {
            case uniform, diverse
        }

        private enum CodingKeys: String, CodingKey {
            case title, content, goal, model, metadata
            case maxIterations = "max_iterations"
            case documentType = "document_type"
            case numParticipants = "num_participants"
            case usePreset = "use_preset"
            case participantStyle = "participant_style"
            case modelStrategy = "model_strategy"
            case forceMaxIterations = "force_max_iterations"
        }
    }

    struct StartedView: Codable, Sendable {
        var sessionId: RunID
        var status: String
    }

    private var start: Route {
        Route(
            .post, "/api/refinement/start", "startRefinement", .refinement, "Has a document reviewed and refined.",
            body: .json(StartBody.self), bodySizeMax: RoundtableRoutes.bodySizeMax,
            answers: [
                .json(200, StartedView.self, "The session."), .misfit,
                .problem(409, "The idempotency key was used with another body."),
            ]
        ) { request in
            let run = try await begin(try await request.body(StartBody.self), request)
            return try request.answer(StartedView(sessionId: run, status: "started"))
        }
    }

    private func begin(_ old: StartBody, _ request: RouteRequest) async throws -> RunID {
        var body = RoundtableBody(document: old.content)
        body.title = old.title
        body.kind = try Self.kind(old.documentType)
        body.maxIterations = old.maxIterations
        body.forceMaxIterations = old.forceMaxIterations
        if let model = old.model, !model.isEmpty {
            body.model = model
            body.goal = old.goal
            body.style = old.participantStyle
            body.models = old.modelStrategy.map { $0 == .uniform ? .uniform : .diverse }
            body.preset = old.usePreset
            if let count = old.numParticipants { body.participants = try participants(count, of: &body) }
        }
        return try await roundtables.begin(body, key: request.idempotencyKey)
    }

    /// The words of the older system for kinds; what it does not know is any document.
    private static func kind(_ type: String?) throws -> String? {
        guard let type, !type.isEmpty, type != "document" else { return nil }
        return (try? DocumentKind(named: type)) == nil ? DocumentKind.generic.rawValue : type
    }

    /// The first so many participants of the panel that is asked for.
    private func participants(_ count: Int, of body: inout RoundtableBody) throws -> [ParticipantView] {
        guard (2...6).contains(count) else {
            throw Problem.badField("/num_participants", "range", "there are 2 to 6 participants")
        }
        let presets = try roundtables.presets()
        let kind = try body.kind.map { try DocumentKind(named: $0) }
        let name = body.preset ?? Presets.name(for: kind ?? RoundtableInput(document: body.document).kind)
        do throws(PresetError) {
            let panel = try presets.named(name)
            body.preset = nil
            return panel.participants.prefix(count).map { ParticipantView($0) }
        } catch {
            throw Problem.badField("/use_preset", error.code, error.message)
        }
    }

    private static let session = Parameter<String>.path("session", "The session.") { $0 }

    private var status: Route {
        Route(
            .get, "/api/refinement/status/{session}", "getRefinementStatus", .refinement,
            "Says how far a session has come.", parameters: [Self.session.description], runsElsewhere: true,
            answers: [.json(200, SessionStatusView.self, "The session."), Self.unknown, Self.ambiguous]
        ) { request in
            try request.answer(SessionStatusView(try await sessions.session(try request[Self.session])))
        }
    }

    private static let additional = Parameter<Int>.integer(
        "additional_iterations", "How many rounds more.", in: 1...9, default: 1)

    private var proceed: Route {
        Route(
            .post, "/api/refinement/continue/{session}", "continueRefinement", .refinement,
            "Goes on with a session that has ended, with more rounds.",
            parameters: [Self.session.description, Self.additional.description], runsElsewhere: true,
            answers: [
                .json(200, StartedView.self, "The session, which goes on."), Self.unknown,
                .problem(409, "It has not ended, or more rounds would change nothing."),
            ]
        ) { request in
            let session = try await sessions.session(try request[Self.session])
            let rounds = session.table.rounds.count + (try request[Self.additional])
            let limit = min(max(rounds, session.table.input.maxIterations + 1), 10)
            _ = try await actions.continuation(of: session.record, maxIterations: limit, key: request.idempotencyKey)
            return try request.answer(StartedView(sessionId: session.id, status: "started"))
        }
    }

    // MARK: /api/execution

    struct ExecutionView: Codable, Sendable {
        var runId: RunID
        var status: String
        var websocketUrl: String
    }

    private var executionStart: Route {
        Route(
            .post, "/api/execution/start", "startExecution", .refinement, "Has a document reviewed and refined.",
            body: .json(StartBody.self), bodySizeMax: RoundtableRoutes.bodySizeMax,
            answers: [
                .json(200, ExecutionView.self, "The run, and where it can be watched."), .misfit,
                .problem(409, "The idempotency key was used with another body."),
            ]
        ) { request in
            let run = try await begin(try await request.body(StartBody.self), request)
            return try request.answer(
                ExecutionView(runId: run, status: "started", websocketUrl: "/ws/refinement/\(run)"))
        }
    }

    private var executionStatus: Route {
        Route(
            .get, "/api/execution/status/{session}", "getExecutionStatus", .refinement,
            "Says how far a run has come.", parameters: [Self.session.description], runsElsewhere: true,
            answers: [.json(200, SessionStatusView.self, "The run."), Self.unknown, Self.ambiguous]
        ) { request in
            try request.answer(SessionStatusView(try await sessions.session(try request[Self.session])))
        }
    }

    struct DetectBody: Codable, Sendable, WireConstraints {
        static let constraints = ["content": WireRule.notBlank]

        var content: String
        var title: String?
    }

    struct DetectedView: Codable, Sendable {
        var documentType: String
        var evidence: [String]
    }

    private var detectKind: Route {
        Route(
            .post, "/api/execution/detect-document-type", "detectDocumentType", .refinement,
            "Says what kind of document a text is, by its words.", body: .json(DetectBody.self),
            bodySizeMax: RoundtableRoutes.bodySizeMax,
            answers: [.json(200, DetectedView.self, "The kind."), .misfit]
        ) { request in
            let input = RoundtableInput(document: try await request.body(DetectBody.self).content)
            do throws(StepError) { try input.checkText() } catch {
                throw Problem.badField("/content", "text", error.message)
            }
            return try request.answer(DetectedView(documentType: input.kind.rawValue, evidence: input.kindEvidence))
        }
    }
}
