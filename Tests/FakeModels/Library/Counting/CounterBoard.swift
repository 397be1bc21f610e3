import Synchronization

/// The counters, and those who wait until they show something.
final class CounterBoard: Sendable {
    private struct Waiter {
        let isReached: @Sendable (Counters) -> Bool
        let continuation: CheckedContinuation<Counters, Never>
    }

    private struct State {
        var counters = Counters()
        var waiters: [Waiter] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    var counters: Counters { state.withLock { $0.counters } }

    /// Changes the counters and wakes those whom that makes happy.
    func change<Output: Sendable>(_ change: (inout Counters) -> Output) -> Output {
        let (output, counters, ready) = state.withLock { state in
            let output = change(&state.counters)
            guard !state.waiters.isEmpty else { return (output, Counters?.none, [Waiter]()) }
            let counters = state.counters
            let ready = state.waiters.filter { $0.isReached(counters) }
            state.waiters.removeAll { $0.isReached(counters) }
            return (output, counters, ready)
        }
        if let counters { for waiter in ready { waiter.continuation.resume(returning: counters) } }
        return output
    }

    /// Waits until the counters are as wanted; gives what they are when the server has ended before.
    func until(_ isReached: @escaping @Sendable (Counters) -> Bool) async -> Counters {
        await withCheckedContinuation { continuation in
            let counters = state.withLock { state -> Counters? in
                if state.isClosed || isReached(state.counters) { return state.counters }
                state.waiters.append(Waiter(isReached: isReached, continuation: continuation))
                return nil
            }
            if let counters { continuation.resume(returning: counters) }
        }
    }

    /// Lets everybody go.
    func close() {
        let (waiters, counters) = state.withLock { state in
            defer { state.waiters = [] }
            state.isClosed = true
            return (state.waiters, state.counters)
        }
        for waiter in waiters { waiter.continuation.resume(returning: counters) }
    }
}
