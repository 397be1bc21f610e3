import TuttiCore
import TuttiHTTP
import TuttiRouting

/// How the deployments are, and which routes lead to them.
struct DeploymentRoutes: Sendable {
    let router: ModelRouter

    var all: [Route] { [list] }

    private var list: Route {
        Route(
            .get, "/api/v1/deployments", "listDeployments", .gateway,
            "Lists the deployments of the routes: circuit, slots, keys by name, and figures of the last minutes.",
            details: "Of a route `deployments` is the order that counts, `file_order` that of its file, and `order` "
                + "who has chosen another one and when, `checks` what its answers have to be like, and `hedge` after "
                + "what time a second deployment is asked. `lost_orders` are chosen orders of routes that are gone.",
            answers: [.anyJSON(200, "The deployments and the routes.")]
        ) { request in
            let table = router.table
            let (file, orders) = router.origin
            let lost = orders.keys.filter { file.route($0) == nil }.sorted()
            return try request.answer(
                JSONValue.object([
                    "deployments": .array(table.deployments.map(Self.deployment)),
                    "health": .array(try router.snapshots().map { try JSONValue(encoding: $0) }),
                    "routes": .array(table.routes.map { Self.route($0, file.route($0.alias), orders[$0.alias]) }),
                    "lost_orders": .array(lost.map { .string($0) }),
                ]))
        }
    }

    private static func deployment(_ deployment: Deployment) -> JSONValue {
        [
            "name": .string(deployment.name), "model": .string(deployment.model.description),
            "region": .text(deployment.region),
        ]
    }

    private static func route(_ route: ModelRoute, _ file: ModelRoute?, _ order: RouteOrder?) -> JSONValue {
        let chosen = order.map { order -> JSONValue in
            ["by": .string(order.by), "at": .string(order.at.description)]
        }
        return [
            "name": .string(route.alias), "strategy": .string(route.strategy.rawValue),
            "deployments": names(route.deployments), "file_order": names(file?.deployments ?? route.deployments),
            "order": chosen ?? .null,
            "fallbacks": .array(
                route.fallbacks.map { ["cause": .string($0.cause.word), "deployments": names($0.deployments)] }),
            "checks": route.checks.map { names($0.words) } ?? .null, "hedge": .text(route.hedge?.word),
        ]
    }

    private static func names(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
}
