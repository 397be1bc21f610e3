import Glibc
import Testing
import TuttiDocuments

@testable import TuttiWorkspaces

/// Looking into snapshots, and comparing them.
struct ReadingTests {
    @Test func whatIsNotThereIsSaid() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a/b", "text")
        let id = try await world.snapshot()
        for path in ["c", "a/c", "a/b/c", "a"] {
            await #expect { try await world.store.read(id, try EntryPath(path)) } throws: {
                WorkspaceError.isReason(.notFound)($0)
            }
        }
        await #expect { try await world.store.list(id, try EntryPath("a/b")) } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
        await #expect { try await world.store.read(id, try EntryPath("a/b"), 0..<(1 << 30)) } throws: {
            WorkspaceError.isReason(.input)($0)
        }
        #expect(try await world.store.read(id, try EntryPath("a/b"), 2..<100) == Array("xt".utf8))
        #expect(try await world.store.read(id, try EntryPath("a/b"), 50..<100).isEmpty)
    }

    @Test func changesAreFound() async throws {
        let world = try await WorkspaceWorld()
        try world.write("same/a", "1")
        try world.write("modified", "1")
        try world.write("mode", "run")
        try world.write("gone/x", "unique x")
        try world.write("old/name", "moved")
        try world.write("kind", "file")
        let old = try await world.snapshot()
        try world.write("modified", "2")
        try world.write("mode", "run", executable: true)
        for name in ["gone", "old", "kind"] { try world.remove(name) }
        try world.write("new/name", "moved")
        try world.write("added/y", "3")
        _ = unsafe symlink("same", world.path("kind"))
        let new = try await world.snapshot()
        let changes = try await world.store.diff(old, new)
        #expect(
            changes.map { "\($0.path): \($0.kind)" } == [
                "added/y: added", "gone/x: removed", "kind: modified", "mode: modeChanged", "modified: modified",
                "new/name: renamed(from: old/name)",
            ])
        #expect(try await world.store.diff(old, old).isEmpty)
        #expect(
            try await world.store.diff(new, old).map(\.kind) == [
                .removed, .added, .modified, .modeChanged, .modified,
                .renamed(from: try EntryPath("new/name")),
            ])
    }

    @Test func aFolderInThePlaceOfAFileIsBoth() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        let old = try await world.snapshot()
        try world.remove("a")
        try world.write("a/b", "2")
        let changes = try await world.store.diff(old, try await world.snapshot())
        #expect(changes.map { "\($0.path): \($0.kind)" } == ["a: removed", "a/b: added"])
    }

    @Test func textsAreComparedByLines() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "one\ntwo\nthree\n")
        try world.write("binary", "a\0b")
        try world.write("large", String(repeating: "x", count: WorkspaceStore.textBytesMax + 1))
        let old = try await world.snapshot()
        try world.write("a", "one\n2\nthree\n")
        try world.write("new", "n\n")
        let new = try await world.snapshot()
        guard case .lines(let diff) = try await world.store.textDiff(old, new, try EntryPath("a")) else {
            Issue.record("no text")
            return
        }
        #expect(diff.unifiedText() == "--- a\n+++ b\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n")
        guard case .lines(let added) = try await world.store.textDiff(old, new, try EntryPath("new")) else {
            Issue.record("no text")
            return
        }
        #expect(added.insertedCount == 1 && added.deletedCount == 0)
        #expect(try await world.store.textDiff(old, new, try EntryPath("binary")) == .binary)
        #expect(try await world.store.textDiff(old, new, try EntryPath("large")) == .tooLarge)
        await #expect { try await world.store.textDiff(old, new, try EntryPath("none")) } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
    }
}
