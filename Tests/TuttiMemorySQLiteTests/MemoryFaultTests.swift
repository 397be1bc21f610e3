import CFaultVFS
import FaultVFS
import Testing
import TuttiAgents
import TuttiMemorySQLite
import TuttiTesting

/// The nth operation on the disk fails, for every n until none is left to fail.
@Suite struct MemoryFaultTests {
    static let faults: [CFaultVFS_Fault] = [.diskFull, .writeError, .tornWrite, .syncError, .anyError]
    private static let most: UInt32 = 300

    private static let vfs: String = {
        #expect(FaultPlan.isRegistered)
        return FaultPlan.vfs
    }()

    @Test("leaves all or nothing of a put", arguments: faults, [true, false])
    func put(fault: CFaultVFS_Fault, persistent: Bool) async throws {
        var errors = 0
        for nth in 1..<Self.most {
            let (failed, threw) = try await withFolder { folder in
                try await put(in: folder + "/m.db", fault, nth: nth, persistent: persistent)
            }
            errors += threw ? 1 : 0
            if !failed {
                #expect(errors > 0)
                return
            }
        }
        Issue.record("there was always something left to fail")
    }

    private func put(
        in path: String, _ fault: CFaultVFS_Fault, nth: UInt32, persistent: Bool
    ) async throws -> (failed: Bool, threw: Bool) {
        let memory = try await SQLiteMemory.open(path, clock: ManualClock(), vfs: Self.vfs)
        try await memory.put("before", for: "k0", in: "n")
        var plan = FaultPlan(prefix: path, fault, nth: nth, persistent: persistent)
        try #require(plan != nil)
        var acknowledged = 1
        var threw = false
        for number in 1..<4 where !threw {
            do throws(MemoryError) {
                try await memory.put("value", for: "k\(number)", in: "n", timeToLive: .seconds(9))
                acknowledged += 1
            } catch {
                threw = true
                #expect([.diskFull, .ioFailure].contains(error.kind))
                #expect(error.isRetryable)
            }
        }
        let failed = (plan?.failures ?? 0) > 0
        plan = nil
        // What failed did not happen, or did as a whole; putting it again is right in both cases.
        if threw {
            try await memory.put("value", for: "k\(acknowledged)", in: "n", timeToLive: .seconds(9))
            acknowledged += 1
        }
        await memory.close()
        try await check(path, keys: (0..<acknowledged).map { "k\($0)" })
        return (failed, threw)
    }

    private func check(_ path: String, keys: [String]) async throws {
        let memory = try await SQLiteMemory.open(path, clock: ManualClock())
        #expect(try await memory.list(in: "n", limit: 100).map(\.key).reversed() == keys)
        let bytes = keys.map { key in
            MemoryUsage.bytes(namespace: "n", key: key, value: key == "k0" ? "before" : "value")
        }
        #expect(try await memory.usage() == MemoryUsage(entries: keys.count, bytes: bytes.reduce(0, +)))
        await memory.close()
    }

    @Test("leaves a file that can be opened, whatever fails while it is made", arguments: faults)
    func opening(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let failed = try await withFolder { folder in
                let path = folder + "/m.db"
                var plan = FaultPlan(prefix: path, fault, nth: nth, persistent: true)
                do throws(MemoryError) {
                    await (try await SQLiteMemory.open(path, vfs: Self.vfs)).close()
                } catch {
                    #expect([.diskFull, .ioFailure].contains(error.kind))
                }
                let failed = (plan?.failures ?? 0) > 0
                plan = nil
                let memory = try await SQLiteMemory.open(path)
                try await memory.put("v", for: "k", in: "n")
                #expect(try await memory.get("k", in: "n")?.value == "v")
                await memory.close()
                return failed
            }
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }

    @Test("compacts all or some of it, and never more than has expired", arguments: faults)
    func compacting(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let failed = try await withFolder { folder in
                let (path, clock) = (folder + "/m.db", ManualClock())
                let memory = try await SQLiteMemory.open(path, clock: clock, vfs: Self.vfs)
                for number in 0..<20 {
                    try await memory.put(
                        String(repeating: "v", count: 2000), for: "k\(number)", in: "n", timeToLive: .seconds(1))
                }
                try await memory.put("v", for: "ever", in: "n")
                clock.advance(by: .seconds(2))
                var plan = FaultPlan(prefix: path, fault, nth: nth, persistent: true)
                do throws(MemoryError) {
                    try await memory.compact()
                } catch {
                    #expect([.diskFull, .ioFailure].contains(error.kind))
                }
                let failed = (plan?.failures ?? 0) > 0
                plan = nil
                try await memory.compact()
                #expect(try await memory.usage() == MemoryUsage(entries: 1, bytes: 6))
                #expect(try await memory.list(in: "n", limit: 9).map(\.key) == ["ever"])
                await memory.close()
                return failed
            }
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }

    @Test func indexFaultsAreErrorsAndTheNextReadingMendsThem() async throws {
        for nth in 1..<Self.most {
            let failed = try await withFolder { folder in
                let texts = folder + "/texts"
                try write(["a.md": "# Alpha\nfirst words\n", "b/c.md": "second words\n"], in: texts)
                let place = FolderRetriever.IndexPlace.file(folder + "/index.db")
                var plan = FaultPlan(prefix: folder + "/index.db", .anyError, nth: nth, persistent: true)
                do throws(RetrievalError) {
                    await (try await FolderRetriever.open(texts, index: place, vfs: Self.vfs)).close()
                } catch {
                    #expect(error.kind == .indexFailure)
                }
                let failed = (plan?.failures ?? 0) > 0
                plan = nil
                let retriever = try await FolderRetriever.open(texts, index: place)
                #expect(try await retriever.passages(for: "words", limit: 9).map(\.file) == ["b/c.md", "a.md"])
                await retriever.close()
                return failed
            }
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }
}
