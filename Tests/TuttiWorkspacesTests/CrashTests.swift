import FoundationEssentials
import Glibc
import TestProcess
import Testing

@testable import TuttiWorkspaces

/// Processes that use one store and are ended at any time.
struct CrashTests {
    @Test(arguments: ["snapshots", "restores"]) func whatWasGivenOutIsWholeAfterAnyDeath(mode: String) async throws {
        let folder = try TestFolder()
        let path = folder.path + "/store"
        var given: [SnapshotID] = []
        for round in 0..<15 {
            let probe = try ProbeProcess("workspace-probe", [path, "work", mode, "1000000"])
            // Some snapshots further each time, and then a moment that nobody chooses.
            for _ in 0...(round % 4) {
                guard let line = await probe.line(), let id = SnapshotID(line) else { break }
                given.append(id)
            }
            for _ in 0..<Int.random(in: 0..<2000) { sched_yield() }
            probe.kill()
            while let line = await probe.line() { if let id = SnapshotID(line) { given.append(id) } }
            #expect(await probe.end() == -SIGKILL)
        }
        let store = try await WorkspaceStore.open(path)
        #expect(given.count >= 15)
        for id in Set(given) { #expect(try await !WorkspaceWorld.contents(store, id).isEmpty) }
        let workspace = try await store.workspace(named: "work")
        let last = try #require(given.last)
        try await store.restore(last, into: workspace)
        #expect(try await store.snapshot(of: workspace).id == last)
        let report = try await store.collect(keeping: Set(given))
        #expect(report.removedObjects == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/incoming").isEmpty)
        for id in Set(given) { #expect(try await !WorkspaceWorld.contents(store, id).isEmpty) }
    }

    /// Two processes make snapshots, restore them and have them swept under their feet, but for their grace.
    @Test func collectionsBesideOthersLoseNothing() async throws {
        let folder = try TestFolder()
        let path = folder.path + "/store"
        let store = try await WorkspaceStore.open(path)
        let probes = [
            try ProbeProcess("workspace-probe", [path, "one", "snapshots", "60"]),
            try ProbeProcess("workspace-probe", [path, "two", "restores", "60"]),
        ]
        let collecting = Task {
            var count = 0
            while !Task.isCancelled {
                _ = try await store.collect(keeping: [], grace: .seconds(600))
                count += 1
            }
            return count
        }
        var given: Set<SnapshotID> = []
        for probe in probes {
            while let line = await probe.line() { given.insert(try #require(SnapshotID(line))) }
            #expect(await probe.end() == 0)
        }
        collecting.cancel()
        _ = await collecting.result
        for id in given { #expect(try await !WorkspaceWorld.contents(store, id).isEmpty) }
    }
}
