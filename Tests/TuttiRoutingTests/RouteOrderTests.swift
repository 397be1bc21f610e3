import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// Orders that somebody has chosen in place of the file's.
@Suite struct RouteOrderTests {
    private static func table(_ names: [String], _ strategy: RouteStrategy = .order) -> RouteTable {
        RouteTable(
            deployments: names.compactMap { name in
                ModelReference("\(name)/m").map { Deployment(name: name, model: $0) }
            },
            routes: [
                ModelRoute(alias: "smart", strategy: strategy, deployments: names),
                ModelRoute(alias: "plain", deployments: names),
            ])
    }

    private static func order(_ names: [String], of route: String = "smart") -> RouteOrder {
        RouteOrder(route: route, deployments: names, by: "ana", at: Timestamp(milliseconds: 0))
    }

    /// The file changes under an order: who is gone is passed over, who is new comes last.
    @Test(arguments: [
        (["a", "b", "c"], ["c", "a", "b"], ["c", "a", "b"]), (["a", "b"], ["c", "b", "a"], ["b", "a"]),
        (["a", "b", "c", "d"], ["c", "a"], ["c", "a", "b", "d"]), (["a", "b"], ["x"], ["a", "b"]),
        (["a", "b"], [], ["a", "b"]), (["a", "b"], ["b", "b", "a"], ["b", "a"]),
    ])
    func namesOfAnOrder(file: [String], chosen: [String], expected: [String]) {
        let table = Self.table(file).ordered(by: ["smart": Self.order(chosen)])
        #expect(table.route("smart")?.deployments == expected)
        #expect(table.route("plain")?.deployments == file)
    }

    @Test(arguments: RouteStrategy.allCases.filter { $0 != .order })
    func onlyRoutesThatGoByAnOrderHaveOne(_ strategy: RouteStrategy) {
        let table = Self.table(["a", "b"], strategy)
        #expect(table.ordered(by: ["smart": Self.order(["b", "a"])]) == table)
    }

    @Test func callsGoByItAndItOutlivesAnotherFile() throws {
        let router = ModelRouter(RoutePlanner(Self.table(["a", "b", "c"])))
        func first() throws -> [String] {
            try router.plan("smart", for: RouteFacts(inputTokens: 1)).candidates.map(\.name)
        }
        #expect(try first() == ["a", "b", "c"])
        router.reorder([Self.order(["c", "b", "a"]), Self.order(["a"], of: "gone")])
        #expect(try first() == ["c", "b", "a"])
        #expect(router.origin.file.route("smart")?.deployments == ["a", "b", "c"])
        router.update(RoutePlanner(Self.table(["a", "c", "d"])))
        #expect(try first() == ["c", "a", "d"])
        #expect(router.origin.orders.keys.sorted() == ["gone", "smart"])
        router.reorder([])
        #expect(try first() == ["a", "c", "d"])
    }
}
