import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime
import TuttiStore

/// Agents: who there is, and having them work.
struct AgentRoutes: Sendable {
    let agents: ServerAgents
    let reads: RunReads
    let queue: String
    let version: String
    let counts: AgentCounts

    var all: [Route] { [list, one, start, execute, health, metrics, root] }

    static let agent = Parameter<String>.path("agent", "The agent, by its name.") { $0 }
    private static let missing = AnswerDescription.problem(404, "There is no such agent.")
    /// How long whoever asks in one request may wait; the run goes on behind that.
    static let patience: Duration = .seconds(600)

    // MARK: Reading

    private var list: Route {
        Route(
            .get, "/api/v1/agents", "listAgents", .agents, "Lists the agents of the home.",
            details: "An agent whose file cannot be used has `problem`.",
            answers: [.json(200, AgentsView.self, "The agents.")]
        ) { request in
            try request.answer(try Self.problem { try AgentsView(agents.folder, usual: agents.usual) })
        }
    }

    private var one: Route {
        Route(
            .get, "/api/v1/agents/{agent}", "getAgent", .agents, "Tells what an agent is told and may do.",
            parameters: [Self.agent.description],
            answers: [.json(200, AgentView.self, "The agent."), Self.missing]
        ) { request in
            try request.answer(AgentView(try definition(request), of: agents))
        }
    }

    private func definition(_ request: RouteRequest) throws -> AgentDefinition {
        let name = try request[Self.agent]
        return try Self.problem { try agents.folder.agent(named: name) }
    }

    /// What is wrong with an agent, in the API's words.
    private static func problem<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as AgentError where error.code == "unknown_agent" {
            throw Problem(404, error.code, error.message)
        } catch let error as any CodedError {
            throw Problem(422, error.code, error.message)
        }
    }

    // MARK: Starting

    private var start: Route {
        Route(
            .post, "/api/v1/agents/{agent}/runs", "startAgent", .agents, "Has an agent do something, as a run.",
            parameters: [Self.agent.description], body: .json(AgentTaskBody.self),
            bodySizeMax: 2 * AgentLimits.taskLengthMax + (64 << 10),
            answers: [
                .json(202, RunView.self, "The run."), Self.missing,
                .problem(409, "The idempotency key was used with another input."), .misfit,
            ]
        ) { request in
            let body = try await request.body(AgentTaskBody.self)
            if let model = body.model { try CassetteRule.check(model, at: "/model") }
            let run = try await begin(
                try request[Self.agent], task: body.task, context: body.context, model: body.model,
                budget: try body.budget?.budget(), key: request.idempotencyKey)
            return try await reads.accepted(run, request)
        }
    }

    /// Starts a run of an agent.
    ///
    /// - Throws: a ``Problem``; `RunError`; `StoreError`.
    func begin(
        _ name: String, task: String, context: JSONValue? = nil, history: [AgentInput.Said]? = nil,
        model: String? = nil, budget: Budget? = nil, key: String? = nil
    ) async throws -> RunID {
        var input = try Self.problem { try agents.input(name, task: task, model: model) }
        (input.context, input.history) = (context, history)
        try Self.problem { try input.check() }
        return try await reads.engine.start(
            named: Agent.name, input: try JSONValue(encoding: input), idempotencyKey: key, queue: queue, budget: budget
        ).id
    }

    // MARK: As older services have it

    private var execute: Route {
        Route(
            .post, "/agents/{agent}/api/v1/execute", "executeAgent", .agents,
            "Has an agent do something, and answers with what came of it.",
            details: """
                Whoever leaves does not want the answer any more: the run is cancelled. After ten minutes the answer \
                is 202 with the run, which goes on.
                """,
            parameters: [Self.agent.description], body: .json(AgentExecutionBody.self),
            bodySizeMax: 2 * AgentLimits.taskLengthMax + (64 << 10),
            answers: [
                .json(200, AgentExecutionView.self, "What came of it."),
                .json(202, RunView.self, "It takes longer, or waits for a person."), Self.missing, .misfit,
                .problem(502, "The agent has failed."),
            ]
        ) { request in
            let body = try await request.body(AgentExecutionBody.self)
            let name = try request[Self.agent]
            let begun = reads.clock.uptime()
            let run = try await begin(
                name, task: body.taskDescription, context: body.context, key: request.idempotencyKey)
            let outcome = try await self.outcome(of: run)
            let took = reads.clock.uptime() - begun
            counts.add(name, outcome == nil ? .pending : outcome?.result == nil ? .failed : .completed, took: took)
            guard let outcome else { return try await reads.accepted(run, request) }
            guard let result = outcome.result else {
                throw Problem(502, "agent_failed", outcome.problem ?? "the agent has failed")
            }
            let input = try await self.input(of: run)
            return try request.answer(
                AgentExecutionView(
                    result: result.value ?? .string(result.answer),
                    metadata: .init(
                        agentId: name, model: input.model,
                        tokensUsed: result.spending.inputTokens + result.spending.outputTokens,
                        end: result.end.rawValue),
                    processingTimeMs: took.milliseconds, runId: run.text))
        }
    }

    private struct Outcome: Sendable {
        var result: AgentResult?
        var problem: String?
    }

    /// How a run has ended; `nil` when it has not within the patience, or waits for a person.
    private func outcome(of run: RunID) async throws -> Outcome? {
        let handle = reads.engine.handle(of: run, as: AgentResult.self)
        do {
            return try await withThrowingTaskGroup(of: Outcome?.self) { group in
                group.addTask {
                    // They end with the run.
                    for try await event in handle.events where event.type == "approval.requested" { return nil }
                    do {
                        return Outcome(result: try await handle.output)
                    } catch let error as RunError {
                        return Outcome(problem: error.message)
                    }
                }
                group.addTask {
                    try await reads.clock.sleep(for: Self.patience)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch let error as CancellationError {
            // The task of who has left is cancelled; what ends the run must not be.
            await Task { try? await reads.engine.cancel(run) }.value
            throw error
        }
    }

    private func input(of run: RunID) async throws -> AgentInput {
        let record = try await reads.record(run.text)
        let bytes = try await reads.engine.store.bytes(of: record.input)
        return try CanonicalJSON.decode(AgentInput.self, from: bytes)
    }

    private var health: Route {
        Route(
            .get, "/agents/{agent}/health", "getAgentHealth", .agents, "Says whether an agent can be asked.",
            parameters: [Self.agent.description],
            answers: [.json(200, AgentHealthView.self, "It can."), Self.missing, .misfit]
        ) { request in
            let agent = try definition(request)
            _ = try Self.problem { try agents.input(agent.name, task: "health") }
            return try request.answer(
                AgentHealthView(
                    status: "healthy", agentId: agent.name, version: version, timestamp: reads.clock.now().wire))
        }
    }

    private var root: Route {
        Route(
            .get, "/agents/{agent}", "getAgentService", .agents, "Says what an agent is.",
            parameters: [Self.agent.description],
            answers: [.json(200, AgentRootView.self, "The agent."), Self.missing, .misfit]
        ) { request in
            let agent = try definition(request)
            return try request.answer(
                AgentRootView(
                    agentId: agent.name, name: agent.role ?? agent.name, version: version, status: "active",
                    category: "home"))
        }
    }

    private var metrics: Route {
        Route(
            .get, "/agents/{agent}/metrics", "getAgentMetrics", .agents,
            "Counts what was asked of an agent by `execute` since the server's start, for Prometheus.",
            parameters: [Self.agent.description],
            answers: [.content(200, "text/plain", "The counts."), Self.missing, .misfit]
        ) { request in
            let agent = try definition(request)
            return request.answer(
                bytes: Array(counts.text(of: agent.name).utf8), mediaType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }
}
