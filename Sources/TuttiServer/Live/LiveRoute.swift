import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime
import TuttiStore

/// The one stream of a page of the dashboard: how many runs there are in which state, what happens in all of them, and
/// of the run that is looked at its steps as they begin and the words of models as they come.
struct LiveRoute: Sendable {
    let reads: RunReads
    let hub: LiveHub
    let counts: RunCounts

    private static let run = Parameter<String?>.text("run", "The run that is looked at.")
    private static let frames = Parameter<Bool>.flag("frames", "Whether the words of its steps are streamed.")
    private static let cursor = Parameter<FeedCursor?>.query(
        "after", "Go on behind this cursor of the feed, without a snapshot.",
        schema: .string().telling(["pattern": "^feed_[0-7][0-9a-f]{15}$"])
    ) { text in
        guard let cursor = FeedCursor(text) else {
            throw Problem.badParameter("after", "cursor", "this is no cursor of the feed")
        }
        return cursor
    }

    /// What a page needs before it can be told of changes.
    struct Snapshot: Codable, Sendable {
        var run: RunDetailView?
        var steps: [StepView]?
        var lastEvent: Int64
        /// Events behind it are told.
        var feed: String
        var counts: RunCounts.View
        var now: WireTime
    }

    var route: Route {
        Route(
            .get, "/api/v1/live", "watchLive", .live, "Streams what a page of the dashboard shows.",
            details: """
                `snapshot` comes first. `run` is an event of any run, with the cursor as its `id`; `progress` tells that a \
                step of the run that is looked at has begun, or is tried again; `text`, `reset` and `finished` are frames. \
                `bye` comes before the stream is ended by the server: come back with `Last-Event-ID`.
                """, parameters: [Self.run.description, Self.frames.description, Self.cursor.description],
            answers: [
                .content(200, EventStream.mediaType, "A stream of events."), .problem(404, "There is no such run."),
                .problem(409, "Several runs begin so."),
            ]
        ) { request in
            let watched = try await request[Self.run].asyncMap { try await reads.record($0) }
            let given = try request.lastEventID.flatMap(FeedCursor.init) ?? request[Self.cursor]
            let wantsFrames = try request[Self.frames]
            // Taken before the snapshot: what happens while that is read is told again rather than missed.
            let newest = try await reads.engine.newestCursor
            let start = given.flatMap { $0.position <= newest.position ? $0 : nil }
            let snapshot = try await snapshot(of: watched, behind: newest)
            return EventStream.answer { writer in
                try await writer.write(
                    try EventStream.frame(id: (start ?? newest).description, name: "snapshot", snapshot))
                try await tell(watched?.summary.id, behind: start ?? newest, wantsFrames: wantsFrames, writer)
            }
        }
    }

    private func snapshot(of record: RunRecord?, behind cursor: FeedCursor) async throws -> Snapshot {
        var snapshot = Snapshot(
            lastEvent: 0, feed: cursor.description, counts: try await counts.view(), now: reads.clock.now().wire)
        guard let record else { return snapshot }
        // The run as it is now: it may have gone on since its record was read.
        let current = try await reads.record(record.summary.id.text)
        let detail = try await reads.detail(current)
        snapshot.steps = try await reads.steps(of: current.summary).steps
        snapshot.lastEvent = detail.lastEvent
        snapshot.run = detail
        return snapshot
    }

    /// Writes what all sources bring until the reader leaves, is too slow, or the server ends.
    private func tell(
        _ run: RunID?, behind cursor: FeedCursor, wantsFrames: Bool, _ writer: ResponseWriter
    ) async throws {
        let mailbox = FrameMailbox()
        let engine = reads.engine
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { mailbox.close() }
                for try await item in engine.feed(after: cursor) {
                    let view = EventView(item.event, cursor: item.cursor)
                    let frame = try EventStream.frame(id: item.cursor.description, name: "run", view)
                    guard mailbox.put(frame) else { return }
                }
            }
            if let run {
                group.addTask {
                    for await progress in engine.progress() {
                        guard let frame = try ProgressView.event(progress, of: run) else { continue }
                        guard mailbox.put(frame) else { return }
                    }
                }
                if wantsFrames { group.addTask { try await Self.tellFrames(of: run, engine, mailbox) } }
            }
            group.addTask {
                while true {
                    try await reads.clock.sleep(for: Self.heartbeat)
                    guard mailbox.put(Array(":\n\n".utf8)) else { return }
                }
            }
            defer { group.cancelAll() }
            while let bytes = try await mailbox.take() {
                try await writer.write(bytes)
                if writer.isServerEnding { throw ServerEnding() }
            }
            try await writer.write(EventStream.bye("the reader was too slow, or the journal cannot be read"))
        }
    }

    private static let heartbeat: Duration = .seconds(15)

    /// The words of a run until it has its end; a reader that lags begins anew, which a `reset` tells.
    private static func tellFrames(of run: RunID, _ engine: Engine, _ mailbox: FrameMailbox) async throws {
        while true {
            do {
                for try await frame in engine.frames(of: run) {
                    guard mailbox.put(try FrameView.event(frame)) else { return }
                }
                return
            } catch let error as RunError where error.reason == .lagged {
                mailbox.put(EventStream.frame(name: "reset", data: JSONValue.object(["run": .string(run.text)]).bytes))
            }
        }
    }
}

/// What goes on in the steps of a run.
struct ProgressView: Codable, Sendable {
    var run: RunID
    var key: String
    var state: String
    var attempt: Int
    var error: ErrorView?

    /// - Returns: `nil` for another run.
    static func event(_ progress: RunProgress, of run: RunID) throws -> [UInt8]? {
        let view: ProgressView
        switch progress {
        case .stepStarted(let id, let key, let attempt):
            view = ProgressView(run: id, key: key, state: "started", attempt: attempt)
        case .stepRetrying(let id, let key, let attempt, let error):
            view = ProgressView(run: id, key: key, state: "retrying", attempt: attempt, error: ErrorView(error))
        }
        return view.run == run ? try EventStream.frame(name: "progress", view) : nil
    }
}

extension Optional where Wrapped: Sendable {
    /// What a transform that may wait makes of the value, if there is one.
    fileprivate func asyncMap<Output: Sendable>(_ transform: (Wrapped) async throws -> Output) async rethrows -> Output?
    {
        if let value = self { try await transform(value) } else { nil }
    }
}
