import Synchronization
import TuttiCore
import TuttiModels
import TuttiRuntime

@testable import TuttiRouting

/// Deployments that answer as a test says, and what was asked of them.
final class FailoverWorld: Sendable {
    /// What an attempt does.
    typealias Answer = @Sendable (RouteAttempt) async throws -> String

    let clock: any Timekeeper
    let board: HealthBoard
    let failover: Failover
    private let table: RouteTable
    private let log = Mutex<(asked: [String], outcomes: [RouteOutcome])>(([], []))

    init(
        _ table: RouteTable, clock: any Timekeeper = HandClock(), budget: RetryBudget = RetryBudget(reserve: 1000),
        health: HealthSettings = HealthSettings()
    ) {
        self.table = table
        self.clock = clock
        board = HealthBoard(table, settings: health)
        failover = Failover(
            board: board, budget: budget, clock: clock, random: LockedGenerator(SeededGenerator(seed: 1)))
    }

    /// A plan that asks the deployments of the route `r` in its order, whatever they are doing.
    func plan() throws(RouteError) -> RoutePlan {
        let route = try table.demand("r")
        return RoutePlan(
            route: route, candidates: route.deployments.compactMap { table.deployment($0) },
            fallbacks: route.fallbacks.map { fallback in
                RoutePlan.Fallback(fallback.cause, to: fallback.deployments.compactMap { table.deployment($0) })
            }, decision: RouteDecision(route: "r", strategy: route.strategy, candidates: []))
    }

    func run(timeLeft: Duration? = nil, _ answer: @escaping Answer) async throws -> String {
        try await failover.run(
            try plan(), timeLeft: timeLeft, tell: { outcome in self.log.withLock { $0.outcomes.append(outcome) } }
        ) { attempt in
            let name = attempt.deployment.name + (attempt.key.map { ":\($0)" } ?? "")
            self.log.withLock { $0.asked.append(name) }
            return try await answer(attempt)
        }
    }

    /// Runs, with a second deployment beside the first where the route says so.
    func hedge(
        check: @escaping (String) -> ModelError? = { _ in nil }, _ answer: @escaping Answer
    ) async throws -> String {
        try await failover.run(
            hedging: try plan(), tell: { outcome in self.log.withLock { $0.outcomes.append(outcome) } }, check: check
        ) { attempt in
            self.log.withLock { $0.asked.append(attempt.deployment.name) }
            return try await answer(attempt)
        }
    }

    /// Runs with checks of answers.
    func run(check: @escaping (String) -> ModelError?, _ answer: @escaping Answer) async throws -> String {
        try await failover.run(
            try plan(), tell: { outcome in self.log.withLock { $0.outcomes.append(outcome) } }, check: check
        ) { attempt in
            self.log.withLock { $0.asked.append(attempt.deployment.name) }
            return try await answer(attempt)
        }
    }

    /// Runs, and gives the error.
    func fails(timeLeft: Duration? = nil, _ answer: @escaping Answer) async -> (any Error)? {
        do {
            _ = try await run(timeLeft: timeLeft, answer)
            return nil
        } catch {
            return error
        }
    }

    /// The deployments that were asked, each with its key, in order.
    var asked: [String] { log.withLock(\.asked) }
    var outcomes: [RouteOutcome] { log.withLock(\.outcomes) }
    var inFlight: [Int] { board.snapshots(at: clock.uptime()).map(\.inFlight) }
    /// Calls that counted for or against each deployment.
    var counted: [Int] { board.snapshots(at: clock.uptime()).map(\.figures.calls) }
}

/// The highest number that many tasks have noted; 0 at first.
final class HighestNumber: Sendable {
    private let highest = Mutex(0)

    func note(_ number: Int) { highest.withLock { $0 = max($0, number) } }

    var value: Int { highest.withLock { $0 } }
}
