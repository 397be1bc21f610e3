import Synchronization
import TuttiCore
import TuttiEngine
import TuttiStore

/// Whole engines on one thread, one simulated clock and one seed, with everything that can go wrong.
package struct Simulation: Sendable {
    package struct Verdict: Sendable {
        package let seed: UInt64
        /// What was promised and not kept.
        package var violations: [String] = []
        /// The same for the same seed.
        package var trace: UInt64 = 0
        package var jobs = 0
        package var runs = 0
        package var closures = 0
        package var simulated: Duration = .zero
        /// What the journal tells of the runs, when something is wrong.
        package var story: [String] = []
        /// How the runs ended.
        package var ends: [String: Int] = [:]
    }

    private let seed: UInt64

    private let mutation: Mutation?

    /// - Parameter mutation: a rule to leave out, to see that it is missed.
    package init(seed: UInt64, without mutation: Mutation? = nil) {
        self.seed = seed
        self.mutation = mutation
    }

    private static let jobsMax = 3_000_000

    /// Plays the whole seed on the calling thread.
    package func play() -> Verdict {
        let scheduler = SimulatedScheduler(seed: seed)
        let world = SimulatedWorld(scheduler, seed: seed, mutation: mutation)
        let found = Mutex<Verdict?>(nil)
        Task(executorPreference: scheduler) { [self] in
            let verdict = await play(world)
            found.withLock { $0 = verdict }
        }
        let hasEnded = scheduler.run(until: { found.withLock { $0 != nil } }, jobsMax: Self.jobsMax)
        var verdict = found.withLock { $0 } ?? Verdict(seed: seed)
        if !hasEnded {
            verdict.violations.append(
                scheduler.jobs >= Self.jobsMax ? "it goes on without end" : "nothing is left that could happen")
        }
        if scheduler.strangers > 0 { verdict.violations.append("\(scheduler.strangers) tasks ran on other threads") }
        verdict.trace = scheduler.trace
        verdict.jobs = scheduler.jobs
        verdict.closures = world.log.begun
        verdict.simulated = scheduler.uptime()
        return verdict
    }

    private func play(_ world: SimulatedWorld) async -> Verdict {
        var verdict = Verdict(seed: seed)
        let scheduler = world.scheduler
        let people = People(world: world)
        for slot in 0..<world.slots { try? await world.spawn(slot) }
        var random = SeededGenerator(seed: seed ^ 0x5EED)
        var counter = 0
        let trees = (0..<scheduler.draw(1...3)).map { _ in
            Tree.sequence(
                (0..<scheduler.draw(1...4)).map { _ in
                    Tree.drawn(by: &random, depth: scheduler.draw(1...3), counter: &counter)
                })
        }
        world.expect(starts: trees.count)
        let strikes = [0, 1, 2, 4, 8][scheduler.draw(0...4)]
        world.expect(strikes: strikes)
        let areReady: @Sendable () -> Bool = { world.isCalm && world.roots.count == trees.count }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await Chaos(world: world).strike(strikes)
                await world.calm()
                return true
            }
            for (number, tree) in trees.enumerated() {
                group.addTask {
                    try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...3000)))
                    await people.start(number, tree)
                    return true
                }
            }
            group.addTask { await people.lookAfterAll(rounds: 400, areReady: areReady) }
            for await isDone in group where !isDone { verdict.violations.append("not all runs came to their end") }
        }
        let audit = Audit(world: world)
        if verdict.violations.isEmpty, let fork = await audit.fork(by: people) { verdict.violations += fork }
        let processes = world.processes()
        await world.shutDownAll()
        verdict.violations += await audit.violations()
        if !verdict.violations.isEmpty { verdict.story = await audit.story() + processes }
        let all = await people.all()
        verdict.runs = all.count
        for run in all { verdict.ends[run.status.rawValue, default: 0] += 1 }
        return verdict
    }
}
