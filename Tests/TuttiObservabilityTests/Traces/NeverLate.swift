import TuttiCore
import TuttiRuntime

/// A clock on which short waits pass at once, and time limits, which are long, are never reached.
struct NeverLate: Timekeeper {
    private let clock: any Timekeeper

    /// - Parameter clock: counts the short waits.
    init(_ clock: any Timekeeper) { self.clock = clock }

    func now() -> Timestamp { clock.now() }

    func uptime() -> Duration { clock.uptime() }

    func sleep(for duration: Duration) async throws {
        guard duration > .seconds(3600) else { return try await clock.sleep(for: duration) }
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
        throw CancellationError()
    }
}
