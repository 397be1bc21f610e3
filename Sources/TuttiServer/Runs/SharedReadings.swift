import Synchronization

/// Lets callers that ask for the same at the same time share one reading: whoever comes while one is under way waits
/// for the next, which begins when that one ends. So each gets what was true at some moment after it had asked, and a
/// page that many look at is read as often as it can be read, not as often as it is asked for.
final class SharedReadings<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        /// Readings that have not begun, which others may join.
        var waiting: [Key: Task<Value, any Error>] = [:]
        var running: [Key: Task<Value, any Error>] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter read: goes on when its caller leaves, since others may wait for it.
    /// - Throws: what `read` throws.
    func value(for key: Key, _ read: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let reading = state.withLock { state in
            if let waiting = state.waiting[key] { return waiting }
            let before = state.running[key]
            let reading = Task {
                _ = await before?.result
                self.begin(key)
                defer { self.end(key) }
                return try await read()
            }
            state.waiting[key] = reading
            return reading
        }
        return try await reading.value
    }

    private func begin(_ key: Key) { state.withLock { $0.running[key] = $0.waiting.removeValue(forKey: key) } }

    private func end(_ key: Key) { state.withLock { _ = $0.running.removeValue(forKey: key) } }
}
