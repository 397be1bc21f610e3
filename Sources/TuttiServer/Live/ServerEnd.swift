import Synchronization

/// That the server begins to end, for streams that would else go on: they say so, and their readers come back.
package final class ServerEnd: Sendable {
    private struct State {
        var isReached = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Tells all who wait, now and later.
    package func reach() {
        let waiting = state.withLock { state in
            state.isReached = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Waits until the server begins to end.
    ///
    /// - Throws: `CancellationError`.
    func reached() async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    guard !state.isReached, !Task.isCancelled else { return true }
                    state.waiting[number] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
    }
}
