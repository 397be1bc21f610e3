import FoundationEssentials
import Glibc
import TestProcess
import Testing

@testable import TuttiWorkspaces

/// Going back to what a workspace held.
struct RestoreTests {
    @Test func anythingBecomesExactlyTheSnapshot() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        try world.write("b/c", "2", executable: true)
        try world.write("d/e/f", "3")
        _ = unsafe symlink("a", world.path("link"))
        let id = try await world.snapshot()
        let contents = try await world.contents(id)

        try world.remove("a")
        try world.write("a/now/a/folder", "4")  // a folder in the place of a file
        try world.remove("d")
        try world.write("d", "5")  // a file in the place of a folder
        try world.write("b/c", "2")  // not to be run any more
        try world.remove("link")
        _ = unsafe mkfifo(world.path("link"), 0o644)
        try world.write("other", "6")
        try await world.store.restore(id, into: world.workspace)
        #expect(try await world.snapshot() == id)
        #expect(try await world.contents(id) == contents)
        #expect(world.text("d/e/f") == "3")
    }

    @Test func whatIsRightIsNotTouched() async throws {
        let world = try await WorkspaceWorld()
        for number in 0..<10 { try world.write("f/n\(number)", "\(number)") }
        world.waitForMoment()
        let id = try await world.snapshot()
        var before = stat()
        _ = unsafe stat(world.path("f/n1"), &before)
        try world.write("f/n2", "x")
        let restoration = try await world.store.restore(id, into: world.workspace)
        #expect(restoration == WorkspaceRestoration(filesWritten: 1, bytesWritten: 1, removed: 0))
        var after = stat()
        _ = unsafe stat(world.path("f/n1"), &after)
        #expect(FileMark(before) == FileMark(after))
        // Also without the index, by reading.
        try FileManager.default.removeItem(atPath: world.folder.path + "/store/index/work")
        let again = try await world.store.restore(id, into: world.workspace)
        #expect(again.filesWritten == 0)
        #expect(try await world.store.snapshot(of: world.workspace).newObjects == 0)
    }

    /// A file with two names would carry what is written to one of them to the other.
    @Test func filesWithSeveralNamesAreParted() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        _ = unsafe link(world.path("a"), world.path("b"))
        let id = try await world.snapshot()
        try await world.store.restore(id, into: world.workspace)
        try world.write("a", "2")
        #expect(world.text("b") == "1")
    }

    @Test func aFileInTheWorkspaceIsNoObjectOfTheStore() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        let id = try await world.snapshot()
        try world.remove("a")
        try await world.store.restore(id, into: world.workspace)
        let file = unsafe open(world.path("a"), O_WRONLY)
        _ = unsafe pwrite(file, "X", 1, 0)
        close(file)
        #expect(try await world.text(id, "a") == "1")
    }

    @Test(.enabled(if: getuid() == 0, "only the administrator can give files away"))
    func filesAreGivenToTheirOwner() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a/b", "1")
        _ = unsafe symlink("x", world.path("link"))
        let id = try await world.snapshot()
        let owner = FileOwner(user: 65_534, group: 65_534)
        let store = try await WorkspaceStore.open(world.folder.path + "/store", owner: owner)
        let fork = try await store.makeWorkspace("fork")
        try await store.restore(id, into: fork)
        try await store.restore(id, into: world.workspace)  // those that are there already
        for path in [fork.path, fork.path + "/a", fork.path + "/a/b", fork.path + "/link", world.path("a/b")] {
            var status = stat()
            _ = unsafe lstat(path, &status)
            #expect(status.st_uid == owner.user && status.st_gid == owner.group)
        }
        var status = stat()
        _ = unsafe stat(world.folder.path + "/store", &status)
        #expect(status.st_mode & 0o7777 == 0o711)
    }

    @Test func thereIsNoSnapshotOfThatName() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        let none = try #require(SnapshotID(String(repeating: "0", count: 64)))
        await #expect { try await world.store.restore(none, into: world.workspace) } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
        #expect(world.text("a") == "1")
    }
}
