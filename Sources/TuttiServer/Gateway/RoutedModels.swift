package import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
package import TuttiRouting
package import TuttiRuntime

/// Models of runs, among them those that are called by the name of a route.
///
/// A call of a route is a step like any other: its journal says where the call could have gone and why
/// (``decided``), and which deployment has answered (``answered``).
package struct RoutedModels: ModelSource {
    /// The event with the decision, a `RouteDecision`.
    package static let decided = "route.decided"
    /// The event with all attempts, a `RouteOutcome`.
    package static let answered = "route.answered"

    private let models: any ModelSource
    private let router: ModelRouter
    private let provider: RoutedProvider
    private let clock: any Timekeeper

    /// - Parameters:
    ///   - models: those of their own names.
    ///   - deployments: finds the models of deployments.
    package init(
        _ models: any ModelSource, router: ModelRouter, deployments: any DeploymentSource, clock: any Timekeeper
    ) {
        self.models = models
        self.router = router
        self.clock = clock
        provider = RoutedProvider(
            router,
            resolve: { deployment, key in
                let model = try await deployments.model(of: deployment, key: key)
                return RoutedProvider.Target(model.provider, model: model.model)
            },
            // A decision of very many deployments is too large for an event: the call does not depend on it.
            decided: { try? StepContext.current?.emit(Self.decided, $0) },
            done: { try? StepContext.current?.emit(Self.answered, $0) })
    }

    /// - Throws: ``RouteError`` for a name without a slash that is none of a route; as the source of the others.
    package func model(named name: String) throws -> Model {
        let table = router.table
        if let route = table.route(name) {
            return Model(name, provider: provider, model: name, prices: dearest(of: route, in: table))
        }
        if !name.contains("/"), !table.routes.isEmpty { _ = try table.demand(name) }
        return try models.model(named: name)
    }

    /// What a call costs at the most, for budgets; nothing is known when that of one deployment is not.
    private func dearest(of route: ModelRoute, in table: RouteTable) -> PriceTable {
        let (prices, now) = (router.prices, clock.now())
        let known = route.reachable.compactMap { table.deployment($0)?.price(in: prices, at: now) }
        guard known.count == route.reachable.count, var dearest = known.first else { return PriceTable() }
        dearest.model = route.alias
        for price in known {
            dearest.uncachedInput = Swift.max(dearest.uncachedInput, price.uncachedInput)
            dearest.output = Swift.max(dearest.output, price.output)
            dearest.cacheRead = Self.max(dearest.cacheRead, price.cacheRead)
            dearest.cacheWrite = Self.max(dearest.cacheWrite, price.cacheWrite)
        }
        return PriceTable([dearest])
    }

    /// The higher one; nobody knows it when one is not known.
    private static func max(_ one: USD?, _ other: USD?) -> USD? {
        guard let one, let other else { return nil }
        return Swift.max(one, other)
    }
}
