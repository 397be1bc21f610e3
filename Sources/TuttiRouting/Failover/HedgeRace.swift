import Synchronization
import TuttiRuntime

/// Attempts of one call that go on beside each other: who says something first is the one whose answer counts.
final class HedgeRace: Sendable {
    private struct State {
        var winner: Int?
        /// Calls those who go on, when they have lost.
        var runners: [Int: Nudge] = [:]
    }

    private let state = Mutex(State())

    /// Takes the win for an attempt; false when another one has it.
    func claim(_ number: Int) -> Bool {
        let (isWinner, losers) = state.withLock { state in
            if let winner = state.winner { return (winner == number, [Nudge]()) }
            state.winner = number
            return (true, state.runners.filter { $0.key != number }.map(\.value))
        }
        for loser in losers { loser.call() }
        return isWinner
    }

    func hasLost(_ number: Int) -> Bool { state.withLock { $0.winner.map { $0 != number } ?? false } }

    /// Whether nobody has said anything yet.
    var isOpen: Bool { state.withLock { $0.winner == nil } }

    /// Makes an attempt, and ends it as soon as it has lost.
    func run<Output: Sendable>(
        _ attempt: RouteAttempt, _ body: @escaping @Sendable (RouteAttempt) async throws -> Output
    ) async -> Result<Output, any Error> {
        let lost = Nudge()
        let isIn = state.withLock { state in
            state.runners[attempt.number] = lost
            return state.winner == nil
        }
        defer { state.withLock { _ = $0.runners.removeValue(forKey: attempt.number) } }
        guard isIn else { return .failure(CancellationError()) }
        return await withTaskGroup(of: Result<Output, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await body(attempt)) } catch { return .failure(error) }
            }
            group.addTask {
                await lost.wait()
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            if case .some(.some(let result)) = first { return result }
            for await case let result? in group { return result }
            return .failure(CancellationError())
        }
    }
}
