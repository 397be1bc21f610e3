import Glibc
import TestProcess
import Testing

@testable import TuttiWorkspaces

/// Which objects go, and which stay.
struct CollectionTests {
    @Test func onlyWhatIsNeitherKeptNorRecentGoes() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        try world.write("b", "shared")
        let first = try await world.snapshot()
        try world.write("a", "2")
        let second = try await world.snapshot()
        try world.age(by: .seconds(100))
        try world.write("a", "3")
        let third = try await world.snapshot()

        let report = try await world.store.collect(keeping: [first], grace: .seconds(50))
        #expect(report.removedObjects == 2)  // the file and the folder that only the second has
        #expect(report.keptObjects == 5 && report.removedBytes > 0)
        #expect(try await world.text(first, "a") == "1")
        #expect(try await world.text(third, "b") == "shared")
        await #expect { try await world.store.list(second) } throws: { WorkspaceError.isReason(.notFound)($0) }

        try world.age(by: .seconds(100))
        _ = try await world.store.collect(keeping: [], grace: .seconds(50))
        #expect(world.names("recent").isEmpty)
        await #expect { try await world.store.list(first) } throws: { WorkspaceError.isReason(.notFound)($0) }
        // All of it is found to be gone, in spite of the index, and written again.
        #expect(try await world.snapshot() == third)
        #expect(try await world.contents(third) == ["a": "3", "b": "shared"])
    }

    /// Old objects that no snapshot that is kept needs, used again a moment before.
    @Test func aNewSnapshotOfOldObjectsIsKeptForItsGrace() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a/b", "1")
        let id = try await world.snapshot()
        try world.age(by: .seconds(1000))
        #expect(try await world.store.snapshot(of: world.workspace).newObjects == 0)
        let report = try await world.store.collect(keeping: [], grace: .seconds(100))
        #expect(report.removedObjects == 0)
        #expect(try await world.text(id, "a/b") == "1")
    }

    @Test func whatCannotBeReadStopsIt() async throws {
        let world = try await WorkspaceWorld()
        try world.write("a", "1")
        let id = try await world.snapshot()
        try world.age(by: .seconds(100))
        let none = try #require(SnapshotID(String(repeating: "0", count: 64)))
        await #expect { try await world.store.collect(keeping: [none], grace: .zero) } throws: {
            WorkspaceError.isReason(.notFound)($0)
        }
        #expect(try await world.text(id, "a") == "1")
    }

    @Test func whoHasTheStoreIsWaitedForAndNotForEver() async throws {
        let world = try await WorkspaceWorld()
        let lock = unsafe open(world.folder.path + "/store/lock", O_RDWR | O_CREAT, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_SH) == 0)
        await #expect { try await world.store.collect(keeping: [], patience: .milliseconds(20)) } throws: {
            WorkspaceError.isReason(.busy)($0)
        }
        _ = try await world.snapshot()  // shares it
    }
}
