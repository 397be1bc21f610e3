import Synchronization
import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore

/// Carries out a tree, in one of the processes of a simulation.
struct Grown: Workflow {
    let log: SimulationLog
    let scheduler: SimulatedScheduler
    let process: Int

    static var name: String { "grown" }

    var undos: [Undo] {
        [
            Undo("take-back", StepOptions(retry: RetryPolicy(attemptsMax: 100, delayFirst: .milliseconds(10)))) {
                (name: String, context: UndoContext) in
                try await scheduler.sleep(for: .milliseconds(scheduler.draw(0...40)))
                log.undid(context.key, of: context.runID)
            }
        ]
    }

    func run(_ input: Tree, _ ctx: Context) async throws -> String { try await carryOut(input, ctx) }

    private func carryOut(_ tree: Tree, _ ctx: Context) async throws -> String {
        switch tree {
        case .step(let name, let failures, let hasLongBackOff):
            let delay: Duration = hasLongBackOff ? .seconds(20) : .milliseconds(50)
            let retry = RetryPolicy(attemptsMax: failures + 1, delayFirst: delay)
            return try await step(name, ctx, StepOptions(retry: retry), failures: failures)
        case .failingStep(let name):
            return try await log.step(process, ctx, name, StepOptions(retry: .never)) {
                throw PlannedFailure(isRetryable: false)
            }
        case .paidStep(let name, let tokens):
            let charge = Charge(tokens: tokens, usdPerMillionTokens: nil)
            return try await log.step(process, ctx, name, StepOptions(retry: .never, charge: charge)) {
                try await work()
                log.paid(tokens, by: ctx.runID)
                StepContext.current?.spend(tokens: tokens, usd: nil)
                return name
            }
        case .onceStep(let name):
            do {
                return try await step(name, ctx, .atMostOnce)
            } catch let error as StepError where error.code == "outcome_unknown" {
                return name
            }
        case .undoableStep(let name):
            return try await log.step(process, ctx, name, StepOptions(retry: .never, undo: "take-back"), input: name) {
                try await work()
                return name
            }
        case .world(let name):
            let time = try await ctx.now("\(name)-now").milliseconds
            let value = try await ctx.random(in: 0...1_000_000, "\(name)-random")
            let id = try await ctx.uuid("\(name)-uuid")
            // A replay that saw other values would be blocked as diverged.
            return try await log.step(process, ctx, name, StepOptions(), input: "\(time) \(value) \(id)") { name }
        case .signal(let name): return try await ctx.signal(name, as: String.self)
        case .approval(let name, _): return try await ctx.approval(name, showing: name)
        case .first(let name, let seconds):
            let end = try await ctx.first(name, of: .signal("late-\(name)"), .timer(.seconds(seconds)))
            return try await log.step(process, ctx, "\(name)-after", StepOptions(), input: "\(end.position)") { name }
        case .sleep(let name, let seconds):
            try await ctx.sleep(for: .seconds(seconds), name)
            return name
        case .child(let name, let tree): return try await ctx.child(self, tree, name)
        default: return try await carryOut(scope: tree, ctx)
        }
    }

    private func carryOut(scope tree: Tree, _ ctx: Context) async throws -> String {
        switch tree {
        case .sequence(let trees):
            var values: [String] = []
            for tree in trees { values.append(try await carryOut(tree, ctx)) }
            return values.joined(separator: ",")
        case .branch(let name, let tree):
            return try await ctx.branch(name) { ctx in try await carryOut(tree, ctx) }
        case .all(let name, let trees):
            let items = Array(trees.enumerated())
            return try await ctx.all(name, items, key: { "\($0.offset)" }) { item, ctx in
                try await carryOut(item.element, ctx)
            }.joined(separator: ",")
        case .settled(let name, let trees):
            let items = Array(trees.enumerated())
            let ends = try await ctx.allSettled(name, items, key: { "\($0.offset)" }) { item, ctx in
                try await carryOut(item.element, ctx)
            }
            return ends.map { (try? $0.get()) ?? "!" }.joined(separator: ",")
        case .race(let name, let trees):
            let items = Array(trees.enumerated())
            let winner: String
            do {
                winner = try await ctx.race(name, items, key: { "\($0.offset)" }) { item, ctx in
                    _ = try await carryOut(item.element, ctx)
                    return "\(item.offset)"
                }
            } catch let error as StepError {
                winner = "error \(error.origin)"
            }
            return try await log.step(process, ctx, "\(name)-after", StepOptions(), input: winner) { name }
        default: return ""
        }
    }

    private func step(
        _ name: String, _ ctx: Context, _ options: StepOptions, failures: Int = 0
    ) async throws -> String {
        try await log.step(process, ctx, name, options, attempts: failures + 1) {
            try await work()
            if StepContext.current?.attempt ?? 1 <= failures {
                throw PlannedFailure(isRetryable: true)
            }
            return name
        }
    }

    private func work() async throws { try await scheduler.sleep(for: .milliseconds(scheduler.draw(0...300))) }
}

/// What a step fails with by plan.
private struct PlannedFailure: CodedError {
    let isRetryable: Bool
    var code: String { "planned" }
    var message: String { "it fails by plan" }
}

/// What really happened, over all processes.
final class SimulationLog: Sendable {
    struct Place: Hashable, Sendable {
        var run: RunID
        var key: String
        /// Tells the generations of a run apart: a retry carries steps out again.
        var token = ""
    }

    private struct State {
        var begun: [Place: Int] = [:]
        /// How often one execution of a step may begin its closure, since it fails by plan.
        var attempts: [Place: Int] = [:]
        /// By process, what has begun and is not known to be recorded.
        var inFlight: [Int: [Place: Int]] = [:]
        var cut: [Place: Int] = [:]
        var once: Set<Place> = []
        var dead: Set<Int> = []
        /// Runs that somebody has taken from a process that lives and may not know it yet.
        var taken: [Int: Set<RunID>] = [:]
        var undone: [Place: Int] = [:]
        var paid: [RunID: Int64] = [:]
        var violations: [String] = []
    }

    private let state = Mutex(State())

    func step(
        _ process: Int, _ ctx: Context, _ name: String, _ options: StepOptions, attempts: Int = 1,
        input: String = "", _ body: @escaping @Sendable () async throws -> String
    ) async throws -> String {
        let known = Mutex<Place?>(nil)
        defer {
            if let place = known.withLock({ $0 }) {
                state.withLock { $0.inFlight[process]?[place, default: 0] -= 1 }
            }
        }
        do {
            return try await ctx.step(name, input, options) { _ in
                let current = StepContext.current
                let place = Place(run: ctx.runID, key: current?.key ?? "", token: current?.idempotencyToken ?? "")
                let isFirst = known.withLock { known in
                    defer { known = place }
                    return known == nil
                }
                try self.state.withLock { state in
                    // What a dead process would have done, it does not do.
                    guard !state.dead.contains(process) else { throw CancellationError() }
                    state.begun[place, default: 0] += 1
                    if state.taken[process]?.contains(place.run) == true { state.cut[place, default: 0] += 1 }
                    state.attempts[place] = attempts
                    if options.delivery == .atMostOnce,
                        !state.once.insert(Place(run: place.run, key: place.key)).inserted
                    {
                        state.violations.append("\(place.key) of \(place.run) must happen once and was begun again")
                    }
                    if isFirst { state.inFlight[process, default: [:]][place, default: 0] += 1 }
                }
                return try await body()
            }
        } catch let error as CancellationError {
            // Cut off since its run was parked, cancelled or taken: nobody may have seen its end.
            if let place = known.withLock({ $0 }) { state.withLock { $0.cut[place, default: 0] += 1 } }
            throw error
        }
    }

    /// The process has died, or was told to stop, or somebody takes its runs: what is in flight may be repeated.
    func cut(_ process: Int, isDead: Bool, run: RunID? = nil) {
        state.withLock { state in
            for (place, count) in state.inFlight[process] ?? [:] where count > 0 && (run == nil || run == place.run) {
                state.cut[place, default: 0] += count
            }
            if isDead { state.dead.insert(process) }
        }
    }

    /// Somebody takes a run from whatever process has it.
    func take(_ run: RunID, from processes: [Int]) {
        for process in processes {
            cut(process, isDead: false, run: run)
            state.withLock { _ = $0.taken[process, default: []].insert(run) }
        }
    }

    func undid(_ key: String, of run: RunID) {
        state.withLock { $0.undone[Place(run: run, key: key), default: 0] += 1 }
    }

    func paid(_ tokens: Int64, by run: RunID) { state.withLock { $0.paid[run, default: 0] += tokens } }

    func paid(by runs: [RunID]) -> Int64 { state.withLock { state in runs.map { state.paid[$0] ?? 0 }.reduce(0, +) } }

    func wasUndone(_ key: String, of run: RunID) -> Bool {
        state.withLock { $0.undone[Place(run: run, key: key)] != nil }
    }

    var begun: Int { state.withLock { $0.begun.values.reduce(0, +) } }

    /// The rules that were broken.
    var violations: [String] {
        state.withLock { state in
            let excessive = state.begun.filter { place, count in
                count > (state.attempts[place] ?? 1) * (1 + (state.cut[place] ?? 0))
            }.map { place, count in
                "\(place.key) of \(place.run) was begun \(count) times, cut off \(state.cut[place] ?? 0) times"
            }
            return state.violations + excessive.sorted()
        }
    }
}
