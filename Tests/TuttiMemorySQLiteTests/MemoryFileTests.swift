import FoundationEssentials
import Testing
import TuttiAgents
import TuttiCore
import TuttiMemorySQLite
import TuttiRuntime
import TuttiStoreSQLite
import TuttiTesting

/// The file of a memory: what may be in its place, how full it gets, who else writes.
@Suite struct MemoryFileTests {
    private func error(opening path: String, migrations: [Migration] = Migration.memory) async -> MemoryError? {
        do throws(MemoryError) {
            await (try await SQLiteMemory.open(path, vfs: nil, migrations: migrations)).close()
            return nil
        } catch {
            return error
        }
    }

    @Test func keepsWhatWasPutOverProcesses() async throws {
        try await withFolder { folder in
            let clock = ManualClock()
            let first = try await SQLiteMemory.open(folder + "/m.db", clock: clock)
            let put = try await first.put("v", for: "k", in: "n", timeToLive: .seconds(5))
            await first.close()
            let second = try await SQLiteMemory.open(folder + "/m.db", clock: clock)
            #expect(try await second.get("k", in: "n") == put)
            await second.close()
            let closed = await #expect(throws: MemoryError.self) { try await second.get("k", in: "n") }
            #expect(closed?.kind == .closed)
        }
    }

    @Test func tellsItsNamespacesTheNewestFirstAndNoneThatHasExpired() async throws {
        try await withFolder { folder in
            let clock = ManualClock()
            let memory = try await SQLiteMemory.open(folder + "/m.db", clock: clock)
            #expect(try await memory.namespaces().isEmpty)
            try await memory.put("1", for: "a", in: "old", timeToLive: .seconds(5))
            try await memory.put("2", for: "a", in: "both", timeToLive: .seconds(5))
            clock.advance(by: .seconds(1))
            let last = try await memory.put("3", for: "b", in: "both")
            try await memory.put("4", for: "a", in: "new")
            #expect(try await memory.namespaces().map(\.name) == ["new", "both", "old"])
            #expect(try await memory.namespaces().map(\.entries) == [1, 2, 1])
            #expect(try await memory.namespaces(limit: 1).map(\.name) == ["new"])
            clock.advance(by: .seconds(4))
            #expect(
                try await memory.namespaces().last
                    == MemoryNamespace(name: "both", entries: 1, written: last.written))
            let bad = await #expect(throws: MemoryError.self) { try await memory.namespaces(limit: 0) }
            #expect(bad?.kind == .invalidSearch)
            await memory.close()
        }
    }

    @Test func refusesWhatIsNoPlaceForAFile() async throws {
        try await withFolder { folder in
            let cases = [
                ("", "needs the path"), (folder + "/none/m.db", "is not there; make it"), (folder, "is a folder"),
                (folder + "/a\u{0}b", "needs the path"), ("/proc/m.db", "m.db"),
            ]
            for (path, rule) in cases {
                let error = await error(opening: path)
                #expect(error?.kind == .notWritable)
                #expect(error?.message.contains(rule) == true, "\(error?.message ?? "none")")
            }
        }
    }

    @Test func leavesForeignFilesAlone() async throws {
        try await withFolder { folder in
            try write(["text.db": String(repeating: "no database\n", count: 100)], in: folder)
            try sql(folder + "/other.db", "create table t(a)")
            for name in ["/text.db", "/other.db"] {
                let before = contents(folder + name)
                let error = await error(opening: folder + name)
                #expect(error?.kind == .corrupt)
                #expect(contents(folder + name) == before)
            }
        }
    }

    @Test func knowsItsVersions() async throws {
        try await withFolder { folder in
            let path = folder + "/m.db"
            let memory = try await SQLiteMemory.open(path)
            try await memory.put("v", for: "k", in: "n")
            await memory.close()
            let more =
                Migration.memory
                + [Migration(name: "more", up: "create table more(a text) strict", down: "drop table more")]
            #expect(await error(opening: path, migrations: more) == nil, "an older file is brought up")
            let newer = await error(opening: path)
            #expect(newer?.kind == .newerVersion)
            #expect(newer?.message.contains("schema 2") == true)
            let kept = try await SQLiteMemory.open(path, vfs: nil, migrations: more)
            #expect(try await kept.get("k", in: "n")?.value == "v")
            await kept.close()
        }
    }

    @Test func letsThoseGoThatExpireSoonestAndRefusesTheRest() async throws {
        try await withFolder { folder in
            let clock = ManualClock()
            let limits = MemoryLimits(entriesMax: 3, bytesMax: 1000)
            let memory = try await SQLiteMemory.open(folder + "/m.db", limits: limits, clock: clock)
            try await memory.put("v", for: "late", in: "n", timeToLive: .seconds(100))
            try await memory.put("v", for: "soon", in: "n", timeToLive: .seconds(10))
            try await memory.put("v", for: "ever", in: "n")
            try await memory.put("v", for: "new", in: "n")
            #expect(try await memory.list(in: "n", limit: 9).map(\.key) == ["new", "ever", "late"])
            #expect(try await memory.usage().dropped == 1)
            try await memory.put("v", for: "newer", in: "n")
            let full = await #expect(throws: MemoryError.self) { try await memory.put("v", for: "newest", in: "n") }
            #expect(full?.kind == .full)
            #expect(full?.message.contains("3 entries of at most 3") == true)
            try await memory.put("again", for: "ever", in: "n")
            let usage = try await memory.usage()
            #expect(usage == MemoryUsage(entries: 3, bytes: 4 + 1 + 5 + 1 + 3 + 1 + 5 + 1 + 1, dropped: 2))
            let bytes = await #expect(throws: MemoryError.self) {
                try await memory.put(String(repeating: "v", count: 1000), for: "ever", in: "n")
            }
            #expect(bytes?.message.contains("of at most 1000, and 1005 more") == true)
            #expect(try await memory.usage() == usage, "nothing has changed")
            await memory.close()
        }
    }

    @Test func clearsExpiredEntriesAwayLittleByLittleAndAllAtOnce() async throws {
        try await withFolder { folder in
            let clock = ManualClock()
            let memory = try await SQLiteMemory.open(folder + "/m.db", clock: clock)
            let value = String(repeating: "v", count: 10_000)
            for number in 0..<200 {
                try await memory.put(value, for: "k\(number)", in: "n", timeToLive: .seconds(1))
            }
            try await memory.put("kept", for: "ever", in: "n")
            clock.advance(by: .seconds(1))
            try await memory.put("kept", for: "ever", in: "n")
            #expect(try await memory.usage().entries == 201 - 64)
            #expect(try await memory.compact() == 200 - 64)
            #expect(try await memory.usage() == MemoryUsage(entries: 1, bytes: 9))
            #expect(try await memory.compact() == 0)
            #expect(contents(folder + "/m.db").count < 200_000, "the space is given back")
            await memory.close()
        }
    }

    @Test func sharesAFileBetweenProcessesFromItsFirstMomentOn() async throws {
        try await withFolder { folder in
            let probe = try #require(Self.probe)
            try await withThrowingTaskGroup(of: SubprocessResult.self) { group in
                for name in ["a", "b", "c"] {
                    group.addTask {
                        try await Subprocess(probe, [folder + "/m.db", name, "40"]).run()
                    }
                }
                for try await result in group {
                    #expect(result.end == .exited(0), "\(result.errors.text)")
                }
            }
            let memory = try await SQLiteMemory.open(folder + "/m.db")
            for name in ["a", "b", "c"] {
                let found = try await memory.search("\(name)-", in: "n", limit: 1000)
                #expect(Set(found.map(\.key)) == Set((0..<40).map { "\(name)-\($0)" }))
            }
            let shared = try await memory.get("shared", in: "n")
            #expect(["a", "b", "c"].contains(shared?.value))
            try await memory.compact()
            #expect(try await memory.usage().entries == 121)
            await memory.close()
        }
    }

    /// `memory-probe`, which the build has put beside the tests.
    private static var probe: String? {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return own.map { $0.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/memory-probe" }
    }
}
