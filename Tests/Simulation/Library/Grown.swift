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
            },
            Undo("take-back-hard", StepOptions(retry: .never)) { (name: String, context: UndoContext) in
                if scheduler.chance(400) { throw PlannedFailure(isRetryable: false) }
                log.undid(context.key, of: context.runID)
            },
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
        case .mail(let name): return try await step(name, ctx, .atMostOnce)
        case .undoableStep(let name): return try await undoable(name, ctx, "take-back")
        case .hardToUndo(let name): return try await undoable(name, ctx, "take-back-hard")
        case .slowStep(let name):
            let options = StepOptions(
                retry: RetryPolicy(attemptsMax: 1000, delayFirst: .milliseconds(10)), timeout: .milliseconds(200))
            return try await step(name, ctx, options, failures: 999)
        case .fickleStep(let name):
            return try await log.step(process, ctx, name, StepOptions(), input: "\(process % 2)") { name }
        case .world(let name):
            let time = try await ctx.now("\(name)-now").milliseconds
            let value = try await ctx.random(in: 0...1_000_000, "\(name)-random")
            let id = try await ctx.uuid("\(name)-uuid")
            // A replay that saw other values would be blocked as diverged.
            return try await log.step(process, ctx, name, StepOptions(), input: "\(time) \(value) \(id)") { name }
        default: return try await carryOut(wait: tree, ctx)
        }
    }

    private func carryOut(wait tree: Tree, _ ctx: Context) async throws -> String {
        switch tree {
        case .signal(let name): return try await ctx.signal(name, as: String.self)
        case .approval(let name, _): return try await ctx.approval(name, showing: name)
        case .first(let name, let seconds):
            let end = try await ctx.first(name, of: .signal("late-\(name)"), .timer(.seconds(seconds)))
            return try await log.step(process, ctx, "\(name)-after", StepOptions(), input: "\(end.position)") { name }
        case .sleep(let name, let seconds):
            try await ctx.sleep(for: .seconds(seconds), name)
            return name
        case .timed(let name, let seconds):
            var end = "in time"
            do {
                _ = try await ctx.signal(name, as: String.self, within: .seconds(seconds))
            } catch let error as StepError where error.code == "wait_timeout" {
                end = "too late"
            }
            return try await log.step(process, ctx, "\(name)-after", StepOptions(), input: end) { name }
        case .look(let name):
            let seen = try await ctx.signalIfPresent("hint", as: String.self)
            return try await log.step(process, ctx, "\(name)-after", StepOptions(), input: seen ?? "nothing") { name }
        case .either(let name):
            let end = try await ctx.first(name, of: .approval(name, showing: name), .signal("late-\(name)"))
            return try await log.step(process, ctx, "\(name)-after", StepOptions(), input: "\(end.position)") { name }
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

    private func undoable(_ name: String, _ ctx: Context, _ undo: String) async throws -> String {
        try await log.step(process, ctx, name, StepOptions(retry: .never, undo: undo), input: name) {
            try await work()
            return name
        }
    }

    private func step(
        _ name: String, _ ctx: Context, _ options: StepOptions, failures: Int = 0
    ) async throws -> String {
        try await log.step(process, ctx, name, options, attempts: failures + 1) {
            try await work()
            if options.timeout == nil, StepContext.current?.attempt ?? 1 <= failures {
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
