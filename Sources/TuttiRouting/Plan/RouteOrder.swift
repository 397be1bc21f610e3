package import TuttiCore

/// An order of a route's deployments that somebody has chosen in place of the file's.
package struct RouteOrder: Sendable, Hashable {
    /// The alias of the route.
    package var route: String
    /// Names of its deployments, the first to be asked first.
    package var deployments: [String]
    /// Who has chosen it, as people are called here.
    package var by: String
    /// When it was chosen.
    package var at: Timestamp

    package init(route: String, deployments: [String], by: String, at: Timestamp) {
        self.route = route
        self.deployments = deployments
        self.by = by
        self.at = at
    }
}

extension ModelRoute {
    /// The names of its deployments in a chosen order. Those that the route no longer has are passed over; those that
    /// the order does not know come last, as in the file.
    package func deployments(in order: [String]) -> [String] {
        let (own, chosen) = (Set(deployments), Set(order))
        var seen: Set<String> = []
        return order.filter { own.contains($0) && seen.insert($0).inserted }
            + deployments.filter { !chosen.contains($0) }
    }
}

extension RouteTable {
    /// The table with chosen orders in place of the file's, for the routes that go by an order: of the others it would
    /// change nothing that anybody means.
    package func ordered(by orders: [String: RouteOrder]) -> RouteTable {
        guard !orders.isEmpty else { return self }
        return RouteTable(
            deployments: deployments,
            routes: routes.map { route in
                guard route.strategy == .order, let order = orders[route.alias] else { return route }
                var route = route
                route.deployments = route.deployments(in: order.deployments)
                return route
            }, cache: cache, guards: guards)
    }
}
