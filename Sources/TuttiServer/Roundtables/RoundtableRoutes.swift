import TuttiAgents
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime
import TuttiTeams

/// Starting roundtables, and having models make up who sits at them.
struct RoundtableRoutes: Sendable {
    let reads: RunReads
    let models: any ModelSource
    let home: String
    let queue: String

    var all: [Route] { [start, estimate, participants] }

    /// A document of the largest size, each byte of which may have to be escaped, and a panel.
    static let bodySizeMax = 2 * RoundtableInput.documentSizeMax + (1 << 20)

    /// - Throws: a ``Problem`` when a file among the presets of one's own cannot be listed.
    func table() throws -> RoundtableTable {
        RoundtableTable(models: models, presets: try presets(), person: Caller.name, now: reads.clock.now())
    }

    func presets() throws -> Presets {
        do throws(PresetError) {
            return try Presets(home: home)
        } catch {
            throw Problem(503, error.code, error.message)
        }
    }

    private var start: Route {
        Route(
            .post, "/api/v1/roundtables", "startRoundtable", .roundtables,
            "Has a document reviewed and refined: offline, or by models.",
            details: """
                Without `model` the offline rulebook reads, which costs nothing. With one, a panel of participants \
                reads: `participants`, else the `preset`, else the one that the kind of document suggests.
                """, body: .json(RoundtableBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [
                .json(202, RunView.self, "The run."),
                .problem(409, "The idempotency key was used with another input."), .misfit,
            ]
        ) { request in
            let body = try await request.body(RoundtableBody.self)
            let run = try await begin(body, key: request.idempotencyKey)
            return try await reads.accepted(run, request)
        }
    }

    /// - Throws: a ``Problem`` 422 that names the member; `RunError`; `StoreError`.
    func begin(_ body: RoundtableBody, key: String?) async throws -> RunID {
        let input = try table().input(from: body)
        let budget = try body.budget?.budget()
        let value = try JSONValue(encoding: input)
        return try await reads.engine.start(
            named: Roundtable.name, input: value, idempotencyKey: key, queue: queue, budget: budget
        ).id
    }

    // MARK: What it would cost

    private var estimate: Route {
        Route(
            .post, "/api/v1/roundtables/estimate", "estimateRoundtable", .roundtables,
            "Tells what a roundtable may cost at the most, before it is started.",
            body: .json(RoundtableBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [.json(200, EstimateView.self, "The estimate."), .misfit]
        ) { request in
            let input = try table().input(from: try await request.body(RoundtableBody.self))
            return try request.answer(try EstimateView(of: input, models, at: reads.clock.now()))
        }
    }

    // MARK: Participants

    struct ParticipantsBody: Codable, Sendable, WireConstraints {
        static let constraints = [
            "document": WireRule.notBlank, "count": WireRule.range(2...6), "model": WireRule.notBlank,
        ]

        var document: String
        var model: String
        /// 2 to 6.
        var count: Int
        var kind: String?
        var goal: String?
        var style: ParticipantStyle?
        var budget: BudgetBody?
    }

    private var participants: Route {
        Route(
            .post, "/api/v1/roundtables/participants", "makeParticipants", .roundtables,
            "Has a model make up participants for a document, as a run whose output they are.",
            details: "Show and edit them before they are given to `POST /api/v1/roundtables`.",
            body: .json(ParticipantsBody.self), bodySizeMax: Self.bodySizeMax,
            answers: [.json(202, RunView.self, "The run."), .misfit]
        ) { request in
            let body = try await request.body(ParticipantsBody.self)
            guard (2...6).contains(body.count) else {
                throw Problem.badField("/count", "range", "a panel has 2 to 6 participants")
            }
            try CassetteRule.check(body.model, at: "/model")
            do { _ = try models.model(named: body.model) } catch {
                throw Problem.badField(
                    "/model", "model", (error as? any CodedError)?.message ?? "there is no such model")
            }
            var document = RoundtableBody(document: body.document)
            document.kind = body.kind
            let checked = try table().input(from: document)
            let order = PanelMaker.Input(
                document: body.document, kind: checked.kind, count: body.count, model: body.model, goal: body.goal,
                style: body.style)
            let run = try await reads.engine.start(
                named: PanelMaker.name,
                input: try JSONValue(encoding: order),
                idempotencyKey: request.idempotencyKey, queue: queue, budget: try body.budget?.budget())
            return try await reads.accepted(run.id, request)
        }
    }
}
