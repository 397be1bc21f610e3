import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// The time that one attempt takes of a budget, set aside in slices: a crash costs at most the last one.
final class ActiveTime: Sendable {
    private struct State {
        /// What is set aside, the first slice by the hold of the attempt itself.
        var slices: [(key: HoldKey, amount: Int64)] = []
    }

    private let session: RunSession
    private let started: Duration
    private let state: Mutex<State>

    /// `nil` when the run has no limit of time.
    init?(_ session: RunSession, first hold: StepHold) {
        guard let amount = hold.granted[.activeTime] else { return nil }
        self.session = session
        started = session.services.clock.uptime()
        state = Mutex(State(slices: [(hold.key, amount)]))
    }

    /// Carries out `body` for as long as the budget has time for it.
    ///
    /// - Throws: `CancellationError` when the time is used up, and the run is parked.
    func limiting<Output: Sendable>(_ body: @escaping @Sendable () async throws -> Output) async throws -> Output {
        try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while true {
                    try await self.session.services.clock.sleep(for: self.untilNextSlice)
                    try await self.takeSlice()
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let output = first else { throw CancellationError() }
            return output
        }
    }

    private var elapsed: Int64 { (session.services.clock.uptime() - started).milliseconds }

    private var untilNextSlice: Duration {
        .milliseconds(max(0, state.withLock { $0.slices.reduce(0) { $0 + $1.amount } } - elapsed))
    }

    private func takeSlice() async throws {
        let (first, count) = state.withLock { ($0.slices[0].key, $0.slices.count) }
        let key = HoldKey(
            step: "\(first.step)~\(count)", generation: first.generation, attempt: first.attempt)
        let want = HoldCommand.Want(EngineLimits.activeTimeSlice.milliseconds, least: 1)
        // The closure goes on meanwhile, so there is no time to wait for others.
        let hold = try await session.hold(key, [.activeTime: want], waits: false)
        state.withLock { $0.slices.append((key, hold.granted[.activeTime] ?? 0)) }
    }

    /// What is given back at the end: the rest of the last slice.
    var settlements: [Settlement] {
        var left = elapsed
        return state.withLock { $0.slices }.map { key, amount in
            let used = min(max(0, left), amount)
            left -= used
            return Settlement(key: key, costs: [.activeTime: used])
        }
    }
}

/// What an attempt leaves in the ledger.
struct AttemptEnding: Sendable {
    var settlements: [Settlement] = []
    /// Of all attempts at the step so far.
    var cost: StepCost?

    /// - Parameter spent: by attempts before, of one that has never begun.
    init(after spent: StepCost?) { cost = spent }

    /// Of an attempt that has never begun.
    init(unused hold: StepHold) {
        guard !hold.granted.isEmpty else { return }
        settlements = [Settlement(key: hold.key, costs: hold.granted.mapValues { _ in 0 })]
    }

    /// - Parameters:
    ///   - isWhole: the attempt has told all that it spent.
    ///   - spent: by attempts before.
    init(_ hold: StepHold, _ time: ActiveTime?, isWhole: Bool, after spent: StepCost?) {
        cost = [spent, hold.cost].total
        guard var own = hold.settlement(isWhole: isWhole) else { return }
        let slices = time?.settlements ?? []
        // The first slice of time is part of the attempt's own hold.
        if let first = slices.first { own.costs.merge(first.costs) { $1 } }
        settlements = [own] + slices.dropFirst()
    }
}
