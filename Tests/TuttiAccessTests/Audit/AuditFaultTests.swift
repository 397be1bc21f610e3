import CFaultVFS
import FaultVFS
import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore

/// The nth operation on the disk fails, for every n until none is left to fail.
struct AuditFaultTests {
    static let faults: [CFaultVFS_Fault] = [.diskFull, .writeError, .tornWrite, .syncError, .anyError]
    private static let most: UInt32 = 300

    private static let vfs: String = {
        #expect(FaultPlan.isRegistered)
        return FaultPlan.vfs
    }()

    @Test("leaves all or nothing of an append, and a whole chain", arguments: faults, [true, false])
    func append(fault: CFaultVFS_Fault, persistent: Bool) async throws {
        var errors = 0
        for nth in 1..<Self.most {
            let (failed, threw) = try await append(fault, nth: nth, persistent: persistent)
            errors += threw ? 1 : 0
            if !failed {
                #expect(errors > 0)
                return
            }
        }
        Issue.record("there was always something left to fail")
    }

    private func append(
        _ fault: CFaultVFS_Fault, nth: UInt32, persistent: Bool
    ) async throws -> (failed: Bool, threw: Bool) {
        let home = try TestFolder()
        let store = SQLiteAccessStore(home: home.path, vfs: Self.vfs)
        var kept = try await store.append([auditDraft(1)])
        var plan = FaultPlan(prefix: home.realPath, fault, nth: nth, persistent: persistent)
        try #require(plan != nil)
        var threw = false
        for _ in 0..<4 where !threw {
            do throws(AuditError) {
                kept += try await store.append([auditDraft(2), auditDraft(3), auditDraft(4)])
            } catch {
                threw = true
                #expect(error.kind == .unusable)
                #expect(error.isRetryable)
            }
        }
        let failed = (plan?.failures ?? 0) > 0
        if !threw { await store.close() }  // writes the log back under the fault
        plan = nil
        // What the same process finds, and goes on from.
        let found = try await store.head().n
        #expect(found == Int64(kept.count) || threw && found == Int64(kept.count) + 3)
        let last = try await store.append([auditDraft(5)])
        await store.close()
        let other = SQLiteAccessStore(home: home.path)
        #expect(
            try await other.verify(expecting: kept.last?.head) == .whole(AuditSpan(start: .start, head: last[0].head)))
        #expect(try await other.entries(AuditFilter(order: .oldestFirst)).starts(with: kept))
        await other.close()
        return (failed, threw)
    }

    @Test("leaves a whole chain when nobody writes again", arguments: faults)
    func abandoned(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let home = try TestFolder()
            let store = SQLiteAccessStore(home: home.path, vfs: Self.vfs)
            let first = try await store.append([auditDraft(1)])
            var plan = FaultPlan(prefix: home.realPath, fault, nth: nth, persistent: true)
            var kept = first
            do throws(AuditError) { kept += try await store.append([auditDraft(2), auditDraft(3)]) } catch {}
            let failed = (plan?.failures ?? 0) > 0
            await store.close()
            plan = nil
            let other = SQLiteAccessStore(home: home.path)
            let found = try await other.entries(AuditFilter(order: .oldestFirst))
            #expect(found.starts(with: kept))
            #expect(found.count == 1 || found.count == 3)
            #expect(place(try await other.verify(expecting: kept.last?.head)) == nil)
            await other.close()
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }

    @Test("leaves a log that can be pruned again, whatever fails while it is pruned", arguments: faults)
    func pruning(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let home = try TestFolder()
            let store = SQLiteAccessStore(home: home.path, vfs: Self.vfs)
            try await store.fill(5)
            let span = AuditSpan(start: .start, head: try await store.head())
            var plan = FaultPlan(prefix: home.realPath, fault, nth: nth, persistent: true)
            let later = Timestamp(milliseconds: 1_900_000_000_000)
            func prune() async throws(AuditError) -> AuditPruning {
                try await store.prune(before: later, exported: span, by: .program, tenant: "default", at: later)
            }
            do throws(AuditError) { _ = try await prune() } catch { #expect(error.isRetryable) }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            #expect(place(try await store.verify()) == nil)
            _ = try await prune()
            #expect(try await store.size().anchor == span.head)
            #expect(place(try await store.verify()) == nil)
            await store.close()
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }
}
