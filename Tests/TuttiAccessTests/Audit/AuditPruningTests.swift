import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

/// What goes, what stays, and what is told of it.
struct AuditPruningTests {
    private let owner = AuditActor(id: "usr_o", name: "Olga", credential: .machine)
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func prune(
        _ log: any AuditLog, before: Int64 = 1_790_000_000_000, _ exported: AuditSpan
    ) async throws(AuditError) -> AuditPruning {
        try await log.prune(
            before: Timestamp(milliseconds: before), exported: exported, by: owner, tenant: "default", at: now)
    }

    private func exportedSpan(
        _ log: any AuditLog, from first: Int64? = nil, through last: Int64? = nil
    ) async throws -> AuditSpan {
        let report = try AuditFile.verify(try await exported(log, from: first, through: last))
        guard case .whole(let span) = report.verification else { throw report.verificationFailure }
        return span
    }

    @Test(arguments: [true, false])
    func removesWhatIsExportedAndGoesOnFromThere(isInMemory: Bool) async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        let log: any AuditLog = isInMemory ? MemoryAuditLog() : store
        for number in 1...5 { try await log.append(auditDraft(number)) }
        let span = try await exportedSpan(log)
        try await log.append(auditDraft(6))
        let pruning = try await prune(log, span)
        #expect(pruning == AuditPruning(removed: 5, anchor: span.head))
        let left = try await log.entries(AuditFilter(order: .oldestFirst))
        #expect(left.map(\.n) == [6, 7, 8])
        #expect(left.map(\.draft.action) == [.secretWritten, .auditPruned, .auditPruned])
        #expect(left.map(\.draft.outcome) == [.done, .begun, .done])
        #expect(left[1].draft.details == ["n": "5", "hash": span.head.hash])
        #expect(left[1].draft.actor == owner)
        #expect(left[0].previous == span.head.hash)
        let head = try await log.head()
        #expect(try await log.verify(expecting: head) == .whole(AuditSpan(start: span.head, head: head)))
        #expect(try await log.size().entries == 3)
        #expect(try await prune(log, span) == AuditPruning(removed: 0, anchor: span.head), "nothing is left to do")
        #expect(try await log.head() == head)
        let gone = await #expect(throws: AuditError.self) { try await log.verify(from: 5) }
        #expect(gone?.message.contains("pruned") == true)
        let second = try await exportedSpan(log)
        #expect(second.start == span.head)
        #expect(try await prune(log, second).anchor.n == 6, "entries of the pruning itself are too young")
        let third = try await exportedSpan(log)
        #expect(try await prune(log, before: now.milliseconds + 1, third).anchor == third.head)
        #expect(place(try await log.verify()) == nil)
        await store.close()
    }

    @Test func staysWhatIsYoungAndWhatFollowsOnIt() async throws {
        let log = MemoryAuditLog()
        for time: Int64 in [10, 20, 40, 15, 50] { try await log.append(auditDraft(1, at: time)) }
        let span = try await exportedSpan(log)
        #expect(try await prune(log, before: 10, span).removed == 0)
        #expect(try await log.head().n == 5, "what removes nothing tells nothing")
        #expect(try await prune(log, before: 40, span).removed == 2)
        #expect(try await log.entries(AuditFilter(order: .oldestFirst)).map(\.n) == [3, 4, 5, 6, 7])
    }

    @Test func staysWhatStandsInNoFileOfThisLog() async throws {
        let (log, other) = (MemoryAuditLog(), MemoryAuditLog())
        for number in 1...6 {
            try await log.append(auditDraft(number))
            try await other.append(auditDraft(number + 1))
        }
        let later = try await exportedSpan(log, from: 3)
        let gap = await #expect(throws: AuditError.self) { try await prune(log, later) }
        #expect(gap?.kind == .notExported)
        #expect(gap?.message.contains("entry 3") == true)
        let foreign = try await exportedSpan(other)
        let error = await #expect(throws: AuditError.self) { try await prune(log, foreign) }
        #expect(error?.kind == .notExported)
        let longer = AuditSpan(start: .start, head: AuditHead(n: 9, hash: foreign.head.hash))
        let behind = await #expect(throws: AuditError.self) { try await prune(log, longer) }
        #expect(behind?.kind == .notExported)
        #expect(await log.all.count == 6)
        #expect(try await prune(log, exportedSpan(log, through: 2)).removed == 2)
        #expect(try await prune(log, later).removed == 4)
    }

    @Test func goesInSteps() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        for _ in 0..<10 { _ = try await store.append(Array(repeating: auditDraft(1), count: AuditLimits.appendMax)) }
        let span = try await exportedSpan(store)
        #expect(try await store.removeEntries(upTo: 9999).n == Int64(AuditLimits.pruneStep))
        // As if the process had ended here, before any entry told of it.
        #expect(place(try await store.verify()) == AuditBreak(.unexplainedStart, at: 1000))
        #expect(try await prune(store, span).removed == 1560)
        #expect(place(try await store.verify()) == nil)
        #expect(try await store.head().n == 2562)
        await store.close()
    }

    @Test func theFileItselfRefusesWhatNobodyMayDo() async throws {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path)
        try await store.fill(3)
        let hash = try await store.head().hash
        let columns =
            "time, tenant, actor, name, credential_kind, credential, address, action, target_kind, target, "
            + "outcome, request, details"
        for script in [
            "update audit set name = 'Eve' where n = 2", "delete from audit where n = 2", "delete from audit",
            "insert or replace into audit select * from audit where n = 2",
            "insert into audit select 5, \(columns), hash, hash from audit where n = 3",
            "insert into audit select 4, \(columns), previous, hash from audit where n = 3",
            "update audit_anchor set n = 9", "update audit_anchor set n = 3, hash = 'x'", "delete from audit_anchor",
            "insert into audit_anchor values(2, 0, '')", "insert or replace into audit_anchor values(1, 0, '')",
            "update audit_anchor set n = 0",
        ] {
            #expect(throws: TamperFailure.self, "\(script)") { try tamper(home, script, dropsTriggers: false) }
        }
        #expect(place(try await store.verify(expecting: AuditHead(n: 3, hash: hash))) == nil)
        await store.close()
    }
}

extension AuditFile.Report {
    struct Failure: Error {
        let verification: AuditVerification
    }

    var verificationFailure: Failure { Failure(verification: verification) }
}
