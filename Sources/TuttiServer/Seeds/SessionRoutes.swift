import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore
import TuttiTeams

/// Sessions that are there: `/api/sessions/*`, and `/api/execution/runs` and `/trace`.
struct SessionRoutes: Sendable {
    let sessions: RefinementSessions
    let removal: RunRemoval

    private var reads: RunReads { sessions.reads }

    var all: [Route] { [list, show, remove, version, reviews, report, state, runs, trace] }

    private static let session = Parameter<String>.path("session", "The session.") { $0 }
    private static let unknown = RefinementRoutes.unknown
    private static let ambiguous = RefinementRoutes.ambiguous

    private func reading<View: Codable & Sendable>(
        _ path: String, _ id: String, _ summary: String, _ view: View.Type, parameters: [ParameterDescription] = [],
        _ body: @escaping @Sendable (RouteRequest, RefinementSessions.Session) async throws -> View
    ) -> Route {
        Route(
            .get, path, id, .refinement, summary, parameters: [Self.session.description] + parameters,
            runsElsewhere: true, answers: [.json(200, view, "What was asked for."), Self.unknown, Self.ambiguous]
        ) { request in
            let session = try await sessions.session(try request[Self.session])
            return try request.answer(try await body(request, session))
        }
    }

    // MARK: All sessions

    struct SessionView: Codable, Sendable {
        var sessionId: RunID
        var title: String
        var documentType: String
        var status: String
        var createdAt: WireTime
        var updatedAt: WireTime
        var currentVersion: Int
        var iterations: Int
        var converged: Bool

        init(_ session: RefinementSessions.Session) {
            sessionId = session.id
            title = session.table.input.title
            documentType = session.table.input.kind.rawValue
            status = SessionStatusView.status(of: session.record.summary)
            createdAt = session.created.wire
            updatedAt = (session.record.summary.finished ?? session.record.summary.created).wire
            currentVersion = session.table.currentVersion
            iterations = session.table.rounds.count
            converged = session.table.result?.outcome == .converged
        }
    }

    struct SessionsView: Codable, Sendable {
        var sessions: [SessionView]
        var total: Int
    }

    private var list: Route {
        Route(
            .get, "/api/sessions", "listSessions", .refinement, "Lists the newest sessions.",
            parameters: [RunParameters.limit.description], runsElsewhere: true,
            answers: [.json(200, SessionsView.self, "The sessions.")]
        ) { request in
            let found = try await newest(try request[RunParameters.limit])
            return try request.answer(SessionsView(sessions: found.map(SessionView.init), total: found.count))
        }
    }

    /// The newest sessions: runs that nobody has continued another one with.
    private func newest(_ limit: Int) async throws -> [RefinementSessions.Session] {
        let runs = try await reads.runs(RunFilter(workflow: Roundtable.name, kin: .roots, limit: limit))
        var found: [RefinementSessions.Session] = []
        var known: Set<RunID> = []
        for run in runs where !known.contains(run.id) {
            guard let id = try? await sessions.sessionID(of: run.id), known.insert(id).inserted,
                let session = try? await sessions.session(id.text)
            else { continue }
            known.formUnion(session.earlier + [session.record.summary.id])
            found.append(session)
        }
        return found
    }

    private var show: Route {
        reading(
            "/api/sessions/{session}", "getSession", "Shows one session.", SessionView.self
        ) { _, session in SessionView(session) }
    }

    struct RemovedView: Codable, Sendable {
        var sessionId: RunID
        var status: String
    }

    private var remove: Route {
        Route(
            .delete, "/api/sessions/{session}", "deleteSession", .refinement,
            "Deletes a session that has ended, with all its versions.", parameters: [Self.session.description],
            runsElsewhere: true,
            answers: [
                .json(200, RemovedView.self, "It is gone."), Self.unknown,
                .problem(409, "It has not ended, or several sessions begin so."),
            ]
        ) { request in
            let session = try await sessions.session(try request[Self.session])
            // The newest first: what is left of a chain that is cut off is still a session.
            for run in [session.record.summary.id] + session.earlier.reversed() { try await removal.remove(run) }
            return try request.answer(RemovedView(sessionId: session.id, status: "deleted"))
        }
    }

    // MARK: Parts of one session

    struct VersionView: Codable, Sendable {
        var sessionId: RunID
        var version: Int
        var title: String
        var content: String
    }

    private var version: Route {
        reading(
            "/api/sessions/{session}/prd/{version}", "getSessionVersion", "Gives one version of the document.",
            VersionView.self, parameters: [RunParameters.version.description]
        ) { request, session in
            let number = try request[RunParameters.version]
            guard session.table.versions.indices.contains(number - 1) else {
                throw Problem(404, "version_unknown", "the session has \(session.table.versions.count) versions")
            }
            return VersionView(
                sessionId: session.id, version: number, title: session.table.input.title,
                content: session.table.versions[number - 1])
        }
    }

    struct ReviewsView: Codable, Sendable {
        var sessionId: RunID
        var version: Int
        var reviews: [ReviewView]
    }

    private var reviews: Route {
        reading(
            "/api/sessions/{session}/reviews/{version}", "getSessionReviews", "Gives the reviews of one version.",
            ReviewsView.self, parameters: [RunParameters.version.description]
        ) { request, session in
            let number = try request[RunParameters.version]
            guard let round = session.table.rounds.first(where: { $0.round == number }) else {
                throw Problem(404, "version_unknown", "version \(number) has not been reviewed")
            }
            return ReviewsView(
                sessionId: session.id, version: number,
                reviews: ReviewView.all(of: round, at: session.record.summary.created))
        }
    }

    private var report: Route {
        Route(
            .get, "/api/sessions/{session}/report", "getSessionReport", .refinement,
            "Gives the report of a session that has ended.", parameters: [Self.session.description],
            runsElsewhere: true,
            answers: [
                .json(200, SessionReportView.self, "The report."), Self.unknown,
                .problem(409, "It has not ended, or several sessions begin so."),
            ]
        ) { request in
            let session = try await sessions.session(try request[Self.session])
            guard let result = session.table.result else {
                throw Problem.conflict("no_result", "the session has no report before it has ended")
            }
            return try request.answer(SessionReportView(session, result))
        }
    }

    struct StateView: Codable, Sendable {
        var sessionId: RunID
        var status: String
        var currentIteration: Int
        var maxIterations: Int
        var currentVersion: Int
        var converged: Bool
        var convergenceReason: String?
        var title: String
        var documentType: String
        var goal: String?
        var participants: [String]
        /// The runs that the session is made of, the first first.
        var runs: [RunID]
    }

    private var state: Route {
        reading(
            "/api/sessions/{session}/state", "getSessionState", "Gives everything that a session stands on.",
            StateView.self
        ) { _, session in
            let status = SessionStatusView(session)
            let input = session.table.input
            return StateView(
                sessionId: session.id, status: status.status, currentIteration: status.currentIteration,
                maxIterations: status.maxIterations, currentVersion: status.currentVersion,
                converged: status.converged, convergenceReason: status.convergenceReason, title: input.title,
                documentType: input.kind.rawValue, goal: input.panel?.goal,
                participants: input.critics + (input.panel?.participants.map(\.name) ?? []),
                runs: session.earlier + [session.record.summary.id])
        }
    }

    // MARK: /api/execution

    struct ExecutionRunsView: Codable, Sendable {
        struct Run: Codable, Sendable {
            var runId: RunID
            var title: String
            var status: String
            var createdAt: WireTime
            var iterations: Int
        }

        var runs: [Run]
    }

    private var runs: Route {
        Route(
            .get, "/api/execution/runs", "listExecutions", .refinement, "Lists the newest runs.",
            parameters: [RunParameters.limit.description], runsElsewhere: true,
            answers: [.json(200, ExecutionRunsView.self, "The runs.")]
        ) { request in
            let found = try await newest(try request[RunParameters.limit])
            return try request.answer(
                ExecutionRunsView(
                    runs: found.map { session in
                        .init(
                            runId: session.id, title: session.table.input.title,
                            status: SessionStatusView.status(of: session.record.summary),
                            createdAt: session.created.wire, iterations: session.table.rounds.count)
                    }))
        }
    }

    private var trace: Route {
        reading(
            "/api/execution/trace/{session}", "getTrace", "Gives what happened, round by round.", TraceView.self
        ) { _, session in TraceView(session) }
    }
}
