import Synchronization

/// Keeps the second attempts of a whole process to a share of its calls, so that retries of several layers do not
/// multiply when a provider is down.
///
/// A bucket of tokens, as in Finagle's `RetryBudget`: each call puts a part of a token in, each further attempt takes a
/// whole one. The reserve lets a process that has just begun retry, too.
package final class RetryBudget: Sendable {
    /// The share of calls that may be followed by one more attempt.
    package static let shareDefault = 0.2
    /// The further attempts that are possible at first, and the most that are saved up.
    package static let reserveDefault = 10

    private struct State {
        var thousandths: Int
        var granted = 0
        var refused = 0
    }

    private let share: Int
    private let most: Int
    private let state: Mutex<State>

    /// A budget.
    ///
    /// - Precondition: the share is from 0 to 1, and the reserve is not negative.
    package init(share: Double = RetryBudget.shareDefault, reserve: Int = RetryBudget.reserveDefault) {
        precondition((0...1).contains(share) && reserve >= 0, "a budget is a share of calls and a reserve")
        self.share = Int((share * 1000).rounded())
        most = max(1, reserve) * 1000
        state = Mutex(State(thousandths: reserve * 1000))
    }

    /// Counts a call.
    package func noteCall() { state.withLock { $0.thousandths = min(most, $0.thousandths + share) } }

    /// Takes one further attempt of the budget; `false` when there is none.
    package func take() -> Bool {
        state.withLock { state in
            guard state.thousandths >= 1000 else {
                state.refused += 1
                return false
            }
            state.thousandths -= 1000
            state.granted += 1
            return true
        }
    }

    /// Further attempts that were granted and refused since the start.
    package var counts: (granted: Int, refused: Int) { state.withLock { ($0.granted, $0.refused) } }
}
