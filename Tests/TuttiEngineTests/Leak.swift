import Synchronization
import TuttiEngine

/// Where a badly written workflow leaves what it should not keep.
final class Leak: Sendable {
    private let kept = Mutex<Context?>(nil)
    private let started = Mutex<Task<Void, any Error>?>(nil)

    var context: Context? { kept.withLock { $0 } }
    var task: Task<Void, any Error>? { started.withLock { $0 } }

    func keep(_ context: Context) { kept.withLock { $0 = context } }

    /// Starts something that nobody waits for.
    func run(_ body: @escaping @Sendable () async throws -> Void) {
        started.withLock { $0 = Task { try await body() } }
    }
}
