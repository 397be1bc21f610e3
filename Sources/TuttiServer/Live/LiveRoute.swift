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

    /// Runs that one stream may look at.
    static let runsMax = 8

    private static let runs = Parameter<[String]>(
        description: ParameterDescription(
            name: "run", place: .query, summary: "The runs that are looked at, up to eight, with commas between.",
            schema: .string(), isRequired: false)
    ) { values in
        let names = values.flatMap { $0.split(separator: ",").map(String.init) }
        guard names.count <= runsMax else {
            throw Problem.badParameter("run", "count", "one stream looks at \(runsMax) runs at most")
        }
        return names
    }

    private static let frames = Parameter<Bool>.flag("frames", "Whether the words of their steps are streamed.")
    private static let feed = Parameter<String?>.text(
        "feed", "Go on behind this cursor of the feed; `Last-Event-ID` goes before.")

    /// What a page needs before it can be told of changes; with the run, when it looks at one.
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
                `snapshot` comes first. `run` is an event of any run, with the cursor as its `id`; `progress` tells \
                that a step of the run that is looked at has begun, or is tried again; `text`, `reset` and `finished` \
                are frames. `bye` comes before the stream is ended by the server: come back with `Last-Event-ID`.
                """, parameters: [Self.runs.description, Self.frames.description, Self.feed.description],
            answers: [
                .content(200, EventStream.mediaType, "A stream of events."), .problem(404, "There is no such run."),
                .problem(409, "Several runs begin so."),
            ]
        ) { request in
            var watched: [RunRecord] = []
            for typed in try request[Self.runs] { watched.append(try await reads.record(typed)) }
            let given = try request.lastEventID ?? request[Self.feed]
            let wantsFrames = try request[Self.frames]
            // Taken before the snapshot: what happens while that is read is told again rather than missed.
            let newest = try await reads.engine.newestCursor
            // A cursor of another home, or none at all, is as good as no cursor: the snapshot says where it begins.
            let start = given.flatMap(FeedCursor.init).flatMap { $0.position <= newest.position ? $0 : nil }
            let snapshot = start == nil ? try await snapshot(of: watched, behind: newest) : nil
            let runs = watched.map(\.summary.id)
            let seen = try reads.seen
            return EventStream.answer { writer in
                if let snapshot {
                    try await writer.write(
                        try EventStream.frame(id: newest.description, name: "snapshot", snapshot))
                }
                try await MergedStream(clock: reads.clock, end: hub.ending).tell(
                    writer, sources(runs, behind: start ?? newest, seen: seen, wantsFrames: wantsFrames))
            }
        }
    }

    private func snapshot(of records: [RunRecord], behind cursor: FeedCursor) async throws -> Snapshot {
        var snapshot = Snapshot(
            lastEvent: 0, feed: cursor.description, counts: try await counts.view(of: try reads.seen),
            now: reads.clock.now().wire)
        guard records.count == 1, let record = records.first else { return snapshot }
        // The run as it is now: it may have gone on since its record was read.
        let current = try await reads.record(record.summary.id.text)
        let detail = try await reads.detail(current)
        snapshot.steps = try await reads.steps(of: current.summary).steps
        snapshot.lastEvent = detail.lastEvent
        snapshot.run = detail
        return snapshot
    }

    /// All that is told to who watches these runs.
    private func sources(
        _ runs: [RunID], behind cursor: FeedCursor, seen: RunAccount, wantsFrames: Bool
    ) -> [MergedStream.Source] {
        let engine = reads.engine
        var sources: [MergedStream.Source] = [
            { mailbox in
                for try await item in engine.feed(after: cursor) where seen.covers(item.account) {
                    let view = EventView(item.event, cursor: item.cursor)
                    let frame = try EventStream.frame(id: item.cursor.description, name: "run", view)
                    guard mailbox.put(frame) else { return }
                }
            }
        ]
        guard !runs.isEmpty else { return sources }
        sources.append { mailbox in
            for await progress in engine.progress() {
                guard let frame = try ProgressView.event(progress, of: runs) else { continue }
                guard mailbox.put(frame) else { return }
            }
        }
        for run in runs where wantsFrames {
            sources.append { mailbox in try await Self.tellFrames(of: run, engine, mailbox) }
        }
        return sources
    }

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

    /// - Returns: `nil` for other runs.
    static func event(_ progress: RunProgress, of runs: [RunID]) throws -> [UInt8]? {
        let view: Self
        switch progress {
        case .stepStarted(let id, let key, let attempt):
            view = ProgressView(run: id, key: key, state: "started", attempt: attempt)
        case .stepRetrying(let id, let key, let attempt, let error):
            view = ProgressView(run: id, key: key, state: "retrying", attempt: attempt, error: ErrorView(error))
        }
        return runs.contains(view.run) ? try EventStream.frame(name: "progress", view) : nil
    }
}
