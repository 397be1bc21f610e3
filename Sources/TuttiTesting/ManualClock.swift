import Synchronization
public import TuttiCore
public import TuttiEngine
public import TuttiRuntime

/// A clock that stands still until a test advances it.
///
/// ```swift
/// await clock.untilAsleep(beside: engine)   // the step waits for its next attempt
/// clock.advance(by: .seconds(30))           // … which happens now
/// ```
public final class ManualClock: Timekeeper {
    private struct Sleeper {
        let due: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed: Duration = .zero
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var next: UInt64 = 0
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        /// Those who wait for as many sleepers as there are now.
        mutating func takeObservers() -> [CheckedContinuation<Void, Never>] {
            let met = observers.filter { $0.count <= sleepers.count }.map(\.continuation)
            observers.removeAll { $0.count <= sleepers.count }
            return met
        }
    }

    private let start: Timestamp
    private let state = Mutex(State())

    /// A clock that shows `start`.
    public init(start: Timestamp = Timestamp(milliseconds: 1_700_000_000_000)) { self.start = start }

    /// The time of day by this clock.
    public func now() -> Timestamp { start + uptime() }

    /// The sum of all advances.
    public func uptime() -> Duration { state.withLock { $0.elapsed } }

    /// Waits until the clock has been advanced far enough.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        guard duration > .zero else { return try Task.checkCancellation() }
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let awake = state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    if state.cancelled.remove(id) != nil { return nil }
                    state.sleepers[id] = Sleeper(due: state.elapsed + duration, continuation: continuation)
                    return state.takeObservers()
                }
                guard let awake else { return continuation.resume(throwing: CancellationError()) }
                for observer in awake { observer.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves the time on, and wakes whoever has slept long enough.
    public func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.value.due <= state.elapsed }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns when something else than the engine's own look for work sleeps on this clock: a step that waits for its
    /// next attempt, or a workflow for a time.
    public func untilAsleep(beside engine: Engine) async { await untilSleeping(2) }

    /// Returns as soon as at least `count` tasks sleep on this clock.
    public func untilSleeping(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.observers.append((count, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}
