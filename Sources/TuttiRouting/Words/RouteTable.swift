import TuttiCore
package import TuttiGuards

/// All deployments and routes of a server: what the names of models stand for. It does not change; a new file makes a
/// new table.
package struct RouteTable: Sendable, Hashable {
    /// In the order of the file.
    package let deployments: [Deployment]
    /// In the order of the file.
    package let routes: [ModelRoute]
    /// Which answers are kept to be given again; `nil` for none.
    package let cache: AnswerCacheRules?
    /// What requests and answers of the gateway are looked through for.
    package let guards: GuardTable
    private let places: [String: Int]
    private let aliases: [String: Int]
    /// What calls of routes are guarded by, by alias.
    private let guarded: [String: GuardSet]

    /// A table of deployments and routes whose names have been checked.
    ///
    /// - Precondition: no name stands twice, and every route names deployments that are there.
    package init(
        deployments: [Deployment] = [], routes: [ModelRoute] = [], cache: AnswerCacheRules? = nil,
        guards: GuardTable = GuardTable()
    ) {
        self.deployments = deployments
        self.routes = routes
        self.cache = cache
        self.guards = guards
        places = Dictionary(deployments.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        aliases = Dictionary(routes.enumerated().map { ($1.alias, $0) }, uniquingKeysWith: { $1 })
        precondition(places.count == deployments.count, "two deployments have one name")
        precondition(aliases.count == routes.count, "two routes have one alias")
        let known = places
        precondition(
            routes.allSatisfy { $0.reachable.allSatisfy { known[$0] != nil } },
            "a route names a deployment that is not there")
        let pairs = routes.compactMap { route in
            let models = route.reachable.compactMap { known[$0].map { deployments[$0].model.description } }
            return guards.guards(for: [route.alias] + models).map { (route.alias, $0) }
        }
        guarded = Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    /// The deployment of a name, or `nil`.
    package func deployment(_ name: String) -> Deployment? { places[name].map { deployments[$0] } }

    /// What a call of a model is guarded by; `nil` for nothing. What is for a model is also for the routes that may
    /// come to it.
    package func guards(for name: String) -> GuardSet? {
        aliases[name] == nil ? guards.guards(for: [name]) : guarded[name]
    }

    /// The route of an alias, or `nil`.
    package func route(_ alias: String) -> ModelRoute? { aliases[alias].map { routes[$0] } }

    /// The route of an alias.
    ///
    /// - Throws: ``RouteError`` with the nearest alias when there is none.
    package func demand(_ alias: String) throws(RouteError) -> ModelRoute {
        if let route = route(alias) { return route }
        let near = NearestName.find(alias, among: routes.map(\.alias)).map { "did you mean '\($0)'?" }
        let shown = alias.prefix(RouteLimits.nameLengthMax)
        throw RouteError(
            .unknownRoute,
            "there is no route '\(shown)'; \(near ?? "write it into routes.yaml, or ask for PROVIDER/NAME")")
    }
}
