import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRouting
import TuttiRuntime

/// Orders of deployments that people choose in place of those of the file of routes.
///
/// They are kept by the server and outlive its end; the file stays as it is, and stays the beginning of everything: a
/// deployment that it no longer has is passed over, and one that is new comes last.
struct RouteOrders: Sendable {
    let router: ModelRouter
    let store: any ServerStore
    let access: ServerAccess
    let tenant: String
    let clock: any Timekeeper

    var all: [Route] { [order, drop] }

    /// Has the routes go by what was chosen before this server has started.
    ///
    /// - Throws: ``ServerStoreError``.
    func load() async throws { router.reorder(try await store.routeOrders(tenant: tenant)) }

    struct OrderBody: Codable, Sendable {
        /// All deployments of the route, each once, the first to be asked first.
        var deployments: [String]
    }

    struct OrderView: Codable, Sendable {
        var route: String
        var deployments: [String]
        /// As the file has them.
        var fileOrder: [String]
        var by: String
        var at: WireTime
    }

    private static let route = Parameter<String>.path("route", "The name of the route.") { $0 }

    private var order: Route {
        Route(
            .put, "/api/v1/routes/{route}/order", "orderRoute", .gateway,
            "Has the deployments of a route asked in another order than the file's.",
            details: "The order is kept until it is dropped, also when the server starts again. It counts for routes "
                + "of the strategy `order`.",
            parameters: [Self.route.description], body: .json(OrderBody.self),
            answers: [
                .json(200, OrderView.self, "The order."), AuthRoutes.refused, .misfit,
                .problem(404, "There is no such route."), .problem(409, "The route does not go by an order."),
            ]
        ) { request in
            let route = try found(try request[Self.route])
            let body = try await request.body(OrderBody.self)
            guard route.strategy == .order else {
                throw Problem.conflict(
                    "not_by_order",
                    "the route '\(route.alias)' goes by '\(route.strategy.rawValue)', so an order would change "
                        + "nothing; give it 'strategy: order' in the file of routes")
            }
            try Self.check(body.deployments, of: route)
            let order = RouteOrder(
                route: route.alias, deployments: body.deployments, by: Caller.name, at: clock.now())
            let before = router.table.route(route.alias)?.deployments ?? route.deployments
            try await told(
                .routeOrdered, route.alias, request,
                ["before": before.joined(separator: ", "), "now": order.deployments.joined(separator: ", ")]
            ) {
                try await store.keep(order, tenant: tenant, told: router.reorder)
            }
            return try request.answer(
                OrderView(
                    route: order.route, deployments: order.deployments, fileOrder: route.deployments, by: order.by,
                    at: order.at.wire))
        }
    }

    private var drop: Route {
        Route(
            .delete, "/api/v1/routes/{route}/order", "dropRouteOrder", .gateway,
            "Has the deployments of a route asked in the order of the file again.",
            parameters: [Self.route.description],
            answers: [.empty(204, "The file's order counts."), AuthRoutes.refused, .problem(404, "There is none.")]
        ) { request in
            let alias = try request[Self.route]
            guard let order = router.origin.orders[alias] else {
                throw Problem(404, "no_order", "no order was chosen for a route of this name; the file's counts")
            }
            try await told(
                .routeOrderDropped, alias, request, ["before": order.deployments.joined(separator: ", ")]
            ) {
                _ = try await store.removeOrder(of: alias, tenant: tenant, told: router.reorder)
            }
            return ServerResponse(status: 204)
        }
    }

    /// The route as the file has it.
    private func found(_ alias: String) throws -> ModelRoute {
        do throws(RouteError) {
            return try router.origin.file.demand(alias)
        } catch {
            throw Problem(404, error.code, error.message)
        }
    }

    /// - Throws: a ``Problem`` 422 unless the names are those of the route, each once.
    private static func check(_ names: [String], of route: ModelRoute) throws(Problem) {
        let own = Set(route.deployments)
        if let stranger = names.first(where: { !own.contains($0) }) {
            let near = NearestName.find(stranger, among: route.deployments).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem.badField(
                "/deployments", "unknown",
                "the route '\(route.alias)' has no deployment '\(stranger.prefix(RouteLimits.nameLengthMax))'\(near)")
        }
        guard names.count == own.count, Set(names) == own else {
            throw Problem.badField(
                "/deployments", "complete",
                "an order names each deployment of the route once: \(route.deployments.joined(separator: ", "))")
        }
    }

    private func told(
        _ action: AuditAction, _ route: String, _ request: RouteRequest, _ details: [String: String],
        _ change: () async throws -> Void
    ) async throws {
        let draft = AuditDraft(
            time: clock.now(), tenant: tenant, actor: try request.actor, action: action,
            target: AuditTarget(named: ("route", route)), request: request.id, details: details)
        try await access.telling(draft, at: clock, change)
    }
}
