import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore
import TuttiHTTP
import TuttiRouting
import TuttiServerSQLite

@testable import TuttiServer

/// Orders of deployments that people choose in place of the file's.
@Suite("Orders of routes", .timeLimit(.minutes(1)))
struct RouteOrderTests {
    private static let path = "/api/v1/routes/smart/order"

    private static func table(_ strategy: RouteStrategy = .order) -> RouteTable {
        let names = ["a", "b", "c"]
        return RouteTable(
            deployments: names.compactMap { name in
                ModelReference("\(name)/m").map { Deployment(name: name, model: $0) }
            },
            routes: [ModelRoute(alias: "smart", strategy: strategy, deployments: names)])
    }

    private static func route(_ desk: ServerDesk) async throws -> JSONValue {
        let answer = try await desk.get("/api/v1/deployments")
        return try #require(answer.list("routes").first)
    }

    @Test func whatDoesNotFitChangesNothing() async throws {
        try await ServerDesk.with(routes: Self.table()) { desk in
            let bodies: [(JSONValue, String)] = [
                ([:], "required"), (["deployments": ["a", "b"]], "complete"),
                (["deployments": ["a", "b", "c", "c"]], "complete"), (["deployments": ["a", "a", "b"]], "complete"),
                (["deployments": ["a", "b", "x"]], "unknown"), (["deployments": []], "complete"),
            ]
            for (body, rule) in bodies {
                let answer = try await desk.ask(.put, Self.path, body)
                #expect(answer.status == 422 && answer.list("errors").first?["rule"] == .string(rule), "\(answer.text)")
            }
            let missing = try await desk.ask(.put, "/api/v1/routes/smrt/order", ["deployments": ["a"]])
            #expect(missing.status == 404 && missing.text.contains("did you mean 'smart'?"))
            let none = try await desk.ask(.delete, Self.path)
            #expect(none.status == 404 && none.code == "no_order")
            let route = try await Self.route(desk)
            #expect(route["deployments"] == ["a", "b", "c"] && route["order"] == .null)
            let entries = try await desk.get("/api/v1/audit?action=route")
            #expect(entries.list("entries").isEmpty)
        }
        try await ServerDesk.with(routes: Self.table(.cheapest)) { desk in
            let answer = try await desk.ask(.put, Self.path, ["deployments": ["c", "b", "a"]])
            #expect(answer.status == 409 && answer.code == "not_by_order")
        }
    }

    @Test func itCountsUntilItIsDropped() async throws {
        try await ServerDesk.with(routes: Self.table()) { desk in
            let answer = try await desk.ask(.put, Self.path, ["deployments": ["c", "a", "b"]])
            #expect(answer.status == 200 && answer.json["file_order"] == ["a", "b", "c"], "\(answer.text)")
            var route = try await Self.route(desk)
            #expect(route["deployments"] == ["c", "a", "b"] && route["file_order"] == ["a", "b", "c"])
            #expect(route["order"]?["by"] == "ada")
            // It is there when the server starts again.
            let kept = try await SQLiteServerStore(home: desk.home).routeOrders(tenant: "default")
            #expect(kept.map(\.deployments) == [["c", "a", "b"]] && kept.first?.route == "smart")
            let dropped = try await desk.ask(.delete, Self.path)
            #expect(dropped.status == 204)
            route = try await Self.route(desk)
            #expect(route["deployments"] == ["a", "b", "c"] && route["order"] == .null)
            let entries = try await desk.get("/api/v1/audit?action=route").list("entries")
            #expect(
                entries.map { $0["action"] } == [
                    "route.order_dropped", "route.order_dropped", "route.ordered", "route.ordered",
                ])
            #expect(entries.map { $0["outcome"] } == ["done", "begun", "done", "begun"])
            #expect(entries[3]["target"] == "smart" && entries[3]["target_kind"] == "route")
            #expect(entries[3]["details"]?["before"] == "a, b, c" && entries[3]["details"]?["now"] == "c, a, b")
        }
    }

    @Test func anotherOrganisationHasItsOwn() async throws {
        try await ServerDesk.with(routes: Self.table()) { desk in
            let store = SQLiteServerStore(home: desk.home)
            let order = RouteOrder(
                route: "smart", deployments: ["b"], by: "eve", at: Timestamp(milliseconds: 1_000))
            try await store.keep(order, tenant: "others") { _ in }
            #expect(try await store.routeOrders(tenant: "default").isEmpty)
            _ = try await desk.ask(.put, Self.path, ["deployments": ["c", "a", "b"]])
            #expect(try await store.routeOrders(tenant: "others") == [order])
            let removed = try await store.removeOrder(of: "smart", tenant: "others") { #expect($0.isEmpty) }
            #expect(removed)
            #expect(try await store.routeOrders(tenant: "default").count == 1)
        }
    }

    @Test func itTakesTheRightToTheSettings() async throws {
        try await ServerDesk.with(routes: Self.table()) { desk in
            let owner = try await desk.owner("ana")
            let oskar = try await desk.person("oskar", roles: ["operator"], by: owner)
            let refused = try await desk.ask(
                .put, Self.path, ["deployments": ["c", "a", "b"]], headers: oskar.token)
            #expect(refused.status == 403 && refused.text.contains("settings.manage"))
            let seen = try await desk.get("/api/v1/deployments", headers: oskar.token)
            #expect(seen.list("routes").first?["deployments"] == ["a", "b", "c"])
            let done = try await desk.ask(.put, Self.path, ["deployments": ["c", "a", "b"]], headers: owner.token)
            #expect(done.status == 200 && done.json["by"] == "ana", "\(done.text)")
        }
    }
}
