import Synchronization

/// Something that happens once, with a value, for which any number of tasks can wait.
package final class Milestone<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [UInt64: CheckedContinuation<Value?, Never>] = [:]
        var cancelled: Set<UInt64> = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The first call counts.
    package func reach(_ value: Value) {
        let waiters = state.withLock { state in
            if state.value == nil { state.value = value }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    var value: Value? { state.withLock { $0.value } }

    /// Waits for it; nil when the task was cancelled before.
    package func wait() async -> Value? {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await waitUncancelled(id)
        } onCancel: {
            let waiter = state.withLock { state in
                if state.value == nil, state.waiters[id] == nil { state.cancelled.insert(id) }
                return state.waiters.removeValue(forKey: id)
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Waits for it even when the task is cancelled.
    func waitInAnyCase() async { _ = await waitUncancelled(0) }

    private func waitUncancelled(_ given: UInt64) async -> Value? {
        await withCheckedContinuation { continuation in
            let (isNow, value) = state.withLock { state -> (Bool, Value?) in
                if state.cancelled.remove(given) != nil { return (true, state.value) }
                if let value = state.value { return (true, value) }
                var id = given
                if id == 0 {
                    state.next += 1
                    id = state.next
                }
                state.waiters[id] = continuation
                return (false, nil)
            }
            if isNow { continuation.resume(returning: value) }
        }
    }
}
