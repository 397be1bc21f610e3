package import TuttiCore
package import TuttiModels
package import TuttiRuntime

/// Carries out plans: asks one deployment after the other until one answers, and tells the board how each did.
///
/// * The next one is asked at once after an error that another deployment or another key can mend. When all have been
///   asked, those that may be back soon are asked again after a short wait.
/// * From the first part of an answer on there is no other attempt.
/// * Each attempt after the first one is taken of the ``RetryBudget``.
/// * A call that is cancelled ends its attempt, and counts against nobody.
package final class Failover: Sendable {
    package let board: HealthBoard
    package let budget: RetryBudget
    let clock: any Timekeeper
    private let random: LockedGenerator
    private let settings: FailoverSettings

    package init(
        board: HealthBoard, budget: RetryBudget = RetryBudget(), clock: any Timekeeper = SystemTimekeeper(),
        random: LockedGenerator = LockedGenerator(), settings: FailoverSettings = FailoverSettings()
    ) {
        self.board = board
        self.budget = budget
        self.clock = clock
        self.random = random
        self.settings = settings
    }

    /// Carries out a plan.
    ///
    /// - Parameters:
    ///   - timeLeft: the time that the caller has; `nil` for any. No attempt begins and no wait goes on after it;
    ///     an attempt that goes on is not ended by it.
    ///   - tell: is told all attempts, at the end, however that is.
    ///   - check: says why an answer is not to be taken, as a failure that may go on to another deployment. When none
    ///     can be asked any more, the last such answer is given all the same.
    ///   - attempt: makes the call at the deployment and with the key that it is given.
    /// - Throws: what the last attempt threw; ``RouteError`` when nothing could be asked; `CancellationError` when the
    ///   task was cancelled in between.
    package func run<Output>(
        _ plan: RoutePlan, timeLeft: Duration? = nil, tell: (RouteOutcome) -> Void = { _ in },
        check: @escaping (Output) -> ModelError? = { _ in nil }, attempt body: (RouteAttempt) async throws -> Output
    ) async throws -> Output {
        try await run(plan, timeLeft, tell, check) { seat, run in
            let attempt = try begin(seat, &run)
            let result: Result<Output, any Error>
            do {
                result = .success(try await body(attempt))
            } catch {
                result = .failure(error)
            }
            return try finish(attempt, result, &run)
        }
    }

    func run<Output>(
        _ plan: RoutePlan, _ timeLeft: Duration?, _ tell: (RouteOutcome) -> Void,
        _ check: @escaping (Output) -> ModelError?, ask: (Seat, inout FailoverRun<Output>) async throws -> Output?
    ) async throws -> Output {
        budget.noteCall()
        var run = FailoverRun(plan, until: timeLeft.map { clock.uptime() + $0 }, check: check)
        defer { tell(run.outcome) }
        do {
            while true {
                try Task.checkCancellation()
                guard let seat = seat(&run) else {
                    try await pause(&run)
                    continue
                }
                if let output = try await ask(seat, &run) { return output }
            }
        } catch {
            guard !Task.isCancelled, !(error is CancellationError), let spare = run.takeSpare() else { throw error }
            return spare
        }
    }

    // MARK: Attempts

    /// A deployment that takes the call.
    struct Seat {
        let deployment: Deployment
        let ticket: HealthTicket
    }

    /// Takes a seat at the first deployment in line that has one; `nil` when none does.
    func seat<Output>(_ run: inout FailoverRun<Output>) -> Seat? {
        while let deployment = run.course.line.first {
            switch board.begin(deployment.name, excluding: run.course.spentKeys, at: clock.uptime()) {
            case .success(let ticket): return Seat(deployment: deployment, ticket: ticket)
            case .failure(let block):
                run.obstacles[deployment.name] = block.obstacle
                run.course.skip(deployment, block.obstacle)
            }
        }
        return nil
    }

    /// Begins an attempt.
    ///
    /// - Throws: the last error, when no other attempt may follow it.
    func begin<Output>(
        _ seat: Seat, _ run: inout FailoverRun<Output>, in race: HedgeRace? = nil
    ) throws -> RouteAttempt {
        guard let error = run.lastError else { return attempt(at: seat, &run, in: race) }
        guard let attempt = again(at: seat, &run, in: race) else { throw error }
        return attempt
    }

    /// Begins an attempt beside or after another one; `nil` when the budget or the caller's time does not allow it, and
    /// the seat is given back.
    func again<Output>(
        at seat: Seat, _ run: inout FailoverRun<Output>, in race: HedgeRace?
    ) -> RouteAttempt? {
        if run.until.map({ clock.uptime() < $0 }) ?? true, budget.take() { return attempt(at: seat, &run, in: race) }
        board.end(seat.ticket, CallReport(.abandoned), at: clock.uptime())
        return nil
    }

    private func attempt<Output>(
        at seat: Seat, _ run: inout FailoverRun<Output>, in race: HedgeRace?
    ) -> RouteAttempt {
        run.course.begin(seat.deployment)
        return RouteAttempt(
            number: run.course.attempts, deployment: seat.deployment, ticket: seat.ticket, race: race, clock: clock)
    }

    /// Notes what an attempt has come to.
    ///
    /// - Returns: its answer; `nil` when there is none that is taken, and another attempt may follow.
    /// - Throws: its error, when no other attempt may follow.
    func finish<Output>(
        _ attempt: RouteAttempt, _ result: Result<Output, any Error>, _ run: inout FailoverRun<Output>
    ) throws -> Output? {
        switch result {
        case .success(let output):
            // Nobody else is asked for a caller that has left.
            guard !Task.isCancelled, let refusal = run.check(output) else {
                end(attempt, .success, &run)
                return output
            }
            run.keep(output)
            try fail(attempt, refusal, &run)
        case .failure(let error): try fail(attempt, error, &run)
        }
        return nil
    }

    /// Notes how an attempt failed.
    ///
    /// - Throws: its error, when no other attempt may follow.
    private func fail<Output>(
        _ attempt: RouteAttempt, _ error: any Error, _ run: inout FailoverRun<Output>
    ) throws {
        let isCancelled = Task.isCancelled || error is CancellationError
        guard !isCancelled, !attempt.isEndedByListener, var failure = error as? ModelError else {
            end(attempt, .abandoned, &run, word: isCancelled ? "cancelled" : "listener")
            throw error
        }
        end(attempt, .failed(failure), &run, word: failure.code)
        if attempt.hasContent { failure.hasContent = true }
        guard !failure.hasContent else { throw failure }
        let now = clock.uptime()
        let step = run.course.fail(attempt.deployment, failure, key: attempt.key) { spent in
            board.hasKey(attempt.deployment.name, excluding: spent, at: now)
        }
        guard step == .goOn else { throw failure }
        run.lastError = failure
    }

    func end<Output>(
        _ attempt: RouteAttempt, _ ending: CallReport.Ending, _ run: inout FailoverRun<Output>, word: String? = nil
    ) {
        let (now, report) = (clock.uptime(), attempt.report(ending))
        board.end(attempt.ticket, report, at: now)
        run.note(attempt, report, word: word, took: now - attempt.ticket.begun)
    }

    // MARK: Waits

    /// Waits until one of those that may be asked again is likely to be free.
    ///
    /// - Throws: the last error, or why nothing could be asked, when no wait that is allowed helps.
    private func pause<Output>(_ run: inout FailoverRun<Output>) async throws {
        let again = run.course.again
        guard !again.isEmpty else { throw run.error }
        let now = clock.uptime()
        let snapshots = board.snapshots(of: again.map(\.name), at: now)
        var rest: Duration?
        var full: Set<String> = []
        for deployment in again {
            switch snapshots[deployment.name]?.obstacle {
            case nil: rest = min(rest ?? .seconds(3600), backOff(after: run.course.attempts))
            case let obstacle? where obstacle.reason == .slotsFull: full.insert(deployment.name)
            case let obstacle?: if let left = obstacle.left { rest = min(rest ?? left, left) }
            }
        }
        let timeLeft = run.until.map { $0 - now }
        if let queue = queueLeft(&run, full, snapshots, at: now), timeLeft.map({ $0 > .zero }) ?? true {
            let limit = [queue, rest, timeLeft].compactMap(\.self).min() ?? queue
            try await waitForSlot(of: full, atMost: limit, run)
        } else {
            guard let rest, rest <= settings.waitMax, timeLeft.map({ rest < $0 }) ?? true,
                run.sleeps < settings.sleepsMax
            else { throw run.error }
            run.sleeps += 1
            try await clock.sleep(for: rest)
        }
        run.startOver()
    }

    private func backOff(after attempts: Int) -> Duration {
        let policy = RetryPolicy(attemptsMax: .max, delayFirst: settings.delayFirst, delayMax: settings.delayMax)
        return random.draw { policy.delay(afterAttempt: max(1, attempts), using: &$0) ?? .zero }
    }

    /// How long the call may still wait for a slot; `nil` when it may not, or when none is near.
    private func queueLeft<Output>(
        _ run: inout FailoverRun<Output>, _ full: Set<String>, _ snapshots: [String: HealthSnapshot], at now: Duration
    ) -> Duration? {
        guard !full.isEmpty, let most = run.plan.route.queueDeadline else { return nil }
        let until = run.queueUntil ?? now + most
        run.queueUntil = until
        guard until > now else { return nil }
        let before = Double(board.waiting(for: full) + 1)
        let isNear = full.contains { name in
            guard let snapshot = snapshots[name], let usual = snapshot.figures.latencyP50Milliseconds else {
                return true  // nobody knows, so it is worth a try
            }
            return Double(usual) * before / Double(snapshot.slots) <= Double((until - now).milliseconds)
        }
        return isNear ? until - now : nil
    }

    private func waitForSlot<Output>(
        of full: Set<String>, atMost limit: Duration, _ run: FailoverRun<Output>
    ) async throws {
        let nudge = Nudge()
        guard let id = board.enlist(full, nudge) else { throw run.error }
        defer { board.dismiss(id) }
        // A slot that was given back before the nudge was enlisted has called nobody.
        let snapshots = board.snapshots(of: full, at: clock.uptime())
        guard snapshots.values.allSatisfy({ $0.obstacle?.reason == .slotsFull }) else { return }
        await nudge.wait(atMost: limit, on: clock)
    }
}
