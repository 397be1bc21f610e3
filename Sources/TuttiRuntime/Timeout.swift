import TuttiCore

/// A piece of work took longer than it was given.
package struct TimeoutError: Error {
    package let limit: Duration
}

/// Runs `body`, and cancels it when it takes longer than `limit`.
///
/// Returns only when `body` has ended, so work that ignores its cancellation is waited for.
///
/// - Throws: ``TimeoutError`` when the limit came first; else what `body` throws.
package func withTimeout<Output: Sendable>(
    _ limit: Duration, on clock: some Timekeeper, _ body: @escaping @Sendable () async throws -> Output
) async throws -> Output {
    try await withThrowingTaskGroup(of: Output?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await clock.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let output = first else { throw TimeoutError(limit: limit) }
        return output
    }
}
