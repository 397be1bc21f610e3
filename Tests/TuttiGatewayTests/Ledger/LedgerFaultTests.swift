import CFaultVFS
import FaultVFS
import TestProcess
import Testing
import TuttiCore
import TuttiGateway
import TuttiGatewaySQLite

/// The nth operation on the disk fails, for every n until none is left to fail.
struct LedgerFaultTests {
    static let faults: [CFaultVFS_Fault] = [.diskFull, .writeError, .tornWrite, .syncError, .anyError]
    private static let most: UInt32 = 400

    private static let vfs: String = {
        #expect(FaultPlan.isRegistered)
        return FaultPlan.vfs
    }()

    private static let query = CallSumsQuery(
        tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(100 * 86_400), by: [.key, .model], limit: 10_000)

    /// Lines of many hours, so that each commit merges one.
    private static let lines: [CallLine] = {
        var samples = SampleLines(seed: 1)
        return (0..<8).map { samples.line(at: ledgerNoon + .seconds($0 * 5 * 3_600)) }
    }()

    @Test("leaves what was promised, and sums that are those of the lines", arguments: faults, [true, false])
    func append(fault: CFaultVFS_Fault, persistent: Bool) async throws {
        var errors = 0
        for nth in 1..<Self.most {
            let home = try TestFolder()
            let ledger = SQLiteCallLedger(home: home.path, vfs: Self.vfs)
            var promised = Array(Self.lines.prefix(2))
            try await ledger.append(promised, at: 1)
            var plan = FaultPlan(prefix: home.realPath, fault, nth: nth, persistent: persistent)
            try #require(plan != nil)
            for line in Self.lines.dropFirst(2) {
                do throws(CallLedgerError) {
                    #expect(try await ledger.append(line))
                    promised.append(line)
                } catch {
                    errors += 1
                    #expect(error.kind == .unusable)
                    #expect(error.isRetryable)
                }
            }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            // What another process finds.
            let other = SQLiteCallLedger(home: home.path)
            let found = try await other.all(CallFilter(tenant: "default", order: .oldestFirst))
            #expect(Set(promised).isSubset(of: found))
            #expect(Set(found).isSubset(of: Self.lines))
            #expect(try await other.rows(Self.query) == bruteForce(found, Self.query))
            await other.close()
            // What the same process goes on from: everybody who was refused says it again.
            for line in Self.lines { _ = try await ledger.append(line) }
            #expect(try await ledger.all(CallFilter(tenant: "default", order: .oldestFirst)) == Self.lines)
            #expect(try await ledger.rows(Self.query) == bruteForce(Self.lines, Self.query))
            await ledger.close()
            if !failed {
                #expect(errors > 0)
                return
            }
        }
        Issue.record("there was always something left to fail")
    }

    @Test("leaves a ledger that can be pruned again, whatever fails while it is pruned", arguments: faults)
    func pruning(fault: CFaultVFS_Fault) async throws {
        for nth in 1..<Self.most {
            let home = try TestFolder()
            var limits = CallLedgerLimits()
            limits.pruneMax = 2
            let ledger = SQLiteCallLedger(home: home.path, limits: limits, vfs: Self.vfs)
            try await ledger.append(Self.lines, at: 8)
            let end = Self.lines[5].time
            var plan = FaultPlan(prefix: home.realPath, fault, nth: nth, persistent: true)
            do throws(CallLedgerError) { _ = try await ledger.prune(before: end) } catch { #expect(error.isRetryable) }
            let failed = (plan?.failures ?? 0) > 0
            plan = nil
            _ = try await ledger.prune(before: end)
            let left = try await ledger.all(CallFilter(tenant: "default", order: .oldestFirst))
            #expect(left == Array(Self.lines.dropFirst(5)))
            #expect(try await ledger.rows(Self.query) == bruteForce(Self.lines, Self.query))
            await ledger.close()
            if !failed { return }
        }
        Issue.record("there was always something left to fail")
    }
}
