import CFaultVFS
import FaultVFS
import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiStoreSQLite
import TuttiTesting

/// A fault of one home's disk, until it is ended.
struct DiskFault {
    /// The file layer that fails, known to SQLite from the first use on.
    static let vfs: String = {
        #expect(FaultVFS.FaultPlan.isRegistered)
        return FaultVFS.FaultPlan.vfs
    }()

    private let number: Int32

    init(_ home: HomeFolder, _ fault: CFaultVFS_Fault, nth: UInt32, persistent: Bool) throws {
        number = unsafe CFaultVFS_arm(home.databasePath, fault, nth, persistent)
        try #require(number >= 0)
    }

    var failures: UInt32 { CFaultVFS_failures(number) }
    func end() { CFaultVFS_disarm(number) }
}

/// The nth operation on the disk fails, for every n until none is left to fail.
@Suite struct DiskFaultTests {
    static let faults: [CFaultVFS_Fault] = [.diskFull, .writeError, .tornWrite, .syncError, .anyError]
    private static let most: UInt32 = 300

    private struct State: Hashable {
        var runs: [RunSummary]
        var steps: [StoredStep]
        var events: [RunEvent]
    }

    private func state(_ home: HomeFolder) async throws -> State {
        let store = try await SQLiteJournalStore.open(home)
        let state = State(
            runs: try await store.runs(RunFilter(), tenant: "default"), steps: try await store.steps(of: testRun(1)),
            events: try await store.events(of: testRun(1), after: 0, limit: 100))
        await store.close()
        return state
    }

    @Test("leaves all or nothing of a commit", arguments: faults, [true, false])
    func commit(fault: CFaultVFS_Fault, persistent: Bool) async throws {
        var nth: UInt32 = 1
        var errors = 0
        while nth < Self.most {
            let (failed, threw) = try await withHome { home in
                try await commit(home, fault, nth: nth, persistent: persistent)
            }
            errors += threw ? 1 : 0
            if !failed { break }
            nth += 1
        }
        #expect(nth > 1 && nth < Self.most)
        #expect(errors > 0)
    }

    private func commit(
        _ home: HomeFolder, _ fault: CFaultVFS_Fault, nth: UInt32, persistent: Bool
    ) async throws -> (failed: Bool, threw: Bool) {
        let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
        try await store.write(run: 1, steps: 2)
        let disk = try DiskFault(home, fault, nth: nth, persistent: persistent)
        var acknowledged = 2
        var threw = false
        for step in 2..<6 where !threw {
            do throws(StoreError) {
                try await store.write(step: step, of: 1)
                acknowledged += 1
            } catch {
                threw = true
                #expect([.diskFull, .ioFailure].contains(error.code))
            }
        }
        let failed = disk.failures > 0
        if !threw { await store.close() }  // checkpoints under the fault; what was acknowledged must survive that too
        disk.end()
        if threw {
            try await store.reopen()
            try await store.write(step: acknowledged, of: 1)
            acknowledged += 1
            await store.close()
        }
        let found = try await state(home)
        #expect(found.steps.map(\.key) == (1...acknowledged).map { "s#\($0)" })
        #expect(found.events.map(\.n) == Array(1...Int64(acknowledged + 1)))
        return (failed, threw)
    }

    @Test("leaves as it was or as it will be, when nobody writes again", arguments: faults)
    func abandoned(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let failed = try await withHome { home in
                let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
                try await store.write(run: 1, steps: 2)
                let disk = try DiskFault(home, fault, nth: nth, persistent: true)
                let result = await Result { () async throws(StoreError) in try await store.write(step: 2, of: 1) }
                let failed = disk.failures > 0
                await store.close()
                disk.end()
                let found = try await state(home)
                let keys = ["s#1", "s#2", "s#3"]
                if case .success = result {
                    #expect(found.steps.map(\.key) == keys)
                } else {
                    #expect(found.steps.map(\.key) == keys || found.steps.map(\.key) == Array(keys.dropLast()))
                }
                #expect(found.events.count == found.steps.count + 1)
                return failed
            }
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }

    @Test("leaves a home that can be opened, whatever fails while it is made", arguments: faults)
    func opening(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let failed = try await withHome { home in
                let disk = try DiskFault(home, fault, nth: nth, persistent: true)
                do throws(StoreError) {
                    let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
                    await store.close()
                } catch {
                    #expect([.diskFull, .ioFailure].contains(error.code))
                }
                let failed = disk.failures > 0
                disk.end()
                let store = try await SQLiteJournalStore.open(home)
                try await store.write(run: 1, steps: 1)
                await store.close()
                let found = try await state(home)
                #expect(found.steps.count == 1)
                return failed
            }
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }

    /// Two steps, each of which counts.
    private struct Pair: Workflow {
        func run(_ input: Int, _ ctx: Context) async throws -> Int {
            try await ctx.step("s") { input } + ctx.step("s") { input }
        }
    }

    private func options(patience: Duration) -> EngineOptions {
        var options = EngineOptions()
        options.poll = .milliseconds(2)
        options.storePatience = patience
        return options
    }

    @Test func goesOnByItselfWhenTheDiskHasSpaceAgain() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
            let patient = options(patience: .seconds(600))
            try await withEngine(on: store, [Pair()], options: patient) { engine in
                let before = try await engine.start(Pair(), 1)
                _ = try await before.output
                let disk = try DiskFault(home, .diskFull, nth: 1, persistent: true)
                async let late = try await engine.start(Pair(), 2).output
                while engine.degraded == nil { await Task.yield() }
                let error = engine.degraded
                #expect(error?.code == .diskFull)
                #expect(error?.message.contains("free some space") == true)
                let runs = try await store.runs(RunFilter(), tenant: "default")
                #expect(runs.map(\.id) == [before.id], "nothing is acknowledged")
                disk.end()
                let output = try await late
                #expect(output == 4)
                #expect(engine.degraded == nil)
            }
            await store.close()
        }
    }

    @Test("gives up after its patience", arguments: [CFaultVFS_Fault.diskFull, .writeError, .syncError])
    func givesUp(fault: CFaultVFS_Fault) async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
            try await withEngine(on: store, [Pair()], options: options(patience: .milliseconds(60))) { engine in
                let disk = try DiskFault(home, fault, nth: 1, persistent: true)
                let error = await #expect(throws: StoreError.self) { try await engine.start(Pair(), 1) }
                #expect(error?.code == (fault == .diskFull ? .diskFull : .ioFailure))
                disk.end()
                let output = try await engine.start(Pair(), 2).output
                #expect(output == 4)
            }
            await store.close()
        }
    }
}

extension Result where Failure == StoreError {
    init(_ body: () async throws(StoreError) -> Success) async {
        do throws(StoreError) { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
