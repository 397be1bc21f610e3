import FaultVFS
import Glibc
import TestProcess
import Testing
import TuttiCore
import TuttiGateway
import TuttiRuntime
import TuttiStore

@testable import TuttiGatewaySQLite

/// Several who write to one file, and those who are killed while they do.
@Suite(.serialized) struct LedgerProcessTests {
    private static let query = CallSumsQuery(
        tenant: "default", from: Timestamp(milliseconds: 1_789_000_000_000),
        to: Timestamp(milliseconds: 1_799_000_000_000), by: [.key, .model], limit: 10_000)

    private func check(_ ledger: SQLiteCallLedger, promised: [String: Int64]) async throws {
        let found = try await ledger.all(CallFilter(tenant: "default"))
        let costs = Dictionary(uniqueKeysWithValues: found.map { ($0.id.text, $0.cost.microdollars) })
        #expect(promised.allSatisfy { costs[$0.key] == $0.value })
        for by in [[.key, .model], [.day], [.model, .day], [.outcome]] as [[CallDimension]] {
            var query = Self.query
            query.by = by
            #expect(try await ledger.rows(query) == bruteForce(found, query))
        }
    }

    /// The id and the cost that a probe has said.
    private func promise(_ line: String?) -> (String, Int64)? {
        guard let words = line?.split(separator: " "), words.count == 2 else { return nil }
        return Int64(words[1]).map { (String(words[0]), $0) }
    }

    @Test func whatWasPromisedIsThereAfterAKill() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        var promised: [String: Int64] = [:]
        for round in 1...25 {
            let probe = try ProbeProcess("call-probe", [home.path, "\(round)", "1000000", round % 2 == 0 ? "16" : "1"])
            // With one caller a kill follows each of the first commits, in the midst of the next.
            for _ in 0..<round {
                if let (id, cost) = promise(await probe.line()) { promised[id] = cost }
            }
            probe.kill()
            while let line = await probe.line() {
                if let (id, cost) = promise(line) { promised[id] = cost }
            }
            let code = await probe.end()
            #expect(code == -SIGKILL)
            try await check(ledger, promised: promised)
        }
        #expect(promised.count >= 25 * 26 / 2)
        await ledger.close()
    }

    @Test func fourProcessesMakeOneLedger() async throws {
        let home = try TestFolder()
        var probes: [ProbeProcess] = []
        for number in 0..<4 { probes.append(try ProbeProcess("call-probe", [home.path, "\(number)", "150", "8"])) }
        var promised: [String: Int64] = [:]
        for probe in probes {
            while let line = await probe.line() {
                if let (id, cost) = promise(line) { promised[id] = cost }
            }
            let code = await probe.end()
            #expect(code == 0)
        }
        #expect(promised.count == 600)
        let ledger = SQLiteCallLedger(home: home.path)
        try await check(ledger, promised: promised)
        #expect(try await ledger.sums(Self.query).total.calls == 600)
        await ledger.close()
    }

    @Test func thoseWhoComeAtOnceShareACommit() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        var samples = SampleLines(seed: 1)
        let lines = (0..<64 * 20).map { _ in samples.line(within: 1) }
        try await withThrowingTaskGroup { group in
            for task in 0..<64 {
                group.addTask { for line in lines[task * 20..<task * 20 + 20] { _ = try await ledger.append(line) } }
            }
            try await group.waitForAll()
        }
        #expect(try await ledger.all(CallFilter(tenant: "default")).count == lines.count)
        let commits = await ledger.commits
        #expect(commits < lines.count / 8, "\(commits) commits")
        await ledger.close()
    }

    /// While the thread is held up, all who come wait for the same commit.
    @Test func oneCommitIsForAllWhoWait() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        var samples = SampleLines(seed: 2)
        let lines = (0..<60).map { _ in samples.line(within: 1) }
        let gate = Semaphore()
        try await withThrowingTaskGroup { group in
            group.addTask { try await ledger.using { _ throws(StoreError) in gate.wait() } }
            for line in lines { group.addTask { _ = try await ledger.append(line) } }
            while ledger.queue.count < lines.count { await Task.yield() }
            gate.signal()
            try await group.waitForAll()
        }
        #expect(await ledger.commits == 1)
        await ledger.close()
    }

    @Test func aCommitTakesNoMoreThanItsBound() async throws {
        let home = try TestFolder()
        var limits = CallLedgerLimits()
        limits.commitMax = 7
        let ledger = SQLiteCallLedger(home: home.path, limits: limits)
        var samples = SampleLines(seed: 3)
        let lines = (0..<15).map { _ in samples.line(within: 1) }
        for line in lines { ledger.queue.add(CallQueue.Ticket(line)) }
        await ledger.flush()
        #expect(await ledger.commits == 3)
        #expect(try await ledger.all(CallFilter(tenant: "default")).count == 15)
        await ledger.close()
    }

    /// A question finds the sums of one moment, whatever is committed meanwhile.
    @Test func sumsAreOfOneMoment() async throws {
        let home = try TestFolder()
        let ledger = SQLiteCallLedger(home: home.path)
        try await withThrowingTaskGroup { group in
            group.addTask {
                var samples = SampleLines(seed: 4)
                for number in 0..<300 {
                    var line = samples.line(at: ledgerNoon + .seconds(number * 1_800))
                    line.cost = USD(microdollars: 3)
                    _ = try await ledger.append(line)
                }
            }
            group.addTask {
                var last: Int64 = 0
                while last < 300 {
                    let query = CallSumsQuery(
                        tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(30 * 86_400), by: [.key])
                    let total = try await ledger.sums(query).total
                    #expect(total.cost.microdollars == total.calls * 3)
                    #expect(total.calls >= last)
                    last = total.calls
                }
            }
            try await group.waitForAll()
        }
        await ledger.close()
    }
}
