import Synchronization
import TuttiRuntime

/// The threads that wait for the disk, so that the cooperative pool does not.
final class WorkspaceThreads: Sendable {
    private let lanes: [Lane]
    private let waiting: Mutex<[Int]>

    init(count: Int) {
        lanes = (0..<count).map { _ in Lane() }
        waiting = Mutex(Array(repeating: 0, count: count))
    }

    /// Carries out what blocks on the thread that has least to do. The task's cancellation is seen inside.
    func run<Output: Sendable>(_ body: @Sendable () throws -> Output) async throws -> Output {
        let index = waiting.withLock { waiting in
            let index = waiting.indices.min { waiting[$0] < waiting[$1] } ?? 0
            waiting[index] += 1
            return index
        }
        defer { waiting.withLock { $0[index] -= 1 } }
        return try await lanes[index].run(body)
    }

    private actor Lane {
        private nonisolated let thread = ThreadExecutor(name: "tutti-files")
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

        func run<Output: Sendable>(_ body: @Sendable () throws -> Output) throws -> Output {
            try Task.checkCancellation()
            return try body()
        }
    }
}
