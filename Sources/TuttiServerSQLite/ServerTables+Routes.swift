import FoundationEssentials
import TuttiCore
import TuttiRouting
import TuttiServer
import TuttiStore
import TuttiStoreSQLite

extension ServerTables {
    func routeOrders(tenant: String) throws(StoreError) -> [RouteOrder] {
        try connection.query(
            "select route, deployments, chosen_by, chosen from route_order where tenant = ?1 order by route",
            [.text(tenant)]
        ) { row throws(StoreError) in
            RouteOrder(
                route: row.text(0),
                deployments: (try? CanonicalJSON.decode([String].self, from: Data(row.text(1).utf8))) ?? [],
                by: row.text(2), at: Timestamp(milliseconds: row.int(3)))
        }
    }

    /// - Returns: all orders that there are now; `nil` when there is no room for another one.
    func keep(_ order: RouteOrder, tenant: String) throws(StoreError) -> [RouteOrder]? {
        try connection.transaction { () throws(StoreError) in
            let others = try connection.number(
                "select count(*) from route_order where tenant = ?1 and route <> ?2",
                [.text(tenant), .text(order.route)])
            guard (others ?? 0) < ServerStoreLimits.routeOrdersMax else { return nil }
            let names = String(
                decoding: JSONValue.array(order.deployments.map { .string($0) }).bytes, as: UTF8.self)
            try connection.run(
                "insert or replace into route_order values(?1, ?2, ?3, ?4, ?5)",
                [
                    .text(tenant), .text(order.route), .text(names), .text(order.by), .int(order.at.milliseconds),
                ])
            return try routeOrders(tenant: tenant)
        }
    }

    /// - Returns: the orders that are left; `nil` when there was none of this route.
    func removeOrder(of route: String, tenant: String) throws(StoreError) -> [RouteOrder]? {
        try connection.transaction { () throws(StoreError) in
            let removed = try connection.run(
                "delete from route_order where tenant = ?1 and route = ?2", [.text(tenant), .text(route)])
            return removed == 1 ? try routeOrders(tenant: tenant) : nil
        }
    }
}
