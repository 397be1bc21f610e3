import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiModels
import TuttiObservability
import TuttiRouting
import TuttiRuntime

/// The models of the gateway by name: routes over deployments, and every model that can be asked by its own name.
/// Whatever a call costs is written down before its answer ends.
final class GatewayModels: Sendable {
    let models: any ModelSource
    let deployments: any DeploymentSource
    let router: ModelRouter
    let ledger: any CallLedger
    let allowance: CallAllowance
    let cache: AnswerCache
    /// Models that are runs.
    let runs: RunModelDesk
    let guards: GuardDesk
    let log: Log
    let clock: any Timekeeper

    init(
        _ models: any ModelSource, _ parts: GatewayParts, runs: RunModelDesk, allowance: CallAllowance,
        cache: AnswerCache, guards: GuardDesk, log: Log, clock: any Timekeeper
    ) {
        self.models = models
        self.cache = cache
        self.runs = runs
        self.allowance = allowance
        self.guards = guards
        deployments = parts.deployments
        router = parts.router
        ledger = parts.ledger
        self.log = log
        self.clock = clock
    }

    /// The names of routes, in their order.
    var aliases: [String] { router.table.routes.map(\.alias) }

    /// Makes a call, and accounts for it. Whether the caller may ask for the model is for others to say.
    ///
    /// - Parameters:
    ///   - request: of whoever is held to limits.
    ///   - facts: what a route, or a limit, has to know of the request.
    ///   - isAlone: no deployment is asked beside another one, whatever the route says.
    ///   - check: says why an answer is not to be taken while another deployment can be asked.
    ///   - body: one attempt; what it throws as a ``ModelError`` may go on to another deployment.
    /// - Throws: ``GatewayError`` when there is no such model or nothing could be asked; what the last attempt threw.
    func run<Output: Sendable>(
        _ name: String, _ meter: CallMeter, for request: RouteRequest, facts: () -> RouteFacts,
        isAlone: Bool = false, check: @escaping @Sendable (Output) -> ModelError? = { _ in nil },
        _ body: @escaping @Sendable (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        let (way, permit) = try await enter(name, request, meter, isAlone, facts)
        let result: Result<Output, any Error>
        do {
            result = .success(try await ask(way, meter, check, body))
        } catch {
            result = .failure(error)
        }
        await account(for: meter, way, failure: result.failure, permit)
        return try result.get()
    }

    /// Gives an answer that is there already, and writes that down. Nobody is asked, and no budget is drawn on: it
    /// counts as a request of the caller's, and that is all.
    ///
    /// - Throws: ``GatewayError`` when the caller has no request left; what `body` throws.
    func replay(_ meter: CallMeter, for request: RouteRequest, _ body: () async throws -> Void) async throws {
        let permit = try await allowance.permitRequest(try request.caller)
        if let permit { meter.noteRates(permit.rates) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await keep(meter.line(failedWith: result.failure) { _ in nil })
        try result.get()
    }

    // What a function has at hand while it waits stays in memory for as long as a stream goes on. So what is only
    // needed before and after it has functions of its own, which the compiler must not put into ``run``.

    /// What is asked: one model by its own name, one that is a run, or the deployments of a route.
    private indirect enum Way {
        case model(Model)
        case run(Model)
        case plan(RoutePlan)

        /// How many answers may have to be paid.
        private var answersMax: Int64 {
            guard case .plan(let plan) = self else { return 1 }
            let attempts = plan.route.retries + 1
            if plan.route.checks != nil { return Int64(min(attempts, plan.route.reachable.count)) }
            return plan.route.hedge == nil ? 1 : Int64(min(attempts, 2))
        }

        /// What a call may take, wherever it goes.
        func needs(_ facts: RouteFacts, _ router: ModelRouter, at time: Timestamp) -> CallAllowance.Needs {
            CallAllowance.Needs(
                inputTokens: facts.inputTokens.times(answersMax),
                outputTokensMax: facts.outputTokensMax.times(answersMax)
            ) { usage in
                switch self {
                case .model(let model), .run(let model): return model.price(at: time)?.cost(of: usage)
                case .plan(let plan):
                    let deployments = plan.candidates + plan.fallbacks.flatMap(\.candidates)
                    let costs = deployments.map { router.cost(of: usage, at: $0) }
                    return costs.contains(nil) ? nil : costs.compactMap { $0 }.max()
                }
            }
        }
    }

    /// Finds out what is asked, and sets aside what that may take.
    @inline(never)
    private func enter(
        _ name: String, _ request: RouteRequest, _ meter: CallMeter, _ isAlone: Bool, _ facts: () -> RouteFacts
    ) async throws -> (Way, CallPermit?) {
        var known: RouteFacts?
        func once() -> RouteFacts {
            let facts = known ?? facts()
            known = facts
            return facts
        }
        let way = try await way(to: name, request, meter, isAlone, once)
        return (way, try await permit(request, name, way, meter, once))
    }

    @inline(never)
    private func permit(
        _ request: RouteRequest, _ name: String, _ way: Way, _ meter: CallMeter, _ facts: () -> RouteFacts
    ) async throws -> CallPermit? {
        let caller = try request.caller
        let permit =
            if case .run = way { try await allowance.permitRun(caller, name) } else {
                try await allowance.permit(caller, name) { way.needs(facts(), router, at: clock.now()) }
            }
        if let permit { meter.noteRates(permit.rates) }
        return permit
    }

    @inline(never)
    private func way(
        to name: String, _ request: RouteRequest, _ meter: CallMeter, _ isAlone: Bool, _ facts: () -> RouteFacts
    ) async throws -> Way {
        if router.table.route(name) != nil { return try plan(name, facts(), isAlone) }
        if let run = try await runs.model(named: name, request, meter) { return .run(run) }
        return .model(try model(named: name))
    }

    @inline(never)
    private func plan(_ name: String, _ facts: RouteFacts, _ isAlone: Bool) throws(GatewayError) -> Way {
        do throws(RouteError) {
            var plan = try router.plan(name, for: facts)
            if isAlone { plan.route.hedge = nil }
            return .plan(plan)
        } catch {
            throw GatewayError(error)
        }
    }

    @inline(never)
    private func ask<Output: Sendable>(
        _ way: Way, _ meter: CallMeter, _ check: @escaping @Sendable (Output) -> ModelError?,
        _ body: @escaping @Sendable (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        switch way {
        case .plan(let plan): try await routed(plan, meter, check, body)
        case .model(let model), .run(let model): try await direct(model, meter, body)
        }
    }

    /// Writes down what a call has taken, and gives back what was set aside for it.
    @inline(never)
    private func account(for meter: CallMeter, _ way: Way, failure: (any Error)?, _ permit: CallPermit?) async {
        let line = meter.line(failedWith: failure) { usage in
            if case .model(let model) = way { model.price(at: clock.now())?.cost(of: usage) } else { nil }
        }
        // What could not be carried over, or for which no run could be started, has not been asked of anybody.
        guard line.attempts > 0, !(failure is GatewayError || failure is Problem) else {
            await permit?.giveBack()
            return
        }
        // Nobody has counted a call that failed before it said anything.
        let isFree = failure != nil && line.tokens.total == 0
        await permit?.end(tokens: line.tokens.total, cost: line.isPriced || isFree ? line.cost : nil)
        await keep(line)
    }

    /// Has guards look through a request before anybody is asked. One that they refuse is written down, and counts as a
    /// request of the caller's; one that they let through counts when it is made.
    ///
    /// - Throws: ``GatewayError`` when the caller has no request left, which ends it before anybody looks; of a guard;
    ///   when there is no such model: then there is no line.
    func admit<Passed>(
        _ name: String, _ meter: CallMeter, for request: RouteRequest, _ look: () async throws(GatewayError) -> Passed
    ) async throws -> Passed {
        let permit = try await allowance.permitRequest(try request.caller)
        let passed: Passed
        do throws(GatewayError) {
            passed = try await look()
        } catch {
            try check(name)
            meter.noteRefusal(error)
            await keep(meter.line(failedWith: error) { _ in nil })
            throw error
        }
        await permit?.giveBack()
        return passed
    }

    /// - Throws: ``GatewayError`` when there is no such model; what keeps models from being listed.
    func check(_ name: String) throws {
        if router.table.route(name) != nil { return }
        if runs.has(name) { try runs.check(name) } else { _ = try model(named: name) }
    }

    /// What cannot be written down has been paid for all the same, so the answer goes out; the log says it.
    private func keep(_ line: CallLine) async {
        do throws(CallLedgerError) {
            _ = try await ledger.append(line)
        } catch {
            log.error(
                "a call is missing in the ledger",
                ["call.id": .string(line.id.text), "error": .string("\(error)")])
        }
    }

    @inline(never)
    private func direct<Output>(
        _ model: Model, _ meter: CallMeter, _ body: (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        let attempt = meter.begin(model.name, deployment: nil, key: nil)
        let note: @Sendable (ModelUsage) -> Void = { [clock] usage in
            let cost = usage.reportedCost ?? model.price(at: clock.now())?.cost(of: usage)
            meter.noteUsage(usage, cost: cost, of: attempt)
        }
        do {
            return try await body(
                GatewayTarget(
                    model: model, deployment: nil, key: nil, attempt: attempt, noteContent: {}, noteUsage: note))
        } catch let error as ModelError {
            if let usage = error.usage { note(usage) }
            throw error
        }
    }

    @inline(never)
    private func routed<Output: Sendable>(
        _ plan: RoutePlan, _ meter: CallMeter, _ check: @escaping @Sendable (Output) -> ModelError?,
        _ body: @escaping @Sendable (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        do {
            tell(plan.decision, of: meter.id)
            let taken = try await router.failover.run(hedging: plan, check: { check($0.output) }) { [self] attempt in
                try await make(attempt, checks: plan.route.checks, meter, body)
            }
            meter.noteAnswer(of: taken.attempt)
            return taken.output
        } catch let error as RouteError {
            throw GatewayError(error)
        }
    }

    /// A score is nothing that could be seen in the file of routes, so the log says what it was made of.
    private func tell(_ decision: RouteDecision, of call: CallID) {
        guard decision.strategy == .scored, let bytes = try? CanonicalJSON.encode(decision) else { return }
        log.info(
            "a call is routed by score",
            ["call.id": .string(call.text), "route.decision": .string(String(decoding: bytes, as: UTF8.self))])
    }

    /// An answer, and the attempt that it is of.
    private struct Made<Output: Sendable>: Sendable {
        let output: Output
        let attempt: Int
    }

    private func make<Output: Sendable>(
        _ attempt: RouteAttempt, checks: AnswerChecks?, _ meter: CallMeter,
        _ body: (GatewayTarget) async throws -> Output
    ) async throws -> Made<Output> {
        let target = try await target(of: attempt, checks: checks, meter)
        do {
            return Made(output: try await body(target), attempt: target.attempt)
        } catch let error as ModelError {
            if let usage = error.usage { target.noteUsage(usage) }
            throw error
        } catch let error as GatewayError {
            // Another deployment may be told what this one cannot.
            var failure = ModelError(.badRequest, .retryElsewhere, error.message)
            failure.parameter = error.field
            throw failure
        } catch {
            if attempt.hasLost {
                meter.noteEnded(target.attempt) { router.cost(of: $0, at: attempt.deployment) }
            }
            throw error
        }
    }

    @inline(never)
    private func target(
        of attempt: RouteAttempt, checks: AnswerChecks?, _ meter: CallMeter
    ) async throws -> GatewayTarget {
        let deployment = attempt.deployment
        let number = meter.begin(deployment.model.description, deployment: deployment.name, key: attempt.key)
        let model = try await deployments.model(of: deployment, key: attempt.key)
        return GatewayTarget(
            model: model, deployment: deployment, key: attempt.key, checks: checks, attempt: number,
            noteContent: {
                try attempt.noteContent()
                meter.noteAnswer(of: number)
            },
            noteUsage: { [router] usage in
                let cost = router.cost(of: usage, at: deployment)
                attempt.noteUsage(usage, cost: cost)
                meter.noteUsage(usage, cost: cost, of: number)
            })
    }

    /// The model of its own name.
    ///
    /// - Throws: ``GatewayError`` that says why there is none, and the way out.
    func model(named name: String) throws(GatewayError) -> Model {
        do {
            return try models.model(named: name)
        } catch let error as any CodedError {
            throw GatewayError(.notFound, error.message, field: "model", code: error.code)
        } catch {
            throw GatewayError(.internal, "the model cannot be looked up; the server's log says more", field: "model")
        }
    }
}

extension GatewayError {
    fileprivate init(_ error: RouteError) {
        self.init(
            error.kind == .nothingAvailable ? .overloaded : .invalidRequest, error.message, field: "model",
            code: error.code, retryAfter: error.retryAfter)
    }
}

extension Int64 {
    fileprivate func times(_ count: Int64) -> Int64 { Int64(clamping: Int128(self) * Int128(count)) }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
