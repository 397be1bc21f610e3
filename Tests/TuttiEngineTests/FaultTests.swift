import FoundationEssentials
import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@Suite struct FaultTests {
    private var options: EngineOptions {
        var options = EngineOptions()
        options.poll = .milliseconds(1)
        return options
    }

    @Test("completes every run on a store that fails one call in twenty", arguments: StoreKind.allCases, 0..<6)
    func seededFaults(kind: StoreKind, seed: Int) async throws {
        try await withStore(kind) { store in
            let plan = StoreFaultPlan.share(perThousand: 50, seed: UInt64(seed))
            let faulty = FaultyStore(store.journal, plan)
            var options = self.options
            options.batchMax = 4
            options.storePatience = .seconds(1_000_000)  // every sleep of anybody moves this clock on
            let clock = HastyClock()
            let logs = (0..<20).map { _ in ExecutionLog() }
            let ids = try await withEngine(on: faulty, [Journey(log: logs[0])], options: options, clock: clock) {
                engine in
                try await withThrowingTaskGroup(of: RunID.self) { group in
                    for log in logs {
                        group.addTask {
                            let run = try await engine.start(Journey(log: log), 1)
                            let output = try await run.output
                            #expect(output == Journey.output)
                            return run.id
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(plan.faults > 0)
            for log in logs { #expect(log.excessive.isEmpty) }
            for id in ids {
                let evidence = try await Evidence(id, in: store.journal)
                #expect(evidence.hasOneRowAKey && evidence.isNumberedWithoutGap)
                #expect(Set(evidence.keys) == Journey.keys)
                #expect(evidence.count("run.started") == 1 && evidence.count("run.completed") == 1)
                for key in Journey.succeedingSteps { #expect(evidence.count("did", key: key) == 1) }
            }
        }
    }

    @Test("goes on after a store that fails for a while, before or after each write", arguments: 1...12, [true, false])
    func nthWrite(n: Int, wasApplied: Bool) async throws {
        let store = MemoryJournalStore()
        let error = StoreError(.diskFull, "no space")
        let plan = StoreFaultPlan.nthApply(n, times: 3, wasApplied ? .after(error) : .before(error))
        let log = ExecutionLog()
        let journey = Journey(log: log)
        var options = self.options
        options.storePatience = .seconds(1_000_000)
        let id = try await withEngine(
            on: FaultyStore(store, plan), [journey], options: options, clock: HastyClock()
        ) { engine in
            let run = try await engine.start(journey, 1)
            let output = try await run.output
            #expect(output == Journey.output)
            #expect(engine.degraded == nil)
            return run.id
        }
        let evidence = try await Evidence(id, in: store)
        #expect(Set(evidence.keys) == Journey.keys && evidence.hasOneRowAKey && evidence.isNumberedWithoutGap)
        #expect(log.excessive.isEmpty)
    }

    @Test func givesUpAfterItsPatienceAndLeavesTheRunToAResume() async throws {
        let store = MemoryJournalStore()
        let plan = StoreFaultPlan.nthApply(2, times: 1_000_000, .before(StoreError(.diskFull, "no space")))
        let executed = Counter()
        let script = Script { ctx in
            let one = try await ctx.step("one") {
                executed.add("one")
                return 1
            }
            return try await ctx.step("two") { one + 1 }
        }
        try await withEngine(on: FaultyStore(store, plan), [script], options: options, clock: HastyClock()) { engine in
            let run = try await engine.start(script)
            let outcome = await run.outcome
            #expect(outcome == .store(.diskFull))
            #expect(engine.degraded?.code == .diskFull)
            #expect(executed["one"] == 1)
            let steps = try await store.steps(of: run.id)
            #expect(steps.isEmpty, "nothing was acknowledged")
            plan.disarm()
            let output = try await engine.resume(run.id, as: Int.self).output
            #expect(output == 2)
            #expect(engine.degraded == nil)
        }
    }

    @Test func finishesARunOfAQueueByItselfWhenTheStoreIsWellAgain() async throws {
        let store = MemoryJournalStore()
        let plan = StoreFaultPlan.nthApply(2, times: 1_000_000, .before(StoreError(.ioFailure, "broken")))
        var options = self.options
        options.queues = ["q"]
        let script = Script { ctx in try await ctx.step("one") { 1 } }
        try await withEngine(on: FaultyStore(store, plan), [script], options: options, clock: HastyClock()) { engine in
            let run = try await engine.start(script, 0, queue: "q")
            let outcome = await run.outcome
            #expect(outcome == .store(.ioFailure))
            plan.disarm()
            var end = await run.outcome
            while end == .store(.ioFailure) { end = await run.outcome }
            #expect(end == .output(1))
        }
    }

    @Test func failsAtOnceWhenTheErrorIsNotATransientOne() async throws {
        let plan = StoreFaultPlan.nthApply(2, .before(StoreError(.corrupt, "damaged")))
        let script = Script { ctx in try await ctx.step("one") { 1 } }
        try await withEngine(on: FaultyStore(MemoryJournalStore(), plan), [script], options: options) { engine in
            let outcome = await (try engine.start(script)).outcome
            #expect(outcome == .store(.corrupt))
        }
    }

    @Test("a branch that is cancelled while the store is busy ends as cancelled, and the run as it would have")
    func cancelledWhileBusy() async throws {
        let store = BusyInboxStore(MemoryJournalStore())
        let script = Script { ctx in
            try await ctx.all("all", [0, 1], key: { "\($0)" }) { item, ctx in
                if item == 0 { return try await ctx.signal("never", as: Int.self) }
                return try await ctx.step("fail", StepOptions(retry: .never)) {
                    await store.asked.wait()
                    throw Trouble(isRetryable: false)
                }
            }.count
        }
        try await withEngine(on: store, [script]) { engine in
            let run = try await engine.start(script)
            #expect(await run.outcome == .run(.failed, cause: "trouble"))
        }
    }

    @Test func shutsDownWhileTheStoreFails() async throws {
        let store = MemoryJournalStore()
        let plan = StoreFaultPlan.nthApply(2, times: 1_000_000, .before(StoreError(.diskFull, "no space")))
        let script = Script { ctx in try await ctx.step("one") { 1 } }
        let engine = try await Engine.open(
            store: FaultyStore(store, plan), workflows: [script], options: options, clock: HastyClock())
        let running = Task { await engine.run() }
        let run = try await engine.start(script)
        async let outcome = run.outcome
        while engine.degraded == nil { await Task.yield() }
        engine.shutDown()
        await running.value
        let ended = await outcome
        #expect(ended == .store(.diskFull))
        let summary = try await Evidence(run.id, in: store).record.summary
        #expect(summary.reason == "interrupted")
    }
}

@Suite struct ScheduleTests {
    /// Yields a random number of times, so that each seed has its own schedule.
    private struct Restless: Workflow {
        let random: LockedGenerator

        private func rest() async {
            for _ in 0..<random.draw({ Int.random(in: 0...3, using: &$0) }) { await Task.yield() }
        }

        func run(_ input: Int, _ ctx: Context) async throws -> [String] {
            var found: [String] = []
            for round in 1...3 {
                await rest()
                async let title = ctx.step("title \(round)") {
                    await rest()
                    return "t\(round)"
                }
                let reviews = try await ctx.all("critics", ["a", "b", "c"], key: \.self) { critic, ctx in
                    await rest()
                    let id = try await ctx.random(in: 0...9)
                    await rest()
                    async let extra = ctx.branch("extra") { ctx in
                        await rest()
                        return try await ctx.step("look", id) { "\($0 == id)" }
                    }
                    async let other = ctx.step("other") { "o" }
                    await rest()
                    return try await critic + extra + other
                }
                found += reviews + [try await title]
            }
            return found
        }
    }

    @Test func asksForTheSameKeysWhateverTheSchedule() async throws {
        let seeds = UInt64(0)..<1000
        let store = MemoryJournalStore()
        let workflow = Restless(random: LockedGenerator(SeededGenerator(seed: 0)))
        let found = try await withEngine(on: store, [workflow]) { engine in
            try await withThrowingTaskGroup(of: (keys: Set<String>, output: [String]).self) { group in
                for seed in seeds {
                    group.addTask {
                        let seeded = Restless(random: LockedGenerator(SeededGenerator(seed: seed)))
                        let run = try await engine.start(seeded, 0)
                        let output = try await run.output
                        return (Set(try await store.steps(of: run.id).map(\.key)), output)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(found.count == seeds.count)
        #expect(Set(found.map(\.keys)).count == 1)
        #expect(Set(found.map(\.output)).count == 1)
        #expect(found.first?.keys.count == 42)
    }

    @Test("starts no closure before the values of its run are durable", arguments: StoreKind.allCases)
    func durableValues(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let script = Script { ctx in
                let seen = Seen()
                let early = try await ctx.all("x", Array(0..<24), key: { "\($0)" }) { item, ctx in
                    var missing = 0
                    for round in 0..<4 {
                        _ = try await ctx.uuid()
                        seen.add("x#1/\(item)/uuid#\(round + 1)")
                        // What any task of the run has seen before this call must be on disk inside of the closure.
                        let before = seen.all
                        missing += try await ctx.step("s") {
                            let durable = Set(try await store.journal.steps(of: ctx.runID).map(\.key))
                            return before.subtracting(durable).count
                        }
                    }
                    return missing
                }
                return early.reduce(0, +)
            }
            try await withEngine(on: store.journal, [script]) { engine in
                for _ in 0..<5 {
                    let missing = try await engine.start(script).output
                    #expect(missing == 0)
                }
            }
        }
    }
}

private final class Seen: Sendable {
    private let keys = Mutex<Set<String>>([])
    var all: Set<String> { keys.withLock { $0 } }
    func add(_ key: String) { _ = keys.withLock { $0.insert(key) } }
}
