import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore

/// Reading runs.
enum RunRoutes {
    static func all(_ reads: RunReads) -> [Route] {
        [list(reads), show(reads), steps(reads), step(reads), export(reads), forkPlan(reads)]
    }

    private static func list(_ reads: RunReads) -> Route {
        let pages = SharedReadings<PageKey, [UInt8]>()
        return Route(
            .get, "/api/v1/runs", "listRuns", .runs, "Lists runs, the newest first.",
            parameters: [
                RunParameters.states.description, RunParameters.workflow.description, RunParameters.kin.description,
                RunParameters.costAbove.description, RunParameters.from.description, RunParameters.before.description,
                RunParameters.search.description, RunParameters.counts.description, RunParameters.limit.description,
                RunParameters.cursor.description,
            ], answers: [.json(200, RunPageView.self, "A page of runs.")]
        ) { request in
            let filter = RunFilter(
                statuses: try request[RunParameters.states], workflow: try request[RunParameters.workflow],
                from: try request[RunParameters.from], before: try request[RunParameters.before],
                kin: try request[RunParameters.kin], costAbove: try request[RunParameters.costAbove]?.microdollars,
                text: try request[RunParameters.search], behind: try request[RunParameters.cursor]?.place,
                limit: try request[RunParameters.limit])
            let wantsCounts = try request[RunParameters.counts]
            let key = PageKey(query: request.request.query ?? "", seen: try reads.seen)
            let bytes = try await pages.value(for: key) {
                var page = try await reads.page(filter)
                if wantsCounts { page.counts = try await reads.counts(filter) }
                return try CompactJSON.encode(page)
            }
            return request.answer(bytes: bytes)
        }
    }

    /// Who sees the same shares a reading.
    private struct PageKey: Hashable {
        let query: String
        let seen: RunAccount
    }

    private static func show(_ reads: RunReads) -> Route {
        Route(
            .get, "/api/v1/runs/{run}", "getRun", .runs, "Shows one run: input, output, budget, what can be done.",
            parameters: [RunParameters.run.description],
            answers: [.json(200, RunDetailView.self, "The run."), .unknownRun, .ambiguousRun]
        ) { request in
            try request.answer(try await reads.detail(try await reads.record(try request[RunParameters.run])))
        }
    }

    private static func steps(_ reads: RunReads) -> Route {
        Route(
            .get, "/api/v1/runs/{run}/steps", "listSteps", .runs, "Lists the steps of a run, as far as recorded.",
            details: "Keys are paths of scopes. Scopes without a row of their own are listed behind all others.",
            parameters: [RunParameters.run.description],
            answers: [.json(200, StepsView.self, "The steps."), .unknownRun, .ambiguousRun]
        ) { request in
            try request.answer(
                try await reads.steps(of: try await reads.record(try request[RunParameters.run]).summary))
        }
    }

    private static func step(_ reads: RunReads) -> Route {
        Route(
            .get, "/api/v1/runs/{run}/steps/{key}", "getStep", .runs,
            "Shows one step with its result, and of a call of a model what was asked.",
            parameters: [RunParameters.run.description, RunParameters.key.description],
            answers: [
                .json(200, StepDetailView.self, "The step."),
                .problem(404, "There is no such run, or nothing is recorded under the key."), .ambiguousRun,
            ]
        ) { request in
            let run = try await reads.record(try request[RunParameters.run]).summary
            return try request.answer(try await reads.step(try request[RunParameters.key], of: run))
        }
    }

    private static func export(_ reads: RunReads) -> Route {
        Route(
            .get, "/api/v1/runs/{run}/export", "exportRun", .runs,
            "Gives a run with its whole journal, as `tutti runs export` does.",
            parameters: [RunParameters.run.description], runsElsewhere: true,
            answers: [.json(200, JSONValue.self, "The archive."), .unknownRun, .ambiguousRun]
        ) { request in
            let record = try await reads.record(try request[RunParameters.run])
            let archive = try await RunArchive(record, from: reads.engine.store)
            let name = "\(record.summary.id).json"
            return request.answer(
                bytes: Array(try archive.document()),
                headers: ["Content-Disposition": "attachment; filename=\"\(name)\""])
        }
    }

    private static func forkPlan(_ reads: RunReads) -> Route {
        Route(
            .get, "/api/v1/runs/{run}/fork-plan", "planFork", .runs,
            "Tells what a fork of a run would take over, and what it would carry out and pay again.",
            parameters: [RunParameters.run.description, RunParameters.at.description],
            answers: [
                .json(200, ForkPlanView.self, "The plan."),
                .problem(404, "There is no such run, or nothing is recorded under the key."), .ambiguousRun,
            ]
        ) { request in
            let run = try await reads.record(try request[RunParameters.run]).summary
            let plan = try await reads.engine.forkPlan(of: run.id, at: try request[RunParameters.at])
            let costs = Dictionary(
                try await reads.engine.store.steps(of: run.id).map { ($0.key, $0.cost) },
                uniquingKeysWith: { first, _ in first })
            return try request.answer(ForkPlanView(plan, costs: costs.compactMapValues { $0 }))
        }
    }
}

/// What a fork takes over and does again.
struct ForkPlanView: Codable, Sendable {
    struct Repeated: Codable, Sendable {
        var key: String
        var tookMs: Int64
        var cost: CostView?
    }

    var copied: Int
    var repeated: [Repeated]
    /// What the repeated steps have cost before; `nil` when none of them has cost anything.
    var estimatedCost: CostView?

    init(_ plan: ForkPlan, costs: [String: StepCost]) {
        copied = plan.copied
        repeated = plan.repeated.map { step in
            Repeated(key: step.key, tookMs: step.took.milliseconds, cost: costs[step.key].map(CostView.init))
        }
        estimatedCost = plan.repeated.map { costs[$0.key] }.total.map(CostView.init)
    }
}
