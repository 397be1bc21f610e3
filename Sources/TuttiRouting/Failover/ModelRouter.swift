import Synchronization
package import TuttiCore
package import TuttiModels
package import TuttiRuntime

/// The routes of a process and all that is known of their deployments: it plans calls and carries them out.
package final class ModelRouter: Sendable {
    private struct State {
        /// As the file has it.
        var file: RoutePlanner
        var orders: [String: RouteOrder] = [:]
        /// With the orders that were chosen.
        var planner: RoutePlanner
        var turns = RouteTurns()

        init(_ planner: RoutePlanner) { (file, self.planner) = (planner, planner) }
    }

    package let board: HealthBoard
    package let failover: Failover
    private let clock: any Timekeeper
    private let random: LockedGenerator
    private let state: Mutex<State>

    /// A router over a table.
    package init(
        _ planner: RoutePlanner, health: HealthSettings = HealthSettings(), budget: RetryBudget = RetryBudget(),
        settings: FailoverSettings = FailoverSettings(), clock: any Timekeeper = SystemTimekeeper(),
        random: LockedGenerator = LockedGenerator()
    ) {
        board = HealthBoard(planner.table, settings: health)
        failover = Failover(board: board, budget: budget, clock: clock, random: random, settings: settings)
        self.clock = clock
        self.random = random
        state = Mutex(State(planner))
    }

    /// The deployments and routes that count now.
    package var table: RouteTable { state.withLock { $0.planner.table } }

    /// The list of prices that counts now.
    package var prices: PriceTable { state.withLock { $0.planner.prices } }

    /// The same as the file has them, and the orders that were chosen, by the aliases of their routes.
    package var origin: (file: RouteTable, orders: [String: RouteOrder]) {
        state.withLock { ($0.file.table, $0.orders) }
    }

    /// Goes on with orders of deployments that were chosen in place of the file's, and with no others.
    package func reorder(_ orders: [RouteOrder]) {
        state.withLock { state in
            state.orders = Dictionary(orders.map { ($0.route, $0) }, uniquingKeysWith: { $1 })
            state.planner = state.file.ordered(by: state.orders)
        }
    }

    /// Goes on with another table and other prices; chosen orders stay. Calls that go on end as they were planned.
    package func update(_ planner: RoutePlanner) {
        board.update(planner.table)
        state.withLock { state in
            state.file = planner
            state.planner = planner.ordered(by: state.orders)
            state.turns.keep(planner.table.routes.map(\.alias))
        }
    }

    /// Plans a call, without making it.
    ///
    /// - Throws: ``RouteError`` when there is no such route, or none of its deployments can be asked.
    package func plan(_ alias: String, for facts: RouteFacts) throws(RouteError) -> RoutePlan {
        let planner = state.withLock { $0.planner }
        let route = try planner.table.demand(alias)
        let health = board.snapshots(of: route.reachable, at: clock.uptime())
        var chance = SeededGenerator(seed: random.draw { $0.next() })
        let moment = clock.now()
        guard route.strategy == .weighted else {
            var none = RouteTurns()
            return try planner.plan(route, for: facts, health: health, at: moment, turns: &none, using: &chance)
        }
        // Turns are taken one after the other; nothing else has to wait for another plan.
        let plan = state.withLock { state in
            Result { () throws(RouteError) in
                try planner.plan(
                    route, for: facts, health: health, at: moment, turns: &state.turns, using: &chance)
            }
        }
        return try plan.get()
    }

    /// What tokens of a deployment have cost: what the provider says, else by the price that counts there.
    package func cost(of usage: ModelUsage, at deployment: Deployment) -> USD? {
        let prices = state.withLock { $0.planner.prices }
        return usage.reportedCost ?? deployment.price(in: prices, at: clock.now())?.cost(of: usage)
    }

    /// How all deployments are now, in the order of their names.
    package func snapshots() -> [HealthSnapshot] { board.snapshots(at: clock.uptime()) }
}
