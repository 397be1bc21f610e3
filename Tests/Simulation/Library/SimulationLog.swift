import Synchronization
import TuttiCore
import TuttiEngine

/// What really happened, over all processes.
final class SimulationLog: Sendable {
    struct Place: Hashable, Sendable {
        var run: RunID
        var key: String
        /// Tells the generations of a run apart: a retry carries steps out again.
        var token = ""
    }

    fileprivate struct State {
        var begun: [Place: Int] = [:]
        /// How often one execution of a step may begin its closure, since it fails by plan.
        var attempts: [Place: Int] = [:]
        /// By process, what has begun and is not known to be recorded.
        var inFlight: [Int: [Place: Int]] = [:]
        /// With what each step was begun first.
        var inputs: [Place: String] = [:]
        var cut: [Place: Int] = [:]
        /// How often a step has begun that must happen once, and how often people have said that it may again.
        var once: [Place: Int] = [:]
        var again: [Place: Int] = [:]
        var dead: Set<Int> = []
        /// Runs that somebody has taken from a process that lives and may not know it yet.
        var taken: [Int: Set<RunID>] = [:]
        /// What was done that can be undone, and was not.
        var effects: Set<Place> = []
        var paid: [RunID: Int64] = [:]
        var violations: [String] = []
    }

    private let state = Mutex(State())

    /// A person says that a step which must happen once is to be carried out again.
    func allowAgain(_ key: String, of run: RunID) {
        state.withLock { $0.again[Place(run: run, key: key), default: 0] += 1 }
    }

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
                    let first = state.inputs.updateValue(input, forKey: place) ?? input
                    if first != input, !place.key.contains("fickle-") {
                        state.violations.append(
                            "\(place.key) of \(place.run) was begun with '\(first)', then '\(input)'")
                    }
                    // Who has lost the run and does not know it yet leaves effects that nobody can know of.
                    if options.undo != nil, state.taken[process]?.contains(place.run) != true {
                        state.effects.insert(Place(run: place.run, key: place.key))
                    }
                    if options.delivery == .atMostOnce, !state.mayBeginOnce(place.run, place.key) {
                        state.violations.append("\(place.key) of \(place.run) must happen once and was begun again")
                    }
                    if isFirst { state.inFlight[process, default: [:]][place, default: 0] += 1 }
                }
                return try await body()
            }
        } catch {
            // Cut off since its run was parked, cancelled, taken or blocked: nobody may have seen its end.
            let isCutOff = error is CancellationError || (error as? StepError)?.code == "diverged"
            if isCutOff, let place = known.withLock({ $0 }) { state.withLock { $0.cut[place, default: 0] += 1 } }
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
        state.withLock { _ = $0.effects.remove(Place(run: run, key: key)) }
    }

    func paid(_ tokens: Int64, by run: RunID) { state.withLock { $0.paid[run, default: 0] += tokens } }

    func paid(by runs: [RunID]) -> Int64 { state.withLock { state in runs.map { state.paid[$0] ?? 0 }.reduce(0, +) } }

    /// The keys of what a run has done and not undone.
    func effects(of run: RunID) -> [String] {
        state.withLock { $0.effects.filter { $0.run == run }.map(\.key).sorted() }
    }

    func broke(_ rule: String) { state.withLock { $0.violations.append(rule) } }

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

extension SimulationLog.State {
    fileprivate mutating func mayBeginOnce(_ run: RunID, _ key: String) -> Bool {
        let place = SimulationLog.Place(run: run, key: key)
        once[place, default: 0] += 1
        return once[place, default: 0] <= 1 + again[place, default: 0]
    }
}
