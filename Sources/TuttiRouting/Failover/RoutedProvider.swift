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

    /// Asks the route that the request names as its model.
    ///
    /// - Throws: what the last attempt threw; ``RouteError`` when there is no such route or nothing could be asked;
    ///   `CancellationError`; what `tell` throws.
    package func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
        let plan = try router.plan(request.model, for: facts(request))
        decided(plan.decision)
        return try await router.failover.run(plan, timeLeft: timeLeft(), tell: done) { attempt in
            let target = try await resolve(attempt.deployment, attempt.key)
            var request = request
            request.model = target.model
            do {
                var response = try await ask(target.provider, request, attempt, tell)
                response.usage = note(response.usage, attempt)
                return response
            } catch var error as ModelError {
                error.usage = note(error.usage, attempt)  // the provider may want money for it
                throw error
            }
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
    private func ask(
        _ provider: any ModelProvider, _ request: ModelRequest, _ attempt: RouteAttempt, _ tell: ModelListener
    ) async throws -> ModelResponse {
        try await provider.answer(request) { event in
            attempt.noteContent()
            do {
                try await tell(event)
            } catch {
                attempt.noteListenerFailure()
                throw error
            }
        }
    }
}
