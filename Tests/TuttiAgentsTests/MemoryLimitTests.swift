import Testing
import TuttiAgents
import TuttiCore
import TuttiTesting

/// Each limit is reached, and the error names it.
@Suite struct MemoryLimitTests {
    private let clock = ManualClock()

    private func memory(entries: Int = 3, bytes: Int = 1000) -> InMemoryMemory {
        var limits = MemoryLimits(entriesMax: entries, bytesMax: bytes)
        limits.valueBytesMax = 600
        return InMemoryMemory(limits: limits, clock: clock)
    }

    private func error(_ body: () async throws(MemoryError) -> Void) async -> MemoryError? {
        do throws(MemoryError) { try await body() } catch { return error }
        return nil
    }

    @Test(arguments: [
        ("", "must not be empty"), (String(repeating: "é", count: 257), "limit of 512"), ("a\nb", "control"),
        ("a\u{0}", "control"), ("\u{9B}31m", "control"),
    ])
    func keys(key: String, rule: String) async throws {
        let memory = memory()
        for error in [
            await error { () async throws(MemoryError) in try await memory.put("v", for: key, in: "n", timeToLive: nil)
            },
            await error { () async throws(MemoryError) in _ = try await memory.get(key, in: "n") },
            await error { () async throws(MemoryError) in try await memory.delete(key, in: "n") },
        ] {
            #expect(error?.kind == .invalidKey)
            #expect(error?.message.contains(rule) == true)
            #expect(error?.isRetryable == false)
        }
        let space = await error { () async throws(MemoryError) in
            _ = try await memory.search("a", in: String(repeating: "n", count: 257), limit: 1)
        }
        #expect(space?.message.contains("namespace of 257 bytes is above the limit of 256") == true)
    }

    @Test func valuesAndTimes() async throws {
        let memory = memory()
        let large = await error { () async throws(MemoryError) in
            try await memory.put(String(repeating: "s", count: 601), for: "k", in: "n", timeToLive: nil)
        }
        #expect(large?.kind == .valueTooLarge)
        #expect(large?.message.contains("601 bytes, above the limit of 600") == true)
        #expect(large?.message.contains("sss") == false, "a value is never shown")
        let time = await error { () async throws(MemoryError) in
            try await memory.put("v", for: "k", in: "n", timeToLive: .zero)
        }
        #expect(time?.code == "memory_invalid_time_to_live")
        #expect(memory.usage == MemoryUsage())
    }

    @Test func searches() async throws {
        let memory = memory()
        let cases: [(String, Int, String)] = [
            (String(repeating: "a", count: 1025), 1, "1025 bytes is above the limit of 1024"),
            ((0..<33).map { "w\($0)" }.joined(separator: " "), 1, "33 words is above the limit of 32"),
            ("a", 0, "from 1 to 1000"), ("a", 1001, "from 1 to 1000"),
        ]
        for (text, limit, rule) in cases {
            let error = await error { () async throws(MemoryError) in
                _ = try await memory.search(text, in: "n", limit: limit)
            }
            #expect(error?.kind == .invalidSearch)
            #expect(error?.message.contains(rule) == true)
        }
        let many = String(repeating: "same ", count: 200)
        #expect(try await memory.search(many, in: "n", limit: 1).isEmpty, "a word counts once")
    }

    @Test func refusesWhatHasNoRoomAndKeepsAll() async throws {
        let memory = memory()
        for key in ["a", "b", "c"] { try await memory.put("v", for: key, in: "n") }
        let before = memory.usage
        let full = await error { () async throws(MemoryError) in
            try await memory.put("v", for: "d", in: "n", timeToLive: nil)
        }
        #expect(full?.kind == .full)
        #expect(full?.message.contains("3 entries of at most 3") == true)
        #expect(memory.usage == before)
        try await memory.put("another", for: "a", in: "n")
        #expect(try await memory.get("a", in: "n")?.value == "another")
    }

    @Test func boundsBytesOfAllEntriesTogether() async throws {
        let memory = memory(entries: 100)
        try await memory.put(String(repeating: "v", count: 500), for: "a", in: "n")
        let full = await error { () async throws(MemoryError) in
            try await memory.put(String(repeating: "v", count: 499), for: "b", in: "n", timeToLive: nil)
        }
        #expect(full?.message.contains("502 bytes of at most 1000, and 501 more") == true)
        try await memory.put(String(repeating: "v", count: 496), for: "b", in: "n")
        #expect(memory.usage == MemoryUsage(entries: 2, bytes: 1000))
        #expect(try await memory.delete("a", in: "n"))
        #expect(memory.usage == MemoryUsage(entries: 1, bytes: 498))
    }

    @Test func letsThoseGoThatExpireSoonest() async throws {
        let memory = memory()
        try await memory.put("v", for: "late", in: "n", timeToLive: .seconds(100))
        try await memory.put("v", for: "soon", in: "n", timeToLive: .seconds(10))
        try await memory.put("v", for: "ever", in: "n")
        try await memory.put("v", for: "new", in: "n")
        #expect(try await memory.list(in: "n", limit: 9).map(\.key) == ["new", "ever", "late"])
        #expect(memory.usage.dropped == 1)
        clock.advance(by: .seconds(100))
        try await memory.put("v", for: "newer", in: "n")
        #expect(memory.usage.dropped == 1, "what had expired was not dropped")
        #expect(memory.usage.entries == 3)
    }

    @Test func dropsNothingForWhatHasNoRoomAnyway() async throws {
        let memory = memory(entries: 9)
        try await memory.put(String(repeating: "v", count: 500), for: "ever", in: "n")
        try await memory.put("v", for: "soon", in: "n", timeToLive: .seconds(10))
        let full = await error { () async throws(MemoryError) in
            try await memory.put(String(repeating: "v", count: 600), for: "big", in: "n", timeToLive: nil)
        }
        #expect(full?.kind == .full)
        #expect(try await memory.get("soon", in: "n") != nil)
    }

    @Test func clearsExpiredEntriesAwayWhenAsked() async throws {
        let memory = memory()
        try await memory.put("v", for: "a", in: "n", timeToLive: .seconds(1))
        try await memory.put("v", for: "b", in: "n")
        clock.advance(by: .seconds(1))
        #expect(memory.usage.entries == 2)
        #expect(memory.compact() == 1)
        #expect(memory.usage == MemoryUsage(entries: 1, bytes: 3))
        #expect(memory.compact() == 0)
    }
}
