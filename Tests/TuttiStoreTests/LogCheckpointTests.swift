import CFaultVFS
import FoundationEssentials
import Testing
import TuttiStore

@testable import TuttiStoreSQLite

/// The write-ahead log is written back beside the writer.
@Suite struct LogCheckpointTests {
    private static let padding = 400_000  // about a hundred pages, so that ten steps ask for a checkpoint

    @Test("keeps the log short while steps go on to be written, and removes it at the end")
    func bounded() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home)
            try await store.write(run: 1, steps: 0)
            var written = 0
            var longest = 0
            for step in 0..<150 {
                try await store.write(step: step, of: 1, padding: Self.padding)
                written += Self.padding
                longest = max(longest, size(home.databasePath + "-wal"))
            }
            #expect(longest < written / 2, "\(longest) of \(written) bytes")
            #expect(size(home.databasePath) > written / 2)  // written back before the end
            await store.close()
            #expect(size(home.databasePath + "-wal") == 0)
            try await expectSteps(150, in: home)
        }
    }

    @Test(
        "loses nothing that was acknowledged when the disk fails in the middle of it",
        arguments: [CFaultVFS_Fault.writeError, .syncError, .anyError, .diskFull])
    func faults(fault: CFaultVFS_Fault) async throws {
        var failed = 0
        // Ten steps make some 1,000 writes, and the checkpoint as many again.
        let places =
            fault == .syncError ? stride(from: UInt32(1), to: 22, by: 3) : stride(from: UInt32(700), to: 2_700, by: 271)
        for nth in places {
            failed += try await withHome { home in
                let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
                try await store.write(run: 1, steps: 0)
                let disk = try DiskFault(home, fault, nth: nth, persistent: false)
                for step in 0..<16 { try await persistently(write: step, to: store) }
                let hasFailed = disk.failures > 0
                disk.end()
                await store.close()
                try await expectSteps(16, in: home)
                return hasFailed ? 1 : 0
            }
        }
        #expect(failed > 0)
    }

    /// Writes a step as the engine does: again on a fresh connection when the disk has failed.
    private func persistently(write step: Int, to store: SQLiteJournalStore) async throws {
        do {
            try await store.write(step: step, of: 1, padding: Self.padding)
        } catch {
            try await store.reopen()
            try await store.write(step: step, of: 1, padding: Self.padding)
        }
    }

    private func expectSteps(_ count: Int, in home: HomeFolder) async throws {
        let store = try await SQLiteJournalStore.open(home)
        let steps = try await store.steps(of: testRun(1))
        await store.close()
        #expect(steps.map(\.key) == (1...count).map { "s#\($0)" })
        let connection = try SQLConnection(path: home.databasePath, access: .readOnly)
        #expect(try connection.query("pragma integrity_check") { row in row.text(0) } == ["ok"])
    }

    private func size(_ path: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
    }
}
