import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore

/// What people are asked, and their answers.
struct ApprovalRoutes: Sendable {
    let reads: RunReads

    var all: [Route] { [list, answer] + verbs }

    struct ListView: Codable, Sendable {
        var approvals: [ApprovalView]
        /// How many there are, also beyond those that are listed.
        var total: Int
    }

    private var list: Route {
        Route(
            .get, "/api/v1/approvals", "listApprovals", .approvals,
            "Lists what people are asked, over all runs, what has waited longest first.",
            parameters: [RunParameters.limit.description],
            answers: [.json(200, ListView.self, "What is asked.")]
        ) { request in
            let (oldest, total) = try await reads.approvals(limit: try request[RunParameters.limit])
            return try request.answer(ListView(approvals: oldest, total: total))
        }
    }

    struct AnswerBody: Codable, Sendable {
        enum Verdict: String, Codable, CaseIterable, Sendable {
            case approve, reject
        }

        var verdict: Verdict
        /// The `hash` of what the person has seen: nobody agrees to anything else.
        var hash: String
        var reason: String?
        /// What the person puts in the place of what is shown.
        var edited: JSONValue?
    }

    private static let answers: [AnswerDescription] = [
        .json(200, RunView.self, "The answer is kept; the run as it stands now."),
        .problem(404, "There is no such run, or it asks for no such approval."),
        .problem(
            409, "Somebody has answered before, its time is over, it shows something else by now, or the run has ended."
        ),
        .problem(422, "The body does not fit; every part is named."),
    ]

    private var answer: Route {
        Route(
            .post, "/api/v1/runs/{run}/approvals/{approval}", "answerApproval", .approvals,
            "Agrees to what a run shows, or sends it back.",
            parameters: [RunParameters.run.description, RunParameters.approval.description],
            body: .json(AnswerBody.self), answers: Self.answers
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            let body = try await request.body(AnswerBody.self)
            try await give(body, to: try request[RunParameters.approval], of: record.summary.id)
            return try request.answer(try await reads.view(of: record.summary.id))
        }
    }

    private func give(_ body: AnswerBody, to approval: String, of run: RunID) async throws {
        switch body.verdict {
        case .approve:
            try await reads.engine.approve(
                run, approval, hash: body.hash, edited: body.edited, by: Caller.name, reason: body.reason)
        case .reject:
            guard body.edited == nil else {
                throw Problem.badField("/edited", "verdict", "what is sent back is not edited; leave 'edited' out")
            }
            try await reads.engine.reject(run, approval, hash: body.hash, by: Caller.name, reason: body.reason)
        }
    }

    // MARK: The one open approval of a run

    struct VerbBody: Codable, Sendable {
        /// The name or id; may be left out when the run asks for one thing only.
        var approval: String?
        /// What is answered; the newest when left out.
        var hash: String?
        var reason: String?
        var edited: JSONValue?
    }

    /// For people at a terminal: `POST /api/v1/runs/{run}/approve`.
    private var verbs: [Route] {
        [("approve", AnswerBody.Verdict.approve), ("reject", .reject)].map { verb, verdict in
            Route(
                .post, "/api/v1/runs/{run}/\(verb)", "\(verb)Run", .approvals,
                verdict == .approve ? "Agrees to what a run shows." : "Sends back what a run shows.",
                details: "Without `hash` the answer is for whatever is shown at that moment.",
                parameters: [RunParameters.run.description], body: .json(VerbBody.self, isRequired: false),
                answers: Self.answers
            ) { request in
                let record = try await reads.record(try request[RunParameters.run])
                let body = try await request.optionalBody(VerbBody.self)
                let question = try await choose(body?.approval, of: record.summary.id)
                let answer = AnswerBody(
                    verdict: verdict, hash: body?.hash ?? question.hash, reason: body?.reason, edited: body?.edited)
                try await give(answer, to: question.id, of: record.summary.id)
                return try request.answer(try await reads.view(of: record.summary.id))
            }
        }
    }

    private func choose(_ named: String?, of run: RunID) async throws -> ApprovalQuestion {
        let open = try await ApprovalQuestion.open(of: run, in: reads.engine.store)
        let meant = open.filter { named == nil || $0.name == named || $0.id == named }
        guard let question = meant.first else {
            throw Problem.conflict(
                "approval_unknown",
                named.map { "\(run) has no open approval '\(CleanText.line($0, bytesMax: 100))'" }
                    ?? "\(run) asks for nothing at the moment")
        }
        guard meant.count == 1 else {
            let ids = meant.map(\.id).joined(separator: ", ")
            throw Problem.conflict("approval_ambiguous", "\(run) asks for several answers; name one: \(ids)")
        }
        return question
    }
}
