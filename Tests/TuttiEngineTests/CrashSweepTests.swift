import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

/// Every kind of key that the engine has, with steps that count their executions.
struct Journey: Workflow {
    let log: ExecutionLog
    /// Which process this is; a dead one counts nothing any more.
    var process = 0

    func run(_ input: Int, _ ctx: Context) async throws -> String {
        let at = try await ctx.now()
        let first = try await log.step(process, ctx, "first", input) { $0 + 1 }
        let parts = try await ctx.all("parts", ["a", "b", "c"], key: \.self) { item, ctx in
            let id = try await ctx.uuid()
            let seen = try await log.step(process, ctx, "work", id) { id in id }
            return "\(item)\(seen == id)"
        }
        let chosen = try await ctx.branch("choose") { ctx in
            let roll = try await ctx.random(in: 1...6)
            let once = try await log.step(process, ctx, "roll", roll) { $0 }
            let twice = try await log.step(process, ctx, "roll", roll) { $0 + 1 }
            return "\(once == roll && twice == roll + 1)"
        }
        let settled = try await ctx.allSettled("tries", [1, 2, 3], key: { "\($0)" }) { item, ctx in
            try await log.step(process, ctx, "try", item) { item in
                if item == 2 { throw Trouble(isRetryable: false) }
                return item * 10
            }
        }
        let tries = settled.map { result in
            switch result {
            case .success(let value): "\(value)"
            case .failure(let error): error.code
            }
        }
        let flaky = try await log.step(process, ctx, "flaky", 0) { _ in
            if StepContext.current?.attempt == 1 { throw Trouble() }
            return "steady"
        }
        let last = try await log.step(process, ctx, "last", at.milliseconds) { $0 }
        return "\(first) \(parts) \(chosen) \(tries) \(flaky) \(last == at.milliseconds)"
    }

    static let output = #"2 ["atrue", "btrue", "ctrue"] true ["10", "trouble", "30"] steady true"#
    static let keys: Set<String> = [
        "now#1", "first#1", "parts#1/a/uuid#1", "parts#1/a/work#1", "parts#1/b/uuid#1", "parts#1/b/work#1",
        "parts#1/c/uuid#1", "parts#1/c/work#1", "parts#1", "choose#1/random#1", "choose#1/roll#1", "choose#1/roll#2",
        "choose#1", "tries#1/1/try#1", "tries#1/2/try#1", "tries#1/3/try#1", "tries#1", "flaky#1", "last#1",
    ]
    static let succeedingSteps = [
        "first#1", "parts#1/a/work#1", "parts#1/b/work#1", "parts#1/c/work#1", "choose#1/roll#1", "choose#1/roll#2",
        "tries#1/1/try#1", "tries#1/3/try#1", "flaky#1", "last#1",
    ]
    /// How often a step's closure runs when nothing disturbs it.
    static func executions(of key: String) -> Int { key == "flaky#1" ? 2 : 1 }
}

/// Counts the executions of steps, and knows which are in flight.
final class ExecutionLog: Sendable {
    private struct State {
        var executed: [String: Int] = [:]
        var inFlight: [String: Int] = [:]
        /// How often a step was in flight when a process died.
        var cut: [String: Int] = [:]
        var dead: Set<Int> = []
    }

    private let state = Mutex(State())

    func step<In: Codable & Sendable, Out: Codable & Sendable>(
        _ process: Int, _ ctx: Context, _ name: String, _ input: In,
        _ body: @escaping @Sendable (In) async throws -> Out
    ) async throws -> Out {
        let key = Mutex<String?>(nil)
        defer {
            if let key = key.withLock({ $0 }) {
                state.withLock { state in
                    if !state.dead.contains(process) { state.inFlight[key, default: 0] -= 1 }
                }
            }
        }
        let retry = RetryPolicy(attemptsMax: 3, delayFirst: .zero)
        return try await ctx.step(name, input, StepOptions(retry: retry)) { input in
            let current = StepContext.current?.key ?? ""
            let isFirst = key.withLock { key in
                defer { key = current }
                return key == nil
            }
            try self.state.withLock { state in
                guard !state.dead.contains(process) else { throw CancellationError() }
                state.executed[current, default: 0] += 1
                if isFirst { state.inFlight[current, default: 0] += 1 }
            }
            try StepContext.current?.emit("did", ["key": current])
            return try await body(input)
        }
    }

    /// The process dies now: what it had in flight may be carried out again.
    func cut(_ process: Int) {
        state.withLock { state in
            state.dead.insert(process)
            for (key, count) in state.inFlight where count > 0 { state.cut[key, default: 0] += 1 }
            state.inFlight = [:]
        }
    }

    /// Notes that something has happened, and tells how often it has by now.
    @discardableResult
    func note(_ name: String) -> Int {
        state.withLock { state in
            state.executed[name, default: 0] += 1
            return state.executed[name] ?? 0
        }
    }

    /// How often the step has been carried out, or the thing noted.
    func count(of key: String) -> Int { state.withLock { $0.executed[key] ?? 0 } }

    /// How often anything has happened whose name begins so.
    func total(_ prefix: String) -> Int {
        state.withLock { $0.executed.filter { $0.key.hasPrefix(prefix) }.values.reduce(0, +) }
    }

    /// The steps that ran more often than crashes in flight explain.
    var excessive: [String] {
        state.withLock { state in
            state.executed.filter { key, count in
                count > Journey.executions(of: key) * (1 + (state.cut[key] ?? 0))
            }.map { "\($0.key) ran \($0.value) times, cut \(state.cut[$0.key] ?? 0) times" }
        }
    }

    var total: Int { state.withLock { $0.executed.values.reduce(0, +) } }
}

@Suite struct CrashSweepTests {
    @Test("finishes undisturbed", arguments: StoreKind.allCases)
    func undisturbed(kind: StoreKind) async throws {
        try await withStore(kind) { store in
            let log = ExecutionLog()
            let id = try await finish(log, on: store)
            try await check(id, log, store)
            #expect(log.total == 12)
        }
    }

    @Test("survives a death at every commit", arguments: StoreKind.allCases, CrashingStore.Moment.allCases)
    func sweep(kind: StoreKind, moment: CrashingStore.Moment) async throws {
        var deaths = 0
        for apply in 1...60 {
            let died = try await withStore(kind) { store in
                let log = ExecutionLog()
                let died = try await die(at: apply, moment, log, on: store)
                let id = try await finish(log, on: store)
                try await check(id, log, store)
                return died
            }
            if !died { break }
            deaths += 1
        }
        #expect(deaths > 15)
        #expect(deaths < 60, "the sweep did not come to the end of the run")
    }

    @Test("survives death after death", arguments: StoreKind.allCases, [1, 2, 3, 4])
    func deathAfterDeath(kind: StoreKind, stride: Int) async throws {
        try await withStore(kind) { store in
            let log = ExecutionLog()
            var deaths = 0
            // The first record of a process only says that the run was taken up.
            while try await die(
                at: 1 + stride, .afterCommit, log, process: deaths, on: store, counting: Self.isProgress), deaths < 100
            {
                deaths += 1
            }
            #expect(deaths > 0 && deaths < 100)
            try await check(try await finish(log, on: store), log, store)
        }
    }

    /// Whether a run goes on by it. How often a process claims before it begins depends on which of its tasks the pool
    /// lets run first, and one that dies of claims gets nowhere, however often it lives.
    private static func isProgress(_ commands: [JournalCommand]) -> Bool {
        commands.contains {
            switch $0 {
            case .start, .record, .end: true
            default: false
            }
        }
    }

    private var options: EngineOptions {
        var options = EngineOptions()
        options.batchMax = 1  // each command is a point to die at
        // Nobody but the run writes: commands of the poll would be points to die at that are no progress.
        options.poll = .seconds(3600)
        return options
    }

    /// Works until the process dies, or to the end; tells whether it died.
    private func die(
        at apply: Int, _ moment: CrashingStore.Moment, _ log: ExecutionLog, process: Int = 1, on store: TestStore,
        counting counts: @escaping @Sendable ([JournalCommand]) -> Bool = { _ in true }
    ) async throws -> Bool {
        let crashing = CrashingStore(store.journal, at: apply, moment, counting: counts) { executor in
            log.cut(process)
            store.kill(executor)
        }
        let journey = Journey(log: log, process: process)
        _ = try? await withEngine(on: crashing, [journey], options: options) { engine in
            try await run(engine, store, journey).output
        }
        return crashing.isDead
    }

    private func finish(_ log: ExecutionLog, on store: TestStore) async throws -> RunID {
        let journey = Journey(log: log, process: -1)
        return try await withEngine(on: store.journal, [journey], options: options) { engine in
            let handle = try await run(engine, store, journey)
            #expect(try await handle.output == Journey.output)
            return handle.id
        }
    }

    /// Starts the run, or takes it up when it was started and has not ended.
    private func run(_ engine: Engine, _ store: TestStore, _ journey: Journey) async throws -> RunHandle<String> {
        let known = try await store.journal.runs(RunFilter(), tenant: "default").first
        if let known, !known.status.isFinal { return try await engine.resumeOrFollow(known.id, as: String.self) }
        return try await engine.start(journey, 1, idempotencyKey: "journey")
    }

    private func check(_ id: RunID, _ log: ExecutionLog, _ store: TestStore) async throws {
        let evidence = try await Evidence(id, in: store.journal)
        #expect(log.excessive.isEmpty)
        #expect(evidence.hasOneRowAKey)
        #expect(Set(evidence.keys) == Journey.keys)
        #expect(evidence.isNumberedWithoutGap)
        #expect(evidence.count("run.started") == 1)
        #expect(evidence.count("run.completed") == 1)
        for key in Journey.succeedingSteps {
            #expect(evidence.count("did", key: key) == 1)
            #expect(evidence.count("step.completed", key: key) == 1)
        }
        #expect(evidence.count("step.failed", key: "tries#1/2/try#1") == 1)
        #expect(try await store.journal.runs(RunFilter(), tenant: "default").count == 1)
    }
}
