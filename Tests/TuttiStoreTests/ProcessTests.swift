import FoundationEssentials
import Glibc
import TestProcess
import Testing
import TuttiCore
import TuttiRuntime
import TuttiStore
import TuttiStoreSQLite

/// Several processes on one file.
@Suite(.serialized) struct ProcessTests {
    /// Every line of the log: run, step.
    private func executions(_ log: String) -> [String: Int] {
        let lines = String(decoding: contents(log), as: UTF8.self).split(separator: "\n")
        let steps = lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        return Dictionary(steps.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private func checkAllCompleted(_ home: HomeFolder, runs: Int) async throws {
        let store = try await SQLiteJournalStore.open(home)
        let all = try await store.runs(RunFilter(limit: 1000), tenant: "default")
        #expect(all.count == runs)
        #expect(all.allSatisfy { $0.status == .completed })
        for run in all {
            let events = try await store.events(of: run.id, after: 0, limit: 100)
            #expect(events.map(\.n) == Array(1...Int64(events.count)))
            #expect(events.count { $0.type == "step.completed" } == 3)
            #expect(events.count { $0.type == "run.completed" } == 1)
            #expect(try await store.steps(of: run.id).map(\.key) == ["s#1", "s#2", "s#3"])
        }
        let executors = try await store.executors()
        #expect(executors.allSatisfy { !$0.isAlive })
        let (live, started) = try await quotasUsed(store)
        #expect(live == 0 && started == Int64(runs))
        await store.close()
    }

    /// What the organisation has used of its quotas: of runs at once, and of starts since yesterday.
    private func quotasUsed(_ store: SQLiteJournalStore) async throws -> (live: Int64, started: Int64) {
        let now = SystemTimekeeper().now()
        let days = [now, now + .seconds(-86_400)].map { QuotaName.Kind.starts(day: .day(of: $0)) }
        let names = ([.live] + days).map { QuotaName(tenant: "default", holder: .organisation, kind: $0) }
        let uses = try await store.uses(of: names)
        let used = names.map { uses[$0]?.used ?? 0 }
        return (used[0], used[1] + used[2])
    }

    @Test("carries out each step once, from the first moment of the file on", arguments: [2, 3])
    func together(processes: Int) async throws {
        try await withHome { home in
            let log = home.path + "/log"
            var probes: [ProbeProcess] = []
            for _ in 0..<processes { probes.append(try ProbeProcess("engine-probe", ["start", home.path, log, "20"])) }
            for probe in probes {
                let last = await probe.line()
                #expect(last == "done")
                let code = await probe.end()
                #expect(code == 0)
            }
            let executed = executions(log)
            #expect(executed.count == processes * 20 * 3)
            #expect(executed.values.allSatisfy { $0 == 1 })
            try await checkAllCompleted(home, runs: processes * 20)
            let locks = try FileManager.default.contentsOfDirectory(atPath: home.path + "/executors")
            #expect(locks.isEmpty)
        }
    }

    @Test("has another process take over the runs of a killed one at once", arguments: ["hold", "spawn"])
    func killed(mode: String) async throws {
        try await withHome { home in
            let log = home.path + "/log"
            let victim = try ProbeProcess("engine-probe", [mode, home.path, log, "5"])
            var child: pid_t?
            var held = 0
            while held < 5, let line = await victim.line() {
                if line == "holding" { held += 1 }
                if line.hasPrefix("child ") { child = pid_t(line.dropFirst(6)) }
            }
            #expect(held == 5)
            #expect((child != nil) == (mode == "spawn"))
            victim.kill()
            let code = await victim.end()
            #expect(code == -SIGKILL)
            let store = try await SQLiteJournalStore.open(home)
            let (live, started) = try await quotasUsed(store)
            #expect(live == 5 && started == 5)
            await store.close()
            let heir = try ProbeProcess("engine-probe", ["work", home.path, log, "0"])
            let last = await heir.line()
            #expect(last == "done")
            let end = await heir.end()
            #expect(end == 0)
            if let child {
                #expect(kill(child, 0) == 0, "the child of the killed process still lives")
                #expect(kill(child, SIGKILL) == 0)
            }
            let executed = executions(log)
            #expect(executed.count == 15)
            for (step, count) in executed { #expect(count == (step.hasSuffix(" 2") ? 2 : 1)) }
            try await checkAllCompleted(home, runs: 5)
        }
    }
}
