import TuttiCore
package import TuttiModels
import TuttiRuntime

/// Asking a second deployment beside one that takes long.
extension Failover {
    /// Carries out a plan as ``run(_:timeLeft:tell:check:attempt:)`` does; where its route says so, and the first
    /// deployment has said nothing for a while, the next one in line is asked beside it.
    ///
    /// * Who says something first is the one whose answer counts; the other one is ended, and counts against nobody.
    /// * There is one such attempt in a call. It is one of the route's `retries`, and of the ``RetryBudget``.
    ///
    /// - Throws: as the other one.
    package func run<Output: Sendable>(
        hedging plan: RoutePlan, timeLeft: Duration? = nil, tell: (RouteOutcome) -> Void = { _ in },
        check: @escaping (Output) -> ModelError? = { _ in nil },
        attempt body: @escaping @Sendable (RouteAttempt) async throws -> Output
    ) async throws -> Output {
        guard plan.route.hedge != nil else {
            return try await run(plan, timeLeft: timeLeft, tell: tell, check: check, attempt: body)
        }
        return try await run(plan, timeLeft, tell, check) { seat, run in
            try await self.race(seat, after: delay(seat, run), &run, body)
        }
    }

    /// How long the first deployment may be silent; `nil` when nobody is to be asked beside it.
    private func delay<Output>(_ seat: Seat, _ run: FailoverRun<Output>) -> Duration? {
        guard run.course.attempts == 0, run.course.line.count > 1 else { return nil }
        switch run.plan.route.hedge {
        case .after(let delay): return delay
        case .p95:
            let name = seat.deployment.name
            guard let figures = board.snapshots(of: [name], at: clock.uptime())[name]?.figures,
                figures.calls >= HedgeDelay.callsMin
            else { return nil }
            // What is checked first is given in one piece.
            let isStreamed = run.plan.isStreamed && run.plan.route.checks == nil
            let usual = isStreamed ? figures.firstTokenP95Milliseconds : figures.latencyP95Milliseconds
            return usual.map { .milliseconds($0) }
        case nil: return nil
        }
    }

    private enum Event<Output: Sendable>: Sendable {
        /// The first one has been silent for long enough.
        case due
        case ended(RouteAttempt, Result<Output, any Error>)
    }

    private func race<Output: Sendable>(
        _ seat: Seat, after delay: Duration?, _ run: inout FailoverRun<Output>,
        _ body: @escaping @Sendable (RouteAttempt) async throws -> Output
    ) async throws -> Output? {
        let race = HedgeRace()
        let first = try begin(seat, &run, in: race)
        let end = await withTaskGroup(of: Event<Output>.self) { group in
            func add(_ attempt: RouteAttempt) {
                group.addTask { .ended(attempt, await race.run(attempt, body)) }
            }
            add(first)
            if let delay {
                group.addTask { [clock] in
                    try? await clock.sleep(for: delay)
                    return .due
                }
            }
            defer { group.cancelAll() }
            var course = HedgeCourse<Output>()
            while course.isOpen, let event = await group.next() {
                switch event {
                case .due: if race.isOpen, let second = second(&run, in: race) { course.begin(); add(second) }
                case .ended(let attempt, let result): course.end { try take(attempt, result, race, &run) }
                }
            }
            return course.end
        }
        return try end.get()
    }

    /// The attempt that is made beside the first one; `nil` when none may be made.
    private func second<Output>(_ run: inout FailoverRun<Output>, in race: HedgeRace) -> RouteAttempt? {
        guard !Task.isCancelled, run.course.hasAttemptLeft, let seat = seat(&run) else { return nil }
        return again(at: seat, &run, in: race)
    }

    /// Notes how an attempt has ended: that of the winner, or one that has lost.
    private func take<Output>(
        _ attempt: RouteAttempt, _ result: Result<Output, any Error>, _ race: HedgeRace,
        _ run: inout FailoverRun<Output>
    ) throws -> Output? {
        if case .success(let output) = result, run.check(output) == nil { _ = race.claim(attempt.number) }
        guard !race.hasLost(attempt.number) else {
            end(attempt, .abandoned, &run, word: Self.lostWord)
            return nil
        }
        return try finish(attempt, result, &run)
    }

    /// What an attempt ends with that another one has overtaken.
    package static let lostWord = "overtaken"
}

/// What two attempts beside each other have come to.
private struct HedgeCourse<Output> {
    private var running = 1
    private(set) var end: Result<Output?, any Error> = .success(nil)

    /// Whether one of them goes on.
    var isOpen: Bool { running > 0 }

    mutating func begin() { running += 1 }

    /// One has ended. An answer counts more than a failure of the other one, and that more than nothing.
    mutating func end(_ take: () throws -> Output?) {
        running -= 1
        do {
            if let output = try take() { end = .success(output) }
        } catch {
            if case .success(nil) = end { end = .failure(error) }
        }
    }
}
