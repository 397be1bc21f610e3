import FoundationEssentials
import Testing
import TuttiCore
import TuttiStore
import TuttiTesting

@testable import TuttiEngine

@Suite struct FeedTests {
    private let script = Script { ctx in
        for n in 0..<5 { try await ctx.step("s\(n)") {} }
        return 5
    }

    /// Takes this many events behind a cursor, then leaves.
    private func take(_ count: Int, of feed: Feed) async throws -> [FeedEvent] {
        var events: [FeedEvent] = []
        for try await event in feed {
            events.append(event)
            if events.count == count { break }
        }
        return events
    }

    @Test("gives every event of all runs once, of this process and of another one", arguments: StoreKind.allCases)
    func everyEventOnce(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await withEngine(on: store.journal, [script]) { engine in
                try await withEngine(on: store.journal, [script]) { other in
                    let runs = 20
                    let readers = (0..<5).map { _ in Task { try await take(runs * 7, of: engine.feed()) } }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<runs {
                            let host = number.isMultiple(of: 2) ? engine : other
                            group.addTask { _ = try await host.start(script).output }
                        }
                        try await group.waitForAll()
                    }
                    for reader in readers {
                        let events = try await reader.value
                        #expect(events.map(\.cursor.position) == events.map(\.cursor.position).sorted())
                        for (_, ofRun) in Dictionary(grouping: events, by: \.event.run) {
                            #expect(ofRun.map(\.event.n) == Array(1...7))
                        }
                        #expect(Set(events.map(\.event.run)).count == runs)
                    }
                    #expect(engine.services.streams.feed.count == 0)
                }
            }
        }
    }

    @Test("goes on behind any cursor that was kept as text", arguments: StoreKind.allCases)
    func goesOn(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await withEngine(on: store.journal, [script]) { engine in
                for _ in 0..<3 { _ = try await engine.start(script).output }
                let all = try await take(21, of: engine.feed())
                for (index, event) in all.enumerated().dropLast() {
                    let cursor = try #require(FeedCursor(event.cursor.description))
                    #expect(
                        try await take(20 - index, of: engine.feed(after: cursor)) == Array(all.dropFirst(index + 1)))
                }
                let now = try await engine.newestCursor
                let next = Task { try await take(7, of: engine.feed(after: now)) }
                let run = try await engine.start(script)
                #expect(try await next.value.map(\.event.run) == Array(repeating: run.id, count: 7))
            }
        }
    }

    @Test func showsNothingOfOtherTenants() async throws {
        let store = MemoryJournalStore()
        try await withEngine(on: store, [script]) { ours in
            var options = EngineOptions()
            options.tenant = "other"
            try await withEngine(on: store, [script], options: options) { theirs in
                let mine = Task { try await take(7, of: ours.feed()) }
                for _ in 0..<100 { _ = try await theirs.start(script).output }
                let run = try await ours.start(script)
                #expect(try await mine.value.map(\.event.run) == Array(repeating: run.id, count: 7))
            }
        }
    }

    @Test("ends at the shutdown, behind all that this engine has brought", arguments: [0, 1, 10])
    func endsAtTheShutdown(readers: Int) async throws {
        let engine = try await Engine.open(store: MemoryJournalStore(), workflows: [script])
        let work = Task { await engine.run() }
        let tasks = (0..<readers).map { _ in
            Task {
                var count = 0
                for try await _ in engine.feed() { count += 1 }
                return count
            }
        }
        for _ in 0..<3 { _ = try await engine.start(script).output }
        engine.shutDown()
        await work.value
        for task in tasks { #expect(try await task.value == 21) }
        var late = 0
        for try await _ in engine.feed() { late += 1 }
        #expect(late == 21)
    }

    @Test("refuses a cursor of another store", arguments: StoreKind.allCases)
    func refusesAForeignCursor(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            try await withEngine(on: store.journal, [script]) { engine in
                let error = await #expect(throws: RunError.self) {
                    for try await _ in engine.feed(after: FeedCursor(position: 9)) {}
                }
                #expect(error?.reason == .cursorUnknown)
            }
        }
    }

    @Test(
        "reads the text of a cursor only",
        arguments: [
            "", "feed_", "12", "feed_12", "feed_000000000000000g", "feed_-000000000000001", "feed_+000000000000001",
            "feed_ffffffffffffffff", "feed_00000000000000001", "Feed_0000000000000001",
        ])
    func refusesOtherTexts(text: String) {
        #expect(FeedCursor(text) == nil)
        let json = Data("[\"\(text)\"]".utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([FeedCursor].self, from: json) }
    }

    @Test func keepsACursorAsText() throws {
        for position in [0, 1, 4096, Int64.max] {
            let cursor = FeedCursor(position: position)
            #expect(FeedCursor(cursor.description) == cursor)
            #expect(try JSONDecoder().decode([FeedCursor].self, from: JSONEncoder().encode([cursor])) == [cursor])
        }
    }
}
