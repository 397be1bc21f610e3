import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Reads that try again as long as the writer would: a database that is busy for a moment ends no run.
struct PatientReads: Sendable {
    let store: any JournalStore
    let clock: any Timekeeper
    let patience: Duration

    private static let backOffFirst: Duration = .milliseconds(20)
    private static let backOffMax: Duration = .seconds(1)

    /// What `read` gives, as soon as it does not fail for a transient reason.
    ///
    /// - Throws: the last ``StoreError`` when the patience is used up, or the task cancelled.
    @inline(never)  // inlined into an async caller it crashes the optimizer of Swift 6.3.1 while it splits coroutines
    func callAsFunction<Output: Sendable>(
        _ read: (any JournalStore) async throws(StoreError) -> Output
    ) async throws(StoreError) -> Output {
        let start = clock.uptime()
        var backOff = Self.backOffFirst
        while true {
            do throws(StoreError) {
                return try await read(store)
            } catch {
                guard error.isTransient, clock.uptime() - start < patience, !Task.isCancelled else { throw error }
            }
            try? await clock.sleep(for: backOff)
            backOff = min(backOff * 2, Self.backOffMax)
        }
    }
}
