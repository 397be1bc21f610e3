import Synchronization
public import TuttiCore
import TuttiRuntime

/// Something that is going on in this process and is not worth a record: lost without harm, never replayed.
public enum RunProgress: Sendable {
    /// The closure of a step has started.
    case stepStarted(run: RunID, key: String, attempt: Int)
    /// An attempt failed and another one follows.
    case stepRetrying(run: RunID, key: String, attempt: Int, StepError)
}

/// Tells those who wait in this process that a run has changed, and passes on its progress.
final class EventHub: Sendable {
    private struct State {
        var watchers: [RunID: [UInt64: Nudge]] = [:]
        var watchersOfAll: [UInt64: Nudge] = [:]
        var listeners: [UInt64: AsyncStream<RunProgress>.Continuation] = [:]
        var next: UInt64 = 0
        var isClosed = false

        var hasWatchers: Bool { !watchers.isEmpty || !watchersOfAll.isEmpty }
    }

    private let state = Mutex(State())
    /// The two flags spare the hot path the lock while nobody listens.
    private let hasWatchers = Atomic(false)
    private let hasListeners = Atomic(false)

    /// How much progress waits for a slow listener before the oldest is dropped.
    private static let progressBufferMax = 1024

    /// Calls `nudge` at each change of the run until ``unwatch(_:_:)``.
    func watch(_ run: RunID, _ nudge: Nudge) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.watchers[run, default: [:]][state.next] = nudge
            hasWatchers.store(true, ordering: .releasing)
            return state.next
        }
    }

    func unwatch(_ run: RunID, _ token: UInt64) {
        state.withLock { state in
            state.watchers[run]?[token] = nil
            if state.watchers[run]?.isEmpty == true { state.watchers[run] = nil }
            hasWatchers.store(state.hasWatchers, ordering: .releasing)
        }
    }

    /// Calls `nudge` at each change of any run until ``unwatchAll(_:)``.
    func watchAll(_ nudge: Nudge) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.watchersOfAll[state.next] = nudge
            hasWatchers.store(true, ordering: .releasing)
            return state.next
        }
    }

    func unwatchAll(_ token: UInt64) {
        state.withLock { state in
            state.watchersOfAll[token] = nil
            hasWatchers.store(state.hasWatchers, ordering: .releasing)
        }
    }

    func changed(_ run: RunID) { changed(CollectionOfOne(run)) }

    /// Several runs have changed at once.
    func changed(_ runs: some Sequence<RunID>) {
        guard hasWatchers.load(ordering: .acquiring) else { return }
        let runs = Array(runs)
        guard !runs.isEmpty else { return }
        let nudges = state.withLock { state in
            runs.flatMap { run in state.watchers[run].map { Array($0.values) } ?? [] }
                + Array(state.watchersOfAll.values)
        }
        for nudge in nudges { nudge.call() }
    }

    /// The progress of all runs of this process from now on; a slow listener loses the oldest of it.
    func progress() -> AsyncStream<RunProgress> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RunProgress.self, bufferingPolicy: .bufferingNewest(Self.progressBufferMax))
        let token = state.withLock { state -> UInt64? in
            if state.isClosed { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            hasListeners.store(true, ordering: .releasing)
            return state.next
        }
        guard let token else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            self.state.withLock { state in
                state.listeners[token] = nil
                self.hasListeners.store(!state.listeners.isEmpty, ordering: .releasing)
            }
        }
        return stream
    }

    func tell(_ progress: RunProgress) {
        guard hasListeners.load(ordering: .acquiring) else { return }
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield(progress) }
    }

    /// Ends all streams of progress, also those that begin later, and the feed.
    func close() {
        let (listeners, nudges) = state.withLock { state in
            state.isClosed = true
            return (Array(state.listeners.values), Array(state.watchersOfAll.values))
        }
        for listener in listeners { listener.finish() }
        for nudge in nudges { nudge.call() }
    }

    /// Whether this engine brings no more changes.
    var isClosed: Bool { state.withLock { $0.isClosed } }
}
