import Synchronization

/// What answers wait for: a test lets so many pieces through as it likes.
package final class Gate: Sendable {
    private struct State {
        var permits = 0
        var isOpen = false
        /// Tell a loop that it may ask again.
        var waiters: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Lets so many pieces through.
    package func open(_ count: Int = 1) { change { $0.permits += count } }

    /// Lets everything through from now on.
    package func openForGood() { change { $0.isOpen = true } }

    private func change(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        for wake in waiters { wake() }
    }

    /// Whether a piece may pass; if not, `wake` is called when it may ask again.
    func pass(otherwise wake: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if state.isOpen { return true }
            if state.permits > 0 {
                state.permits -= 1
                return true
            }
            state.waiters.append(wake)
            return false
        }
    }
}
