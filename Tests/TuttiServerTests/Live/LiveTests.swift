import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPClient
import TuttiRuntime
import TuttiStore
import TuttiTesting

@testable import TuttiServer

@Suite("Live events over a socket", .timeLimit(.minutes(2)))
struct LiveTests {
    /// Gives `body` a server that listens, and a client.
    private func served(
        store: any JournalStore = MemoryJournalStore(),
        _ body: @escaping @Sendable (ServerDesk, LiveClient) async throws -> Void
    ) async throws {
        try await ServerDesk.with(store: store) { desk in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let ready = Nudge()
                group.addTask { try await desk.application.run { _ in ready.call() } }
                await ready.wait()
                let client = LiveClient(address: desk.application.facts.address)
                defer { group.cancelAll() }
                try await body(desk, client)
                await client.end()
            }
        }
    }

    @Test func tellsEveryEventOfARunAndThenItsEnd() async throws {
        try await served { desk, client in
            let run = try await client.start("listening", 0)
            let stream = try await client.events("/api/v1/runs/\(run)/events")
            _ = try await client.post("/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"])
            var numbers: [Int64] = []
            var end: JSONValue?
            for try await event in stream {
                if event.name == "end" { end = event.json } else { numbers.append(Int64(event.id ?? "") ?? -1) }
            }
            #expect(numbers == Array(1...Int64(numbers.count)) && numbers.count > 3)
            #expect(end == ["state": "completed"])
        }
    }

    @Test func goesOnBehindTheLastEventThatWasSeen() async throws {
        try await served { desk, client in
            let run = try await client.start("listening", 0)
            _ = try await client.post("/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"])
            let all = try await client.collect("/api/v1/runs/\(run)/events")
            for seen in 1..<(all.count - 1) {
                let rest = try await client.collect(
                    "/api/v1/runs/\(run)/events", headers: ["Last-Event-ID": "\(seen)"])
                #expect(rest.compactMap(\.id) == all.compactMap(\.id).filter { (Int64($0) ?? 0) > seen })
            }
        }
    }

    @Test func tellsWhatHappensInAllRunsWithoutGapOrRepeat() async throws {
        try await served { desk, client in
            let stream = try await client.events("/api/v1/events")
            let runs = try await withThrowingTaskGroup(of: String.self) { group in
                for number: Int64 in 1...10 { group.addTask { try await client.start("listening", .int(number)) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            var started: [String] = []
            var cursors: [String] = []
            for try await event in stream {
                cursors.append(event.id ?? "")
                if event.json?["type"] == "run.started" { started.append(event.json?["subject"]?.stringValue ?? "") }
                if started.count == runs.count { break }
            }
            #expect(Set(started) == runs && started.count == runs.count)
            #expect(cursors == cursors.sorted() && Set(cursors).count == cursors.count)
            // Who comes back behind a cursor gets exactly what is behind it.
            let resumed = try await client.events("/api/v1/events", headers: ["Last-Event-ID": cursors[2]])
            var again: [String] = []
            for try await event in resumed {
                again.append(event.id ?? "")
                if again.count == cursors.count - 3 { break }
            }
            #expect(again == Array(cursors[3...]))
        }
    }

    @Test func beginsWithASnapshotAndGoesOnFromThere() async throws {
        try await served { desk, client in
            let run = try await client.start("listening", 0)
            let stream = try await client.events("/api/v1/live?run=\(run)&frames=true")
            var names: [String] = []
            var types: [String] = []
            for try await event in stream {
                names.append(event.name)
                if event.name == "snapshot" {
                    #expect(event.json?["run"]?["id"]?.stringValue == run)
                    #expect(event.json?["counts"]?["waiting"] != nil)
                    _ = try await client.post("/api/v1/runs/\(run)/signal", ["name": "word", "value": "tea"])
                }
                if let type = event.json?["type"]?.stringValue { types.append(type) }
                if types.contains("run.completed") { break }
            }
            #expect(names.first == "snapshot" && names.contains("run"))
        }
    }

    @Test func readsTheFeedOnceForAllPages() async throws {
        let store = CountedFeed(base: MemoryJournalStore())
        let pages = 20
        let runs: Int64 = 8
        try await served(store: store) { desk, client in
            let (opened, opener) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<pages {
                    group.addTask {
                        var cursors: [String] = []
                        var started: Int64 = 0
                        for try await event in try await client.events("/api/v1/live") {
                            if event.name == "snapshot" { opener.yield() }
                            if event.name == "run" { cursors.append(event.id ?? "") }
                            if event.json?["type"] == "run.started" { started += 1 }
                            if started == runs { break }
                        }
                        return cursors
                    }
                }
                var arrivals = opened.makeAsyncIterator()
                for _ in 0..<pages { await arrivals.next() }
                for number in 0..<runs { _ = try await client.start("listening", .int(number)) }
                let first = try await group.next()
                for try await cursors in group { #expect(cursors == first) }
            }
        }
        // One that read for each page would have come to a reading for each page and event.
        #expect(store.count.load(ordering: .relaxed) < pages * Int(runs))
    }

    @Test(arguments: [
        "/api/v1/events", "/api/v1/live", "/api/v1/live?run=RUN&frames=true", "/api/v1/runs/RUN/events",
        "/api/v1/runs/RUN/frames", "/api/v1/topics/news/events",
    ]) func aStreamOnWhichNothingHappensDoesNotHoldUpTheEnd(path: String) async throws {
        try await served { desk, client in
            let run = try await client.start("listening", 0)
            let stream = try await client.events(path.replacing("RUN", with: run))
            async let names = stream.reduce(into: [String]()) { $0.append($1.name) }
            await desk.application.shutDown()
            #expect(try await names.last == "bye")
        }
    }

    @Test func tellsEveryEventOfATopicWhileOthersPublish() async throws {
        try await served { desk, client in
            let last: Int64 = 120
            try await withThrowingTaskGroup(of: [Int64].self) { group in
                for reader in 0..<4 {
                    group.addTask {
                        var numbers: [Int64] = []
                        // Each comes back again and again, behind what it has seen.
                        while numbers.last ?? 0 < last {
                            let stream = try await client.events(
                                "/api/v1/topics/news/events", headers: ["Last-Event-ID": "\(numbers.last ?? 0)"])
                            var count = 0
                            for try await event in stream {
                                numbers.append(Int64(event.id ?? "") ?? -1)
                                count += 1
                                if count > reader + 2 || numbers.last ?? 0 >= last { break }
                            }
                        }
                        return numbers
                    }
                }
                for _ in 0..<2 {
                    group.addTask {
                        for number in 1...(last / 2) {
                            _ = try await client.post(
                                "/api/v1/topics/news/events", ["type": "note", "data": .int(number)])
                        }
                        return Array(1...last)
                    }
                }
                for try await numbers in group { #expect(numbers == Array(1...last)) }
            }
        }
    }

    @Test func tellsStreamsToComeBackWhenTheServerEnds() async throws {
        try await served { desk, client in
            let stream = try await client.events("/api/v1/events")
            _ = try await client.start("listening", 0)
            var names: [String] = []
            for try await event in stream {
                if names.isEmpty { Task { await desk.application.shutDown() } }
                names.append(event.name)
            }
            #expect(names.last == "bye")
        }
    }
}

/// Counts how often the feed is read.
private final class CountedFeed: StoreDecorator {
    let base: any JournalStore
    let count = Atomic(0)

    init(base: any JournalStore) { self.base = base }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try await base.apply(commands)
    }

    func feed(after cursor: FeedCursor, tenant: String, limit: Int) async throws(StoreError) -> FeedPage {
        count.add(1, ordering: .relaxed)
        return try await base.feed(after: cursor, tenant: tenant, limit: limit)
    }
}

/// Asks a server over a socket.
final class LiveClient: Sendable {
    struct Event: Sendable {
        let id: String?
        let name: String
        let json: JSONValue?
    }

    private let client = HTTPClient()
    private let address: String

    init(address: String) { self.address = address }

    func end() async { await client.shutDown() }

    func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        let answer = try await client.send(
            HTTPRequest(.post, address + path, headers: ["Content-Type": "application/json"], body: body.bytes))
        return .stored(Data(answer.body))
    }

    func start(_ workflow: String, _ input: JSONValue) async throws -> String {
        let answer = try await post("/api/v1/runs", ["workflow": .string(workflow), "input": input])
        return answer["id"]?.stringValue ?? ""
    }

    func events(
        _ path: String, headers: HTTPHeaders = [:]
    ) async throws -> AsyncMapSequence<ServerSentEventSequence, Event> {
        var headers = headers
        headers.add("Accept", "text/event-stream")
        let answer = try await client.stream(HTTPRequest(.get, address + path, headers: headers))
        return answer.body.events().map { event in
            Event(
                id: event.lastEventID.isEmpty ? nil : event.lastEventID, name: event.type,
                json: .stored(Data(event.data.utf8)))
        }
    }

    func collect(_ path: String, headers: HTTPHeaders = [:]) async throws -> [Event] {
        var all: [Event] = []
        for try await event in try await events(path, headers: headers) { all.append(event) }
        return all
    }
}
