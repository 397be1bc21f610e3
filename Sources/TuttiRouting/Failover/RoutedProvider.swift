import Synchronization
package import TuttiCore
package import TuttiModels

/// A provider that knows models by the names of routes: it chooses a deployment, asks the provider that is behind it,
/// and goes on to the next one where that helps.
package struct RoutedProvider: ModelProvider {
    /// Who answers for a deployment.
    package struct Target: Sendable {
        package let provider: any ModelProvider
        /// What that provider calls the model.
        package let model: String

        package init(_ provider: any ModelProvider, model: String) {
            self.provider = provider
            self.model = model
        }
    }

    /// Finds who answers for a deployment, with the secret of this name.
    package typealias Resolver = @Sendable (Deployment, SecretName?) async throws -> Target

    private let router: ModelRouter
    private let resolve: Resolver
    private let facts: @Sendable (ModelRequest) -> RouteFacts
    private let timeLeft: @Sendable () -> Duration?
    private let decided: @Sendable (RouteDecision) -> Void
    private let done: @Sendable (RouteOutcome) -> Void

    /// A provider over a router.
    ///
    /// - Parameters:
    ///   - resolve: finds who answers for a deployment. A ``ModelError`` that it throws counts as the attempt's.
    ///   - facts: what has to be known of a request; by default what the request says by itself.
    ///   - timeLeft: the time that the caller has.
    ///   - decided: is told each decision before anything is asked.
    ///   - done: is told all attempts of a call at its end.
    package init(
        _ router: ModelRouter, resolve: @escaping Resolver,
        facts: @escaping @Sendable (ModelRequest) -> RouteFacts = { RouteFacts($0) },
        timeLeft: @escaping @Sendable () -> Duration? = { nil },
        decided: @escaping @Sendable (RouteDecision) -> Void = { _ in },
        done: @escaping @Sendable (RouteOutcome) -> Void = { _ in }
    ) {
        self.router = router
        self.resolve = resolve
        self.facts = facts
        self.timeLeft = timeLeft
        self.decided = decided
        self.done = done
    }

    /// Asks the route that the request names as its model. Where the route checks answers, nothing is told of one
    /// before it is taken. A second deployment is never asked beside the first.
    ///
    /// - Returns: the answer, with what all attempts have used and cost.
    /// - Throws: what the last attempt threw; ``RouteError`` when there is no such route or nothing could be asked;
    ///   `CancellationError`; what `tell` throws.
    package func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        let plan = try router.plan(request.model, for: facts(request))
        decided(plan.decision)
        var outcome = RouteOutcome(route: plan.route.alias)
        let note = { (told: RouteOutcome) in
            outcome = told
            done(told)
        }
        do {
            var response =
                if let checks = plan.route.checks {
                    try await checked(request, plan, by: checks, note, tell)
                } else {
                    try await router.failover.run(plan, timeLeft: timeLeft(), tell: note) { attempt in
                        try await ask(request, attempt) { event in try await pass(event, of: attempt, to: tell) }
                    }
                }
            response.usage = outcome.usage(ofLast: response.usage)
            return response
        } catch var error as ModelError {
            error.usage = outcome.usage(ofLast: error.usage)
            throw error
        }
    }

    /// An answer of which nothing was told yet.
    private struct Unheard: Sendable {
        var response: ModelResponse
        var events: [ModelEvent]
        var refusal: ModelError?
    }

    private func checked(
        _ request: ModelRequest, _ plan: RoutePlan, by checks: AnswerChecks, _ note: (RouteOutcome) -> Void,
        _ tell: ModelListener
    ) async throws -> ModelResponse {
        let taken = try await router.failover.run(
            plan, timeLeft: timeLeft(), tell: note, check: { (answer: Unheard) in answer.refusal }
        ) { attempt in
            let events = Mutex<[ModelEvent]>([])
            let response = try await ask(request, attempt) { event in events.withLock { $0.append(event) } }
            let unmet = checks.unmet(by: response, to: request)
            return Unheard(
                response: response, events: events.withLock { $0 },
                refusal: unmet.map { AnswerChecks.failure($0, response.usage) })
        }
        for event in taken.events { try await tell(event) }
        return taken.response
    }

    /// Makes one attempt.
    private func ask(
        _ request: ModelRequest, _ attempt: RouteAttempt, _ tell: ModelListener
    ) async throws -> ModelResponse {
        let target = try await resolve(attempt.deployment, attempt.key)
        var request = request
        request.model = target.model
        do {
            var response = try await target.provider.answer(request, tell: tell)
            response.usage = note(response.usage, attempt)
            return response
        } catch var error as ModelError {
            error.usage = note(error.usage, attempt)  // the provider may want money for it
            throw error
        }
    }

    /// Notes what was counted.
    ///
    /// - Returns: the same with its cost: whoever asked a route does not know whose price counts.
    private func note(_ usage: ModelUsage?, _ attempt: RouteAttempt) -> ModelUsage? {
        guard var usage else { return nil }
        let cost = router.cost(of: usage, at: attempt.deployment)
        attempt.noteUsage(usage, cost: cost)
        usage.reportedCost = cost
        return usage
    }

    /// Whatever has been told cannot be told again, so from the first event on there is no other attempt.
    private func pass(_ event: ModelEvent, of attempt: RouteAttempt, to tell: ModelListener) async throws {
        try attempt.noteContent()
        do {
            try await tell(event)
        } catch {
            attempt.noteListenerFailure()
            throw error
        }
    }
}
