import FoundationEssentials
import Testing
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// A log that was cut or damaged is opened at its last whole commit, and what was dropped is told.
@Suite struct WriteAheadLogTests {
    private static let steps = 12

    /// A home as a process leaves it that is killed after its last commit: nothing is written back from the log.
    private func withLog(_ body: (_ log: Data, _ open: (Data) async throws -> Opened) async throws -> Void) async throws
    {
        try await withHome { home in
            let empty = try await SQLiteJournalStore.open(home)
            try await empty.write(run: 1, steps: 0)
            await empty.close()  // writes back what there is, so that the log begins behind it
            let store = try await SQLiteJournalStore.open(home)
            for step in 0..<Self.steps { try await store.write(step: step, of: 1) }
            let database = contents(home.databasePath)
            let log = contents(home.databasePath + "-wal")
            #expect(log.count > Self.steps * 4096)
            try await body(log) { log in try await open(database, log) }
            await store.close()
        }
    }

    private struct Opened {
        var steps: Int
        var isWhole: Bool
        var notices: [String]
    }

    /// Opens a copy of the database with another log.
    private func open(_ database: Data, _ log: Data) async throws -> Opened {
        try await withHome { home in
            try database.write(to: URL(filePath: home.databasePath))
            try log.write(to: URL(filePath: home.databasePath + "-wal"))
            let store = try await SQLiteJournalStore.open(home)
            let steps = try await store.steps(of: testRun(1)).map(\.key)
            let events = try await store.events(of: testRun(1), after: 0, limit: 100).map(\.n)
            let isWhole =
                steps == (0..<steps.count).map { "s#\($0 + 1)" } && events == (0...steps.count).map { Int64($0 + 1) }
            try await store.write(step: steps.count, of: 1)  // and it can be written again
            let more = try await store.steps(of: testRun(1)).count
            let opened = Opened(steps: steps.count, isWhole: isWhole && more == steps.count + 1, notices: store.notices)
            await store.close()
            return opened
        }
    }

    @Test func opensAWholeLogWithoutANotice() async throws {
        try await withLog { log, open in
            let opened = try await open(log)
            #expect(opened.isWhole && opened.steps == Self.steps)
            #expect(opened.notices.isEmpty)
        }
    }

    @Test("opens at the last whole commit, wherever the log is cut", arguments: 0..<6)
    func cut(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await withLog { log, open in
            var seen: Set<Int> = []
            for _ in 0..<8 {
                let length = Int.random(in: 0..<log.count, using: &random)
                let opened = try await open(log.prefix(length))
                seen.insert(opened.steps)
                #expect(opened.isWhole, "cut at \(length)")
                #expect(opened.steps < Self.steps, "cut at \(length)")
                let ends = (length - 32) % 4120 == 0 || length == 0
                #expect(!opened.notices.isEmpty || ends, "cut at \(length)")
            }
            #expect(seen.count > 2)
        }
    }

    @Test("opens at the last whole commit, whichever bit is flipped", arguments: 0..<6)
    func flip(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await withLog { log, open in
            for _ in 0..<8 {
                let bit = Int.random(in: 0..<log.count * 8, using: &random)
                try await check(flipping: bit, log, open)
            }
        }
    }

    @Test func opensAtTheLastWholeCommitWhicheverBitOfTheHeadersIsFlipped() async throws {
        try await withLog { log, open in
            for bit in stride(from: 0, to: 32 * 8, by: 7) { try await check(flipping: bit, log, open) }
            for bit in stride(from: 32 * 8, to: 56 * 8, by: 11) { try await check(flipping: bit, log, open) }
        }
    }

    private func check(flipping bit: Int, _ log: Data, _ open: (Data) async throws -> Opened) async throws {
        var flipped = log
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        let opened = try await open(flipped)
        #expect(opened.isWhole, "bit \(bit)")
        if opened.steps < Self.steps { #expect(!opened.notices.isEmpty, "bit \(bit)") }
    }
}
