import Synchronization
import TuttiCore
package import TuttiEngine
import TuttiHTTPServer
import TuttiStore

/// What is told live to many at once: the feed of all runs, and the events of each run that somebody watches.
///
/// Each is read from the journal once, by one task, and written as bytes once; the loops of the server hand the bytes
/// to all who follow. ``run()`` has to go on beside the server.
package final class LiveHub: Sendable {
    /// A run that is watched.
    private struct Watched {
        let broadcast: Broadcast
        var watchers = 0
        var task: Task<Void, Never>?
    }

    private struct State {
        var runs: [RunID: Watched] = [:]
        var feed: Broadcast?
    }

    let engine: Engine
    /// That the server begins to end, for streams that do not follow a broadcast.
    let ending = Milestone<Void>()
    private let state = Mutex(State())
    private let launches: AsyncStream<@Sendable () async -> Void>
    private let launcher: AsyncStream<@Sendable () async -> Void>.Continuation

    package init(engine: Engine) {
        self.engine = engine
        (launches, launcher) = AsyncStream.makeStream()
    }

    /// Reads for those who watch, until the task is cancelled or ``end()`` is called.
    package func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await work in launches { group.addTask { await work() } }
                group.cancelAll()
            }
        } onCancel: {
            end()
        }
    }

    /// Ends all streams.
    package func end() {
        let broadcasts = state.withLock { state in
            return state.runs.values.map(\.broadcast) + (state.feed.map { [$0] } ?? [])
        }
        launcher.finish()
        for broadcast in broadcasts { broadcast.finish() }
    }

    // MARK: The feed

    /// The events of all runs as server-sent events; the place of each is that of its cursor.
    func feed() async throws -> Broadcast {
        if let feed = state.withLock({ $0.feed }) { return feed }
        let start = try await engine.newestCursor
        let (feed, isNew) = state.withLock { state -> (Broadcast, Bool) in
            if let feed = state.feed { return (feed, false) }
            let feed = Broadcast(behind: start.position)
            state.feed = feed
            return (feed, true)
        }
        guard isNew else { return feed }
        launch { [engine] in
            do {
                for try await item in engine.feed(after: start) {
                    feed.publish(try Self.frame(item), place: item.cursor.position)
                }
            } catch {
                // The readers come back, and begin anew; what is wrong with the journal is told by readiness.
            }
            self.state.withLock { $0.feed = nil }
            feed.finish()
        }
        return feed
    }

    static func frame(_ item: FeedEvent) throws -> [UInt8] {
        try EventStream.frame(id: item.cursor.description, EventView(item.event, cursor: item.cursor))
    }

    // MARK: One run

    /// Lets `body` follow the events of a run; the place of each is its number.
    func withEvents<Output: Sendable>(
        of run: RunID, _ body: (Broadcast) async throws -> Output
    ) async throws -> Output {
        let start = try await engine.store.lastEvent(of: run)
        let (broadcast, isNew) = state.withLock { state -> (Broadcast, Bool) in
            var watched = state.runs[run] ?? Watched(broadcast: Broadcast(behind: start))
            watched.watchers += 1
            let isNew = watched.watchers == 1
            state.runs[run] = watched
            return (watched.broadcast, isNew)
        }
        if isNew { read(run, after: start, into: broadcast) }
        defer { release(run, broadcast) }
        return try await body(broadcast)
    }

    private func read(_ run: RunID, after start: Int64, into broadcast: Broadcast) {
        launch { [engine] in
            // Cancelled when nobody watches any more.
            let task = Task {
                do {
                    for try await event in engine.handle(of: run, as: JSONValue.self).events.after(start) {
                        broadcast.publish(
                            try EventStream.frame(id: String(event.n), EventView(event)), place: event.n)
                    }
                } catch {
                    // As of the feed.
                }
                broadcast.finish()
            }
            let isWanted = self.state.withLock { state in
                guard let watched = state.runs[run], watched.broadcast === broadcast else { return false }
                state.runs[run]?.task = task
                return true
            }
            if !isWanted { task.cancel() }
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            self.state.withLock { state in
                if state.runs[run]?.broadcast === broadcast { state.runs[run] = nil }
            }
        }
    }

    private func release(_ run: RunID, _ broadcast: Broadcast) {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard var watched = state.runs[run], watched.broadcast === broadcast else { return nil }
            watched.watchers -= 1
            guard watched.watchers == 0 else {
                state.runs[run] = watched
                return nil
            }
            state.runs[run] = nil
            return watched.task
        }
        task?.cancel()
    }

    private func launch(_ work: @escaping @Sendable () async -> Void) { launcher.yield(work) }
}
