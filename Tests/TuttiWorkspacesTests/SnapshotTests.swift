import FoundationEssentials
import Glibc
import TestProcess
import Testing

@testable import TuttiWorkspaces

/// What snapshots hold, and what they are called.
struct SnapshotTests {
    @Test func aSnapshotHoldsFilesFoldersLinksAndRights() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a.txt", "one")
        try world.write("bin/run", "#!/bin/sh", executable: true)
        try FileManager.default.createDirectory(atPath: world.path("empty"), withIntermediateDirectories: true)
        _ = unsafe symlink("../a.txt", world.path("bin/link"))
        let snapshot = try await world.store.snapshot(of: world.workspace)
        #expect(
            try await world.contents(snapshot.id) == [
                "a.txt": "one", "bin/": "", "bin/run": "x:#!/bin/sh", "bin/link": "-> ../a.txt", "empty/": "",
            ])
        #expect(snapshot.files == 2 && snapshot.bytes == 12 && snapshot.skippedCount == 0)
        #expect(snapshot.newObjects == 5)  // two files, three folders
    }

    @Test func theSameContentHasTheSameName() async throws {
        let (one, other) = (try await WorkspaceWorld(), try await WorkspaceWorld())
        for world in [one, other] {
            try world.write("b/c", "text")
            try world.write("a", "text")
        }
        let id = try await one.snapshot()
        #expect(try await other.snapshot() == id)
        #expect(try await one.store.snapshot(of: one.workspace).newObjects == 0)
        #expect(SnapshotID(id.description) == id)
        #expect(try JSONDecoder().decode([SnapshotID].self, from: JSONEncoder().encode([id])) == [id])
        try one.write("a", "texT")
        #expect(try await one.snapshot() != id)
        try one.write("a", "text")
        #expect(try await one.snapshot() == id)
        try one.write("a", "text", executable: true)
        #expect(try await one.snapshot() != id)
    }

    @Test func aNameOfASnapshotIsReadStrictly() {
        for text in ["", "12", String(repeating: "g", count: 64), String(repeating: "A", count: 64)] {
            #expect(SnapshotID(text) == nil)
        }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([SnapshotID].self, from: Data("[\"1\"]".utf8)) }
    }

    @Test func theIndexIsOnlyAHelp() async throws {
        let world = try await WorkspaceWorld()
        for number in 0..<20 { try world.write("f\(number % 3)/n\(number)", "text \(number)") }
        let id = try await world.snapshot()
        let index = world.folder.path + "/store/index/work"
        let good = try Data(contentsOf: URL(filePath: index))
        var damaged: [Data] = [Data(), good.prefix(good.count / 2), Data(repeating: 7, count: 4000)]
        for place in stride(from: 0, to: good.count, by: 97) {
            var copy = good
            copy[copy.startIndex + place] ^= 0x40
            damaged.append(copy)
        }
        for bytes in damaged {
            try bytes.write(to: URL(filePath: index))
            #expect(try await world.snapshot() == id)
        }
        try FileManager.default.removeItem(atPath: index)
        #expect(try await world.snapshot() == id)
    }

    /// Bytes with a right sum at their end that are no index.
    @Test func anIndexThatLiesAboutLengthsIsNone() throws {
        let generation = StoreGeneration(bytes: [UInt8](repeating: 1, count: 16))
        let hash = RunningDigest.hash([1])
        let entry = SnapshotIndex.Entry(name: EntryName(own: "a"), content: .folder(hash, SnapshotIndex.Folder()))
        let index = SnapshotIndex(generation: generation, rootHash: hash, root: SnapshotIndex.Folder(entries: [entry]))
        #expect(SnapshotIndex(bytes: index.bytes) == index)
        let content = Array(index.bytes.dropLast(32))
        for place in 0..<content.count {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var copy = content
                copy[place] = value
                RunningDigest.hash(copy).append(to: &copy)
                _ = SnapshotIndex(bytes: copy)  // whatever it is taken for, it is read without a trap
            }
        }
    }

    @Test func aChangeOfTheSameSizeWithItsTimeSetBackIsSeen() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "one")
        world.waitForMoment()
        let first = try await world.snapshot()
        var status = stat()
        _ = unsafe stat(world.path("a"), &status)
        let file = unsafe open(world.path("a"), O_WRONLY)
        _ = unsafe write(file, "two", 3)
        close(file)
        _ = unsafe utimensat(AT_FDCWD, world.path("a"), [status.st_atim, status.st_mtim], 0)
        let second = try await world.snapshot()
        #expect(second != first)
        #expect(try await world.text(second, "a") == "two")
    }

    /// The second write comes within the same step of the clock of files as the first, more often than not.
    @Test func quickChangesAreSeen() async throws {
        let world = try await WorkspaceWorld()
        for round in 0..<200 {
            let file = unsafe open(world.path("a"), O_WRONLY | O_CREAT, 0o644)
            _ = unsafe pwrite(file, "x\(1000 + round)", 5, 0)
            _ = try await world.snapshot()
            _ = unsafe pwrite(file, "y\(1000 + round)", 5, 0)
            close(file)
            let snapshot = try await world.snapshot()
            try #require(try await world.text(snapshot, "a") == "y\(1000 + round)")
        }
    }

    @Test func limitsAreNamedAndNothingChanges() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a/b/c", "0123456789")
        try world.write("d", "0123456789")
        let before = try await world.snapshot()
        try world.write("e", "01234567890")
        let cases: [(String, (inout WorkspaceLimits) -> Void)] = [
            ("entriesMax", { $0.entriesMax = 4 }), ("bytesMax", { $0.bytesMax = 30 }),
            ("fileBytesMax", { $0.fileBytesMax = 10 }), ("depthMax", { $0.depthMax = 1 }),
        ]
        for (name, change) in cases {
            var limits = WorkspaceLimits()
            change(&limits)
            await #expect { try await world.store.snapshot(of: world.workspace, limits: limits) } throws: { error in
                let error = error as? WorkspaceError
                return error?.reason == .limit && error?.message.contains(name) == true
            }
            #expect(world.names("incoming").isEmpty)
            #expect(world.names("recent") == [before.description])
        }
        var enough = WorkspaceLimits()
        (enough.entriesMax, enough.bytesMax, enough.fileBytesMax, enough.depthMax) = (5, 31, 11, 2)
        _ = try await world.store.snapshot(of: world.workspace, limits: enough)
    }

    @Test func ignoredNamesAreLeftOutAndLeftAlone() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        try world.write("cache/x", "2")
        try world.write("b/cache", "3")
        let id = try await world.store.snapshot(of: world.workspace, ignoring: ["cache"]).id
        #expect(try await world.contents(id) == ["a": "1", "b/": ""])
        try await world.store.restore(id, into: world.workspace, ignoring: ["cache"])
        #expect(world.text("cache/x") == "2" && world.text("b/cache") == "3")
        try await world.store.restore(id, into: world.workspace)
        #expect(world.text("cache/x") == nil && world.text("b/cache") == nil)
        await #expect { try await world.store.snapshot(of: world.workspace, ignoring: ["a/b"]) } throws: {
            WorkspaceError.isReason(.input)($0)
        }
    }

    @Test func aSnapshotThatIsCancelledLeavesNothing() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await world.snapshot()
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(world.names("recent").isEmpty)
    }

    @Test func largeFilesArePutAwayInPieces() async throws {
        let world = try await WorkspaceWorld()
        let text = String(repeating: "0123456789abcdef", count: 200_000)
        try world.write("large", text)
        let id = try await world.snapshot()
        #expect(try await world.text(id, "large") == text)
        let end = try await world.store.read(id, try EntryPath("large"), 3_199_990..<9_999_999)
        #expect(end == Array("6789abcdef".utf8))
        try world.write("other", text)
        #expect(try await world.store.snapshot(of: world.workspace).newObjects == 1)
    }

    @Test func workspacesAreMadeFoundAndRemoved() async throws {
        let world = try await WorkspaceWorld()
        #expect(try await world.store.workspace(named: "work") == world.workspace)
        #expect(try await world.store.workspaceNames() == ["work"])
        await #expect { try await world.store.makeWorkspace("work") } throws: { WorkspaceError.isReason(.exists)($0) }
        for name in ["", ".a", "a/b", "..", "A", "a b", String(repeating: "a", count: 101)] {
            await #expect { try await world.store.makeWorkspace(name) } throws: { WorkspaceError.isReason(.input)($0) }
        }
        try world.write("a/b/c", "1")
        let id = try await world.snapshot()
        try await world.store.removeWorkspace("work")
        try await world.store.removeWorkspace("work")
        #expect(world.names("files").isEmpty && world.names("removed").isEmpty)
        await #expect { try await world.store.workspace(named: "work") } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
        let fork = try await world.store.makeWorkspace("fork")
        try await world.store.restore(id, into: fork)
        #expect(try await world.store.snapshot(of: fork).id == id)
    }
}
