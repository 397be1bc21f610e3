import TuttiAgents
import TuttiCore
import TuttiGateway
import TuttiModels
import TuttiObservability
import TuttiRouting
import TuttiRuntime

/// The models of the gateway by name: routes over deployments, and every model that can be asked by its own name.
/// Whatever a call costs is written down before its answer ends.
struct GatewayModels: Sendable {
    let models: any ModelSource
    let deployments: any DeploymentSource
    let router: ModelRouter
    let ledger: any CallLedger
    let log: Log
    let clock: any Timekeeper

    init(_ models: any ModelSource, _ parts: GatewayParts, log: Log, clock: any Timekeeper) {
        self.models = models
        deployments = parts.deployments
        router = parts.router
        ledger = parts.ledger
        self.log = log
        self.clock = clock
    }

    /// The names of routes, in their order.
    var aliases: [String] { router.table.routes.map(\.alias) }

    /// Makes a call, and accounts for it.
    ///
    /// - Parameters:
    ///   - facts: what a route has to know of the request.
    ///   - body: one attempt; what it throws as a ``ModelError`` may go on to another deployment.
    /// - Throws: ``GatewayError`` when there is no such model or nothing could be asked; what the last attempt threw.
    func run<Output: Sendable>(
        _ name: String, _ meter: CallMeter, facts: () -> RouteFacts,
        _ body: (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        var model: Model?
        let result: Result<Output, any Error>
        do {
            if router.table.route(name) != nil {
                result = .success(try await routed(name, meter, facts(), body))
            } else {
                let found = try self.model(named: name)
                model = found
                result = .success(try await direct(found, meter, body))
            }
        } catch {
            result = .failure(error)
        }
        var failure: (any Error)?
        if case .failure(let error) = result { failure = error }
        let line = meter.line(failedWith: failure) { usage in model?.price(at: clock.now())?.cost(of: usage) }
        // A request that could not be carried over has not been asked of anybody.
        if line.attempts > 0, !(failure is GatewayError) { await keep(line) }
        return try result.get()
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

    private func direct<Output>(
        _ model: Model, _ meter: CallMeter, _ body: (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        meter.begin(model.name, deployment: nil, key: nil)
        let note: @Sendable (ModelUsage) -> Void = { usage in
            meter.noteUsage(usage, cost: usage.reportedCost ?? model.price(at: clock.now())?.cost(of: usage))
        }
        do {
            return try await body(
                GatewayTarget(model: model, deployment: nil, key: nil, noteContent: {}, noteUsage: note))
        } catch let error as ModelError {
            if let usage = error.usage { note(usage) }
            throw error
        }
    }

    private func routed<Output: Sendable>(
        _ name: String, _ meter: CallMeter, _ facts: RouteFacts, _ body: (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        do {
            return try await carryOut(try router.plan(name, for: facts), meter, body)
        } catch let error as RouteError {
            throw GatewayError(
                error.kind == .nothingAvailable ? .overloaded : .invalidRequest, error.message, field: "model",
                code: error.code, retryAfter: error.retryAfter)
        }
    }

    private func carryOut<Output>(
        _ plan: RoutePlan, _ meter: CallMeter, _ body: (GatewayTarget) async throws -> Output
    ) async throws -> Output {
        try await router.failover.run(plan) { attempt in
            let deployment = attempt.deployment
            meter.begin(deployment.model.description, deployment: deployment.name, key: attempt.key)
            let note: @Sendable (ModelUsage) -> Void = { [router] usage in
                let cost = router.cost(of: usage, at: deployment)
                attempt.noteUsage(usage, cost: cost)
                meter.noteUsage(usage, cost: cost)
            }
            do {
                let model = try await deployments.model(of: deployment, key: attempt.key)
                return try await body(
                    GatewayTarget(
                        model: model, deployment: deployment, key: attempt.key, noteContent: { attempt.noteContent() },
                        noteUsage: note))
            } catch let error as ModelError {
                if let usage = error.usage { note(usage) }
                throw error
            } catch let error as GatewayError {
                // Another deployment may be told what this one cannot.
                var failure = ModelError(.badRequest, .retryElsewhere, error.message)
                failure.parameter = error.field
                throw failure
            }
        }
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
