import FaultVFS
import Glibc
import TestProcess
import Testing
import TuttiAccess
import TuttiCore
import TuttiRuntime
import TuttiStore

@testable import TuttiAccessSQLite

/// Several who write to one file, and those who are killed while they do.
@Suite(.serialized) struct AuditProcessTests {
    @Test func fourProcessesMakeOneChain() async throws {
        let home = try TestFolder()
        var probes: [ProbeProcess] = []
        for number in 0..<4 { probes.append(try ProbeProcess("audit-probe", [home.path, "p\(number)", "50"])) }
        var heads: [AuditHead] = []
        for probe in probes {
            while let line = await probe.line() { if let head = AuditHead(line) { heads.append(head) } }
            let code = await probe.end()
            #expect(code == 0)
        }
        let store = SQLiteAccessStore(home: home.path)
        let entries = try await store.entries(AuditFilter(order: .oldestFirst, limit: 1000))
        #expect(entries.map(\.n) == Array(1...200))
        #expect(heads.sorted { $0.n < $1.n } == entries.map(\.head))
        for number in 0..<4 { #expect(entries.count { $0.draft.actor.id == "p\(number)" } == 50) }
        #expect(place(try await store.verify()) == nil)
        await store.close()
    }

    @Test func whatWasPromisedIsThereAfterAKill() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        var promised: [AuditHead] = []
        for round in 1...25 {
            let probe = try ProbeProcess("audit-probe", [home.path, "r\(round)", "1000000"])
            for _ in 0..<round {
                if let head = (await probe.line()).flatMap({ AuditHead($0) }) { promised.append(head) }
            }
            probe.kill()
            while let line = await probe.line() { if let head = AuditHead(line) { promised.append(head) } }
            let code = await probe.end()
            #expect(code == -SIGKILL)
            #expect(place(try await store.verify(expecting: promised.last)) == nil)
        }
        let lines = try await exported(store)
        let found = lines.dropFirst().compactMap { AuditEntry(line: $0)?.head }
        #expect(Set(promised).isSubset(of: found))
        #expect(promised.count >= 25 * 26 / 2)
        await store.close()
    }

    @Test func eightConnectionsMakeOneChain() async throws {
        let home = try TestFolder()
        let stores = (0..<8).map { _ in SQLiteAccessStore(home: home.path) }
        let entries = try await withThrowingTaskGroup { group in
            for (number, store) in stores.enumerated() {
                for call in 0..<20 {
                    group.addTask {
                        try await store.append([auditDraft(number), auditDraft(number * 100 + call)])
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(entries.map(\.n).sorted() == Array(1...320))
        for store in stores {
            #expect(try await store.head().n == 320)
            #expect(place(try await store.verify()) == nil)
            await store.close()
        }
    }

    /// While the thread is held up, all who come wait for the same commit.
    @Test func oneCommitIsForAllWhoWait() async throws {
        let (home, callers) = (try TestFolder(), 60)
        #expect(FaultPlan.isRegistered)
        let store = SQLiteAccessStore(home: home.path, vfs: FaultPlan.vfs)
        try await store.append(auditDraft(0))
        let gate = Semaphore()
        let plan = try #require(FaultPlan(counting: home.realPath))
        try await withThrowingTaskGroup { group in
            group.addTask { try await store.using { _ throws(StoreError) in gate.wait() } }
            for number in 1...callers { group.addTask { try await store.append(auditDraft(number)) } }
            while store.audit.count < callers { await Task.yield() }
            gate.signal()
            try await group.waitForAll()
        }
        #expect(try await store.head().n == Int64(callers) + 1)
        #expect(plan.operations > 0 && plan.operations < callers, "a commit for each would write thrice as often")
        await store.close()
    }

    @Test func aCommitTakesNoMoreThanItsBound() {
        let queue = AuditQueue()
        for size in [3, 2, 1, 9, 1] { queue.add(AuditQueue.Ticket(Array(repeating: auditDraft(1), count: size))) }
        #expect(queue.take(draftsMax: 5).map(\.drafts.count) == [3, 2])
        #expect(queue.take(draftsMax: 5).map(\.drafts.count) == [1])
        #expect(queue.take(draftsMax: 5).map(\.drafts.count) == [9], "one at least")
        #expect(queue.take(draftsMax: 5).map(\.drafts.count) == [1])
        #expect(queue.take(draftsMax: 5).isEmpty)
    }

    /// Everybody gets the entries of the own drafts, and a call in vain takes no other with it.
    @Test func thoseWhoComeAtOnceShareACommit() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        _ = try await store.head()
        try await withThrowingTaskGroup { group in
            for number in 0..<300 {
                group.addTask {
                    if number % 10 == 0 {
                        var bad = auditDraft(number)
                        bad.action = AuditAction(text: "")
                        await #expect(throws: AuditError.self) { try await store.append(bad) }
                    } else {
                        let drafts = Array(repeating: auditDraft(number), count: number % 4 + 1)
                        let entries = try await store.append(drafts)
                        #expect(entries.map(\.draft) == drafts)
                    }
                }
            }
            try await group.waitForAll()
        }
        let count = (0..<300).filter { $0 % 10 != 0 }.reduce(0) { $0 + $1 % 4 + 1 }
        #expect(try await store.head().n == Int64(count))
        #expect(place(try await store.verify()) == nil)
        await store.close()
    }
}
