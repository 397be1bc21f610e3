import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiStore

/// What can be watched: the events of all runs, of one run, and the words of its steps.
struct StreamRoutes: Sendable {
    let reads: RunReads
    let hub: LiveHub

    var all: [Route] { [feed, events, frames] }

    private static let stream = AnswerDescription.content(
        200, EventStream.mediaType, "A stream of events, when the request accepts one.")

    // MARK: All runs

    private static let cursor = Parameter<FeedCursor?>.query(
        "after", "Only events behind this cursor; from the beginning, or for a stream from now on, when left out.",
        schema: .string().telling(["pattern": "^feed_[0-7][0-9a-f]{15}$"])
    ) { text in
        guard let cursor = FeedCursor(text) else {
            throw Problem.badParameter("after", "cursor", "this is no cursor of the feed; give one that the feed gave")
        }
        return cursor
    }

    private static let tail = Parameter<Int>.integer(
        "tail", "Only so many of the newest events.", in: 0...1000, default: 0)

    private var feed: Route {
        Route(
            .get, "/api/v1/events", "listEvents", .live, "Tells what happens in all runs, as a page or as a stream.",
            details: """
                With `Accept: text/event-stream` it does not end: `id` is the cursor of each event, and a reader that \
                comes back with `Last-Event-ID` misses nothing and gets nothing twice. A reader that is too slow is \
                cut off.
                """,
            parameters: [
                Self.cursor.description, Self.tail.description, RunParameters.eventsLimit.description,
            ],
            answers: [.json(200, FeedView.self, "A page of events."), Self.stream]
        ) { request in
            if request.wantsEventStream { return try await stream(request) }
            let tail = try request[Self.tail]
            // Cursors of one store have no gaps but for what was pruned: that many places hold no more events.
            let newest = tail > 0 ? try await reads.engine.newestCursor.position : 0
            let begin = FeedCursor(position: tail > 0 ? max(0, newest - Int64(tail)) : 0)
            let after = try request[Self.cursor] ?? begin
            let page = try await reads.engine.store.feed(
                after: after, tenant: reads.engine.tenant, limit: try request[RunParameters.eventsLimit])
            let seen = try reads.seen
            let events = page.events.filter { seen.covers($0.account) }
            return try request.answer(
                FeedView(
                    events: events.map { EventView($0.event, cursor: $0.cursor) }, next: page.through.description))
        }
    }

    private func stream(_ request: RouteRequest) async throws -> ServerResponse {
        let given =
            try request.lastEventID.map { text in
                guard let cursor = FeedCursor(text) else {
                    throw Problem.badParameter("Last-Event-ID", "cursor", "this is no cursor of the feed")
                }
                return cursor
            } ?? request[Self.cursor]
        let newest = try await reads.engine.newestCursor
        if let given, given.position > newest.position {
            throw Problem.cursorUnknown
        }
        let start = given ?? newest
        let seen = try reads.seen
        guard seen == RunAccount() else { return stream(of: seen, behind: start) }
        let broadcast = try await hub.feed()
        return EventStream.answer { writer in
            _ = try await writer.follow(broadcast, behind: start.position) { place in
                try await catchUp(behind: FeedCursor(position: place), writer).position
            }
            try await writer.write(EventStream.bye("the stream has ended"))
        }
    }

    /// The feed as somebody sees it who may not see all of it.
    private func stream(of seen: RunAccount, behind start: FeedCursor) -> ServerResponse {
        EventStream.answer { writer in
            try await MergedStream(clock: reads.clock, end: hub.ending).tell(
                writer,
                [
                    { mailbox in
                        for try await item in reads.engine.feed(after: start) where seen.covers(item.account) {
                            guard mailbox.put(try LiveHub.frame(item)) else { return }
                        }
                    }
                ])
        }
    }

    /// Writes what the journal has behind a cursor; tells how far it came.
    private func catchUp(behind cursor: FeedCursor, _ writer: ResponseWriter) async throws -> FeedCursor {
        var last = cursor
        while true {
            let page = try await reads.engine.store.feed(
                after: last, tenant: reads.engine.tenant, limit: Self.pageSize)
            for item in page.events { try await writer.write(try LiveHub.frame(item)) }
            last = page.through
            if !page.isFull { return last }
        }
    }

    /// Events that are read at a time for who comes late.
    private static let pageSize = 256

    // MARK: One run

    private var events: Route {
        Route(
            .get, "/api/v1/runs/{run}/events", "listRunEvents", .live,
            "Tells what has happened in a run, and as a stream what happens, until the run has its end.",
            details: """
                With `Accept: text/event-stream` the `id` of each event is its number, and `Last-Event-ID` goes on \
                behind it. The stream ends with an event `end`, which tells the state: the run has its end, or \
                nothing works on it.
                """,
            parameters: [
                RunParameters.run.description, RunParameters.after.description, RunParameters.eventsLimit.description,
            ],
            answers: [.json(200, EventsView.self, "A page of events."), Self.stream, .unknownRun, .ambiguousRun]
        ) { request in
            let run = try await reads.record(try request[RunParameters.run]).summary
            let after = Int64(try request[RunParameters.after])
            guard request.wantsEventStream else {
                let events = try await reads.engine.store.events(
                    of: run.id, after: after, limit: try request[RunParameters.eventsLimit])
                return try request.answer(
                    EventsView(events: events.map { EventView($0) }, last: events.last?.n ?? after))
            }
            let start = try request.lastEventNumber ?? after
            guard start <= (try await reads.engine.store.lastEvent(of: run.id)) else { throw Problem.cursorUnknown }
            return stream(run.id, behind: start)
        }
    }

    private func stream(_ run: RunID, behind start: Int64) -> ServerResponse {
        EventStream.answer { writer in
            try await hub.withEvents(of: run) { broadcast in
                let last = try await writer.follow(broadcast, behind: start) { place in
                    try await catchUp(run, behind: place, writer)
                }
                // The journal has the last word.
                _ = try await catchUp(run, behind: last, writer)
            }
            let summary = try await reads.record(run.text).summary
            guard summary.status.isFinal || summary.status == .blocked || summary.isUnattended else {
                return try await writer.write(EventStream.bye("the journal cannot be read at the moment"))
            }
            try await writer.write(
                EventStream.frame(
                    name: "end", data: JSONValue.object(["state": .string(summary.status.rawValue)]).bytes))
        }
    }

    private func catchUp(_ run: RunID, behind n: Int64, _ writer: ResponseWriter) async throws -> Int64 {
        var last = n
        while true {
            let events = try await reads.engine.store.events(of: run, after: last, limit: Self.pageSize)
            for event in events {
                try await writer.write(try EventStream.frame(id: String(event.n), EventView(event)))
            }
            last = events.last?.n ?? last
            if events.count < Self.pageSize { return last }
        }
    }

    // MARK: Words

    private var frames: Route {
        Route(
            .get, "/api/v1/runs/{run}/frames", "watchFrames", .live,
            "Streams what the steps of a run tell while they are carried out, such as the words of models.",
            details: """
                First what they have told so far, then what comes. Events are `text` with `key`, `attempt`, `offset` \
                and `text`; `reset`, when another attempt has begun and what was told is void; `finished`. Frames are \
                for watching: what counts is the result of the step.
                """, parameters: [RunParameters.run.description],
            answers: [.content(200, EventStream.mediaType, "A stream of events."), .unknownRun, .ambiguousRun]
        ) { request in
            let run = try await reads.record(try request[RunParameters.run]).summary
            return EventStream.answer { writer in
                try await MergedStream(clock: reads.clock, end: hub.ending).tell(
                    writer,
                    [
                        { mailbox in
                            do {
                                for try await frame in reads.engine.frames(of: run.id) {
                                    guard mailbox.put(try FrameView.event(frame)) else { return }
                                }
                                mailbox.close(EventStream.frame(name: "end", data: Array("{}".utf8)))
                            } catch let error as RunError where error.reason == .lagged {
                                mailbox.close(EventStream.bye("the reader was too slow; begin anew"))
                            }
                        }
                    ])
            }
        }
    }
}

/// A piece of what a step tells.
struct FrameView: Codable, Sendable {
    var run: RunID
    var key: String
    var attempt: Int
    var offset: Int
    var text: String?

    static func event(_ frame: StepFrame) throws -> [UInt8] {
        var view = FrameView(run: frame.run, key: frame.key, attempt: frame.attempt, offset: frame.offset)
        let name: String
        switch frame.content {
        case .text(let text): (name, view.text) = ("text", text)
        case .reset: name = "reset"
        case .finished: name = "finished"
        }
        return try EventStream.frame(name: name, view)
    }
}
