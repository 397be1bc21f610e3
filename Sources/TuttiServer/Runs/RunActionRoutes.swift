import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore
import TuttiTeams

/// What can be done with runs: starting them, and everything that changes one.
struct RunActionRoutes: Sendable {
    let reads: RunReads
    /// The queue of runs that are started here: whoever serves it takes them up after a crash.
    let queue: String

    private var engine: Engine { reads.engine }

    var all: [Route] {
        [start, cancel, retry, resolve, resume, fork, `continue`, finish, signal, comment]
    }

    private static let conflict = AnswerDescription.problem(409, "The run does not stand so that this could be done.")

    private func run(
        _ verb: String, _ id: String, _ summary: String, body: BodyDescription? = nil,
        _ act: @escaping @Sendable (RouteRequest, RunRecord) async throws -> RunID
    ) -> Route {
        Route(
            .post, "/api/v1/runs/{run}/\(verb)", id, .runs, summary, parameters: [RunParameters.run.description],
            body: body,
            answers: [.json(202, RunView.self, "The run as it stands now."), .unknownRun, Self.conflict]
                + (body == nil ? [] : [.misfit])
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            return try await reads.accepted(try await act(request, record), request)
        }
    }

    // MARK: Starting

    struct StartBody: Codable, Sendable, WireConstraints {
        static let constraints: [String: [String: JSONValue]] = ["workflow": ["minLength": 1]]

        /// The name of a workflow; left out for a definition.
        var workflow: String?
        /// A workflow file (YAML) to carry out.
        var definition: String?
        var input: JSONValue?
        var budget: BudgetBody?
    }

    private var start: Route {
        Route(
            .post, "/api/v1/runs", "startRun", .runs, "Starts a run of any workflow.",
            details: "Which workflows there are, and what each is started with, `GET /api/v1/workflows` tells.",
            body: .json(StartBody.self), bodySizeMax: WorkflowInputs.bodySizeMax,
            answers: [
                .json(202, RunView.self, "The run, which is at work or waits in the queue."),
                .problem(404, "There is no such workflow."),
                .problem(409, "The idempotency key was used with another input."), .misfit,
            ]
        ) { request in
            let body = try await request.body(StartBody.self)
            let (workflow, input) = try Self.work(of: body)
            let violations = try engine.inputSchema(of: workflow).validate(input)
            guard violations.isEmpty else { throw RouteRequest.problem(violations, below: "/input") }
            let handle = try await engine.start(
                named: workflow, input: input, idempotencyKey: request.idempotencyKey, queue: queue,
                budget: try body.budget?.budget())
            return try await reads.accepted(handle.id, request)
        }
    }

    private static func work(of body: StartBody) throws -> (workflow: String, input: JSONValue) {
        switch (body.workflow, body.definition) {
        case (let workflow?, nil):
            let input = body.input ?? [:]
            try WorkflowInputs.check(input, of: workflow)
            return (workflow, input)
        case (nil, let definition?): return (DefinedWorkflow.name, try WorkflowInputs.read(definition, body.input))
        default:
            throw Problem.badField(
                "/workflow", "one_of", "give either the name of a 'workflow' or the text of a 'definition'")
        }
    }

    // MARK: Ending and going on

    private var cancel: Route {
        run("cancel", "cancelRun", "Ends a run; what it is doing is cancelled, and what has to be undone is undone.") {
            _, record in
            try await engine.cancel(record.summary.id)
            return record.summary.id
        }
    }

    private var retry: Route {
        run("retry", "retryRun", "Lets a failed run go on: what failed is carried out again, all else stays.") {
            _, record in
            try await engine.retry(record.summary.id, as: JSONValue.self).id
        }
    }

    struct ResolveBody: Codable, Sendable {
        enum Outcome: String, Codable, CaseIterable, Sendable {
            case done, again
        }

        var outcome: Outcome
        /// The result of a step that has happened.
        var value: JSONValue?
    }

    private var resolve: Route {
        run(
            "resolve", "resolveRun", "Says what became of a step of which nobody knows whether it has happened.",
            body: .json(ResolveBody.self)
        ) { request, record in
            let body = try await request.body(ResolveBody.self)
            let resolution: Resolution = body.outcome == .done ? .done(body.value ?? [:]) : .again
            return try await engine.retry(record.summary.id, resolving: resolution, as: JSONValue.self).id
        }
    }

    struct ResumeBody: Codable, Sendable {
        /// Limits to raise before.
        var budget: BudgetBody?
        var acceptRecorded: Bool?
        var takeOver: Bool?

        private enum CodingKeys: String, CodingKey {
            case budget
            case acceptRecorded = "accept_recorded"
            case takeOver = "take_over"
        }
    }

    private var resume: Route {
        run(
            "resume", "resumeRun", "Takes up a run that was interrupted, is blocked, or has used up its budget.",
            body: .json(ResumeBody.self, isRequired: false)
        ) { request, record in
            let body = try await request.optionalBody(ResumeBody.self)
            return try await engine.resume(
                record.summary.id, takeOver: body?.takeOver ?? false, acceptsRecorded: body?.acceptRecorded ?? false,
                raising: try body?.budget?.raise(), as: JSONValue.self
            ).id
        }
    }

    // MARK: New runs of old ones

    struct ForkBody: Codable, Sendable {
        /// The first key that is not taken over; all that is recorded when left out.
        var at: String?
        /// The result of that key in the new run, instead of carrying it out again.
        var output: JSONValue?
        /// Another input for the new run.
        var input: JSONValue?
    }

    private var fork: Route {
        run(
            "fork", "forkRun", "Starts a new run with what another one has recorded, up to a key.",
            body: .json(ForkBody.self, isRequired: false)
        ) { request, record in
            let body = try await request.optionalBody(ForkBody.self)
            if body?.output != nil, body?.at == nil {
                throw Problem.badField(
                    "/at", "required", "'output' takes the place of one result; name its key with 'at'")
            }
            try await check(body, forkOf: record)
            return try await engine.fork(
                record.summary.id, at: body?.at, edited: body?.output, input: body?.input,
                idempotencyKey: request.idempotencyKey, queue: queue, as: JSONValue.self
            ).id
        }
    }

    /// - Throws: a ``Problem`` 422 for an input that the workflow cannot be started with, and for a change to a run
    ///   whose commands would be made of it.
    private func check(_ body: ForkBody?, forkOf record: RunRecord) async throws {
        let workflow = record.summary.workflow
        if let input = body?.input {
            let violations = try engine.inputSchema(of: workflow).validate(input)
            guard violations.isEmpty else { throw RouteRequest.problem(violations, below: "/input") }
            try WorkflowInputs.check(input, of: workflow)
        } else if body?.output != nil {
            try WorkflowInputs.check(.stored(try await engine.store.bytes(of: record.input)), of: workflow)
        }
    }

    struct ContinueBody: Codable, Sendable {
        /// The new limit, rounds that are done included.
        var maxIterations: Int

        private enum CodingKeys: String, CodingKey {
            case maxIterations = "max_iterations"
        }
    }

    private var `continue`: Route {
        run(
            "continue", "continueRun", "Goes on with a roundtable that has ended, with more rounds, as a new run.",
            body: .json(ContinueBody.self)
        ) { request, record in
            let body = try await request.body(ContinueBody.self)
            return try await continuation(of: record, maxIterations: body.maxIterations, key: request.idempotencyKey)
        }
    }

    /// - Throws: a ``Problem`` 409 `not_continuable`.
    func continuation(of record: RunRecord, maxIterations: Int, key: String?) async throws -> RunID {
        let next: RoundtableContinuation
        do {
            next = try await RoundtableContinuation(of: record, in: engine.store, maxIterations: maxIterations)
        } catch let refusal as RoundtableContinuation.Refusal {
            throw Problem.conflict("not_continuable", refusal.description)
        }
        let input = try JSONValue(encoding: next.input)
        return try await engine.fork(
            next.run, at: next.key, input: input, idempotencyKey: key, queue: queue, as: JSONValue.self
        ).id
    }

    // MARK: Telling a run something

    struct ReasonBody: Codable, Sendable {
        var reason: String?
    }

    private var finish: Route {
        run(
            "finish", "finishRun", "Ends a roundtable after its present round, with the best version so far.",
            body: .json(ReasonBody.self, isRequired: false)
        ) { request, record in
            try Self.checkRoundtable(record)
            let body = try await request.optionalBody(ReasonBody.self)
            try await engine.signal(
                record.summary.id, Roundtable.finishSignal, FinishRequest(by: Caller.name, reason: body?.reason))
            return record.summary.id
        }
    }

    struct SignalBody: Codable, Sendable {
        var name: String
        var value: JSONValue?
        /// The same signal sent again has the same id, and counts once.
        var id: String?
    }

    private var signal: Route {
        run("signal", "signalRun", "Sends a signal to a run.", body: .json(SignalBody.self)) { request, record in
            let body = try await request.body(SignalBody.self)
            guard !body.name.isEmpty, body.name.utf8.count <= JournalKey.componentLengthMax else {
                throw Problem.badField(
                    "/name", "length", "the name of a signal has 1 to \(JournalKey.componentLengthMax) bytes")
            }
            try await engine.signal(record.summary.id, body.name, body.value ?? .null, id: body.id)
            return record.summary.id
        }
    }

    struct CommentBody: Codable, Sendable {
        var text: String
        var severity: Severity?
    }

    private var comment: Route {
        run(
            "comments", "commentRun", "Says something about the document of a roundtable, heard in its next round.",
            body: .json(CommentBody.self)
        ) { request, record in
            try Self.checkRoundtable(record)
            let body = try await request.body(CommentBody.self)
            let comment = RoundtableComment(body.text, by: Caller.name, severity: body.severity)
            if let problem = comment.problem { throw Problem.badField("/text", "comment", "the comment \(problem)") }
            let input = JSONValue.stored(try await engine.store.bytes(of: record.input))
            guard input["hearsComments"] == true else {
                throw Problem.conflict(
                    "comments_closed", "\(record.summary.id) has no model that could hear comments")
            }
            try await engine.signal(record.summary.id, Roundtable.commentSignal, comment)
            return record.summary.id
        }
    }

    private static func checkRoundtable(_ record: RunRecord) throws {
        guard record.summary.workflow == Roundtable.name else {
            throw Problem.conflict(
                "not_a_roundtable", "\(record.summary.id) is a run of '\(record.summary.workflow)', which has no rounds"
            )
        }
    }
}
