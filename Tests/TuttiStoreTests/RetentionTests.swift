import CFaultVFS
import FaultVFS
import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiStoreSQLite

/// What a pruning does to the file, beside others, and when it is cut off.
@Suite struct RetentionTests {
    private let all = RetentionPolicy(endedBefore: Timestamp(milliseconds: 1_000_000))

    /// Writes ended runs, each with three steps of which the last one's result is a large payload of its own.
    private func fill(_ store: SQLiteJournalStore, runs: ClosedRange<Int>) async throws {
        let at = Timestamp(milliseconds: 1)
        for numbers in stride(from: runs.lowerBound, through: runs.upperBound, by: 100) {
            var commands: [JournalCommand] = []
            for n in numbers...min(numbers + 99, runs.upperBound) {
                let owner = Owner(run: testRun(n), executor: testExecutor, fence: 1)
                commands.append(
                    .start(
                        StartCommand(
                            id: owner.run, tenant: "default", workflow: "w", input: Payload(Data("{}".utf8)),
                            inputHash: "h", executor: testExecutor, at: at)))
                let rows = (1...3).map { step in
                    StepRow(
                        key: "s#\(step)", kind: .step, attempt: 1,
                        result: .completed(Payload(Data(String(repeating: "\(n) ", count: step == 3 ? 5000 : 9).utf8))),
                        started: at, ended: at)
                }
                commands.append(
                    .record(
                        RecordCommand(owner: owner, rows: rows, events: [.stepCompleted("s#3", attempt: 1)], at: at)))
                commands.append(
                    .end(
                        EndCommand(
                            owner: owner, rows: [], result: .completed(Payload(Data("1".utf8))), event: .runCompleted,
                            at: at)))
            }
            _ = try await store.apply(commands)
        }
    }

    private struct Left: Hashable {
        var runs, steps, events, blobs, pruning: Int
    }

    private func left(_ home: HomeFolder) throws -> Left {
        let connection = try SQLConnection(path: home.databasePath, access: .readWrite)
        func count(_ table: String) throws -> Int {
            try Int(connection.number("select count(*) from \(table)") ?? -1)
        }
        #expect(try connection.query("pragma integrity_check") { row in row.text(0) } == ["ok"])
        return try Left(
            runs: count("run"), steps: count("step"), events: count("event"), blobs: count("blob"),
            pruning: count("pruning"))
    }

    @Test func theFileShrinks() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home)
            try await fill(store, runs: 1...300)
            await store.close()
            let before = contents(home.databasePath).count
            let again = try await SQLiteJournalStore.open(home)
            let report = try await again.prune(all) { _ in true }
            await again.close()
            #expect(report.runs == 300 && report.steps == 900 && report.events == 900 && report.blobs == 300)
            #expect(report.fileSizeBefore == before && report.fileSizeAfter < before / 10)
            #expect(!report.isShrinkingPostponed)
            #expect(contents(home.databasePath).count == report.fileSizeAfter)
            #expect(try left(home) == Left(runs: 0, steps: 0, events: 0, blobs: 0, pruning: 0))
        }
    }

    @Test func theFileKeepsItsSizeWhileOthersWorkWithIt() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home)
            try await fill(store, runs: 1...100)
            let executor = ExecutorID(trusted: "exe_00000000000000000000000001")
            try await store.openExecutor(executor, process: 1, at: Timestamp(milliseconds: 1))
            let busy = try await store.prune(all) { _ in true }
            #expect(busy.runs == 100 && busy.isShrinkingPostponed)
            try await store.closeExecutor(executor)
            let quiet = try await store.prune(all) { _ in true }
            #expect(quiet.runs == 0 && !quiet.isShrinkingPostponed)
            #expect(quiet.fileSizeAfter < busy.fileSizeAfter)
            await store.close()
        }
    }

    /// Whatever fails: whole runs are left and no half ones, and the next pruning finishes.
    @Test("is cut off anywhere and finished later", arguments: [CFaultVFS_Fault.diskFull, .syncError, .tornWrite])
    func cutOff(fault: CFaultVFS_Fault) async throws {
        var nth: UInt32 = 1
        var cut = 0
        while nth < 400 {
            let failed = try await withHome { home in
                let store = try await SQLiteJournalStore.open(home, vfs: DiskFault.vfs)
                try await fill(store, runs: 1...12)
                try await store.write(run: 13, steps: 1)
                let kept = Mutex<Set<RunID>>(Set((1...12).map(testRun)))
                let disk = try DiskFault(home, fault, nth: nth, persistent: true)
                let result = await Result { () async throws(StoreError) in
                    try await store.prune(all) { run in
                        kept.withLock { _ = $0.remove(run) }
                        return true
                    }
                }
                let failed = disk.failures > 0
                await store.close()
                disk.end()
                if case .failure = result { cut += 1 }
                let again = try await SQLiteJournalStore.open(home)
                for n in 1...12 where try await again.run(testRun(n), tenant: "default") != nil {
                    #expect(try await again.steps(of: testRun(n)).count == 3, "no half run is to be seen")
                    #expect(kept.withLock { $0.contains(testRun(n)) }, "nothing of a run that is there was discarded")
                }
                _ = try await again.prune(all) { run in
                    kept.withLock { _ = $0.remove(run) }
                    return true
                }
                await again.close()
                #expect(try left(home) == Left(runs: 1, steps: 1, events: 2, blobs: 0, pruning: 0))
                #expect(kept.withLock { $0.isEmpty }, "everything beside the store was discarded")
                return failed
            }
            if !failed { break }
            nth += nth < 40 ? 1 : 7
        }
        #expect(nth > 1 && nth < 400 && cut > 0)
    }

    /// A process that dies leaves no more than the file; the rest of the names is in it.
    @Test func aDeathBetweenRowsAndFilesForgetsNoFile() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home)
            try await fill(store, runs: 1...3)
            let first = try await store.prune(all) { $0 == testRun(2) }
            #expect(first.runs == 3 && Set(first.leftBehind) == [testRun(1), testRun(3)])
            #expect(try left(home).pruning == 2 && left(home).steps == 0)
            let asked = Mutex<Set<RunID>>([])
            let second = try await store.prune(all) { run in asked.withLock { $0.insert(run).inserted } }
            #expect(second.runs == 0 && asked.withLock { $0 } == [testRun(1), testRun(3)])
            await store.close()
        }
    }

    /// Each step stores a payload that other runs store as well, so that blobs come and go under those who name them.
    private struct Busy: Workflow {
        static let name = "busy"
        func run(_ input: Int, _ ctx: Context) async throws -> Int {
            var sum = 0
            for step in 0..<6 {
                sum += try await ctx.step("s", step) { step in
                    String(repeating: "\((input + step) % 5) ", count: 6000)
                }.count
            }
            return sum
        }
    }

    @Test func nothingOfALiveRunIsRemovedWhileItWorks() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home)
            try await withEngine(on: store, [Busy()]) { engine in
                let flag = Flag()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let everything = RetentionPolicy(keepNewest: 0)
                        while !flag.isUp { _ = try await store.prune(everything) { _ in true } }
                    }
                    for n in 1...40 {
                        let run = try await engine.start(Busy(), n)
                        // The output may be gone with its run; an error of the run's own would be a loss.
                        do {
                            #expect(try await run.output == 72_000)
                        } catch let error as RunError {
                            #expect(error.reason == .notFound)
                        }
                    }
                    flag.raise()
                    try await group.waitForAll()
                }
                let last = try await engine.start(Busy(), 1)
                #expect(try await last.output == 72_000)
                let rows = try await store.steps(of: last.id)
                for row in rows {
                    guard case .completed(let payload) = row.result else { continue }
                    #expect(try await store.bytes(of: payload).count == 12_002)
                }
                #expect(rows.count == 6)
            }
            await store.close()
        }
    }

    @Test func tenThousandRunsGoInBoundedMemory() async throws {
        try await withHome { home in
            let store = try await SQLiteJournalStore.open(home)
            try await fill(store, runs: 1...10_000)
            let before = Memory.resident
            let report = try await store.prune(RetentionPolicy(keepNewest: 100)) { _ in true }
            let grown = Memory.resident - before
            await store.close()
            #expect(report.runs == 9900 && report.blobs == 9900)
            #expect(grown < 48 << 20, "grew by \(grown) bytes")
            #expect(try left(home) == Left(runs: 100, steps: 300, events: 300, blobs: 100, pruning: 0))
        }
    }

    // MARK: What later migrations must not forget

    private func columns(_ home: HomeFolder) throws -> [(table: String, column: String)] {
        let connection = try SQLConnection(path: home.databasePath, access: .readOnly)
        return try connection.query(
            """
            select t.name, c.name from sqlite_schema as t, pragma_table_info(t.name) as c
            where t.type = 'table' and t.name not like 'sqlite_%'
            """
        ) { row in (row.text(0), row.text(1)) }
    }

    @Test func everyTableWithRowsOfARunIsEmptiedWithIt() async throws {
        try await withHome { home in
            try await SQLiteJournalStore.open(home).close()
            // A task, its holds and its streams end with their run; `pruning` is the list itself.
            let known = Set(RetentionTables.tablesOfRuns.map(\.name)).union(["task", "hold", "chunk", "pruning"])
            let tables = try columns(home).filter { $0.column == "run" }.map(\.table)
            #expect(Set(tables) == known)
        }
    }

    @Test func everyColumnThatNamesABlobIsLookedAt() async throws {
        try await withHome { home in
            try await SQLiteJournalStore.open(home).close()
            let found = try columns(home).filter { $0.column.hasSuffix("blob") }.map { "\($0.table).\($0.column)" }
            #expect(Set(found) == Set(RetentionTables.namesOfBlobs.map { "\($0.0).\($0.1)" }))
        }
    }
}

/// Goes up once.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isUp: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

/// What the kernel tells of this process.
private enum Memory {
    /// Bytes in memory.
    static var resident: Int {
        let text = String(decoding: contents("/proc/self/statm"), as: UTF8.self)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}
