import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let streaming: [Clause] = [
        Clause("knows the number of a run's newest event") { world in
            try world.expect(try await world.second.lastEvent(of: StoreWorld.run(1)), 0, "the newest of no run")
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1")], events: ["a", "b"]))
            try world.expect(try await world.second.lastEvent(of: owner.run), 3, "the newest number")
        },
        Clause("feeds the events of all runs in the order of their commits, in pages without gap or repeat") { world in
            let (one, two) = (try await world.startOwned(1), try await world.startOwned(2))
            try await world.apply(world.record(one, [world.row("a#1")], events: ["a", "b"]))
            try await world.apply(world.record(two, [world.row("a#1")], events: ["c"]))
            try await world.apply(world.cancel(one.run), by: world.second)
            let expected = ["run.started", "run.started", "a", "b", "c", "cancel"]
            for limit in 1...7 {
                let events = try await world.feed(after: FeedCursor(position: 0), limit: limit)
                try world.expect(events.map(\.event.type), expected, "the feed in pages of \(limit)")
                let cursors = events.map(\.cursor.description)
                try world.expect(cursors, Set(cursors).sorted(), "the cursors, which grow")
                for (index, event) in events.enumerated() {
                    let rest = try await world.feed(after: event.cursor, limit: limit)
                    try world.expect(rest, Array(events.dropFirst(index + 1)), "the feed behind event \(index)")
                }
            }
            let ofTwo = try await world.feed(after: FeedCursor(position: 0), limit: 3).filter {
                $0.event.run == two.run
            }
            let events = try await world.second.events(of: two.run, after: 0, limit: 10)
            try world.expect(ofTwo.map(\.event), events, "the events of one run")
        },
        Clause("feeds a tenant with nothing of another, and goes on behind what it leaves out") { world in
            try await world.apply(world.start(StoreWorld.run(1)))
            for number in UInt64(2)...6 { try await world.apply(world.start(StoreWorld.run(number), tenant: "other")) }
            try await world.apply(world.start(StoreWorld.run(7)))
            let ours = try await world.feed(after: FeedCursor(position: 0), limit: 2)
            try world.expect(ours.map(\.event.run), [StoreWorld.run(1), StoreWorld.run(7)], "the runs")
            let none = try await world.second.feed(after: FeedCursor(position: 0), tenant: "nobody", limit: 10)
            try world.expect(none.events, [], "the feed of a tenant without runs")
            try world.expect(none.through, try await world.second.newestCursor(), "where it goes on")
        },
        Clause("knows where the feed ends") { world in
            let first = try await world.second.newestCursor()
            try world.expect(first.position, 0, "the end of an empty feed")
            _ = try await world.startOwned(1)
            let end = try await world.second.newestCursor()
            let behind = try await world.second.feed(after: end, tenant: StoreWorld.tenant, limit: 10)
            try world.expect(behind, FeedPage(events: [], through: end, isFull: false), "the feed behind its end")
            _ = try await world.startOwned(2)
            let next = try await world.feed(after: end, limit: 10)
            try world.expect(next.map(\.event.run), [StoreWorld.run(2)], "what came since")
        },
        Clause("keeps parts of streams once, in order, and reads them in pages") { world in
            let owner = try await world.startOwned()
            let command = world.keep(owner, [world.chunk("a#1", "he"), world.chunk("a#1", "llo", offset: 2)])
            try await world.applyTwice(command, about: owner.run)
            try await world.apply(world.keep(owner, [world.chunk("b#1", "x")]))
            let all = try await world.second.chunks(of: owner.run, after: 0, limit: 10)
            try world.expect(all.chunks.map(\.text), ["he", "llo", "x"], "the texts")
            try world.expect(all.chunks.map(\.offset), [0, 2, 0], "the offsets")
            try world.expect(all.keys, ["a#1", "b#1"], "the keys")
            try world.expect(all.isFull, false, "whether the limit was reached")
            let first = try await world.second.chunks(of: owner.run, after: 0, limit: 2)
            try world.expect(first.chunks, Array(all.chunks.prefix(2)), "the first page")
            try world.expect(first.isFull, true, "whether the limit was reached by the first page")
            try world.expect(first.keys, all.keys, "the keys beside the first page")
            let rest = try await world.second.chunks(of: owner.run, after: first.through, limit: 2)
            try world.expect(rest.chunks, Array(all.chunks.dropFirst(2)), "the second page")
            try world.expect(rest.through, all.through, "the end of the second page")
        },
        Clause("puts the parts of a later attempt in the place of those of earlier ones") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.keep(owner, [world.chunk("a#1", "old"), world.chunk("b#1", "other")]))
            let seen = try await world.second.chunks(of: owner.run, after: 0, limit: 10).through
            try await world.apply(world.keep(owner, [world.chunk("a#1", "new", attempt: 2)]))
            let page = try await world.second.chunks(of: owner.run, after: 0, limit: 10)
            try world.expect(page.chunks.map(\.text), ["other", "new"], "the texts")
            let next = try await world.takeOver(owner.run)
            try await world.apply(world.keep(next, [world.chunk("a#1", "newest", fence: 2)]), by: world.second)
            let news = try await world.first.chunks(of: owner.run, after: seen, limit: 10)
            try world.expect(news.chunks.map(\.text), ["newest"], "what is new for a reader")
        },
        Clause("drops the parts of a step with its result, and takes no more of it") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.keep(owner, [world.chunk("a#1", "x"), world.chunk("b#1", "y")]))
            try await world.apply(
                .record(
                    RecordCommand(
                        owner: owner, rows: [world.row("a#1")], events: [], endsStream: true, at: StoreWorld.time(2))))
            try await world.apply(world.keep(owner, [world.chunk("a#1", "late", offset: 1)]))
            let page = try await world.second.chunks(of: owner.run, after: 0, limit: 10)
            try world.expect(page.chunks.map(\.text), ["y"], "the texts")
        },
        Clause("drops the parts of a run with its end, and takes no more of it") { world in
            let (one, two) = (try await world.startOwned(1), try await world.startOwned(2))
            try await world.apply(world.keep(one, [world.chunk("a#1", "x")]))
            try await world.apply(world.keep(two, [world.chunk("a#1", "y")]))
            try await world.apply(world.end(one, .failed(world.error)))
            let late = try await world.apply(world.keep(one, [world.chunk("a#1", "late")]))
            try world.expect(late, .leaseLost, "the outcome of a late part")
            try world.expect(try await world.second.chunks(of: one.run, after: 0, limit: 9).keys, [], "the keys")
            try world.expect(try await world.second.chunks(of: two.run, after: 0, limit: 9).keys, ["a#1"], "the others")
        },
    ]
}

extension StoreWorld {
    /// The whole feed behind a cursor, read in pages.
    func feed(after cursor: FeedCursor, limit: Int) async throws -> [FeedEvent] {
        var (events, last): ([FeedEvent], FeedCursor) = ([], cursor)
        while true {
            let page = try await second.feed(after: last, tenant: Self.tenant, limit: limit)
            events += page.events
            guard page.isFull else { return events }
            last = page.through
        }
    }

    func chunk(
        _ key: String, _ text: String, fence: Int64 = 1, attempt: Int = 1, offset: Int = 0
    ) -> StreamChunk {
        StreamChunk(key: key, stamp: AttemptStamp(fence: fence, attempt: attempt), offset: offset, text: text)
    }

    func keep(_ owner: Owner, _ chunks: [StreamChunk]) -> JournalCommand {
        .chunks(ChunkCommand(owner: owner, chunks: chunks))
    }
}
