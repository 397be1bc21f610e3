import Synchronization
import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore

/// Processes that share a journal, and what becomes of them.
final class SimulatedWorld: Sendable {
    struct Process: Sendable {
        let number: Int
        let engine: Engine
        let store: SimulatedStore
        let running: Task<Void, Never>
        var isStopped = false
    }

    /// A run that somebody has started.
    struct Root: Sendable {
        let id: RunID
        let tree: Tree
        var hasDeadline = false
    }

    private struct State {
        var processes: [Int: Process] = [:]
        var next = 0
        var ended: [Task<Void, Never>] = []
        var roots: [Root] = []
        var starts = 0
        var strikes = 0
        var cancelled: Set<RunID> = []
        var retried: Set<RunID> = []
        /// Runs that somebody has taken up by name, for which the limits of queues do not count.
        var byName: Set<RunID> = []
        var jumped: Duration = .zero
        var hasJumped = false
        var isCalm = false
    }

    let scheduler: SimulatedScheduler
    let memory = MemoryJournalStore()
    let log = SimulationLog()
    let faults: Int
    let slots: Int
    private let hints = HintNet()
    private let seed: UInt64
    private let mutation: Mutation?
    private let recoveriesMax: Int
    /// How many root runs of the queue may be at work, and how many may begin in a second.
    private let limit: QueueLimit?
    private let state = Mutex(State())

    init(_ scheduler: SimulatedScheduler, seed: UInt64, mutation: Mutation? = nil) {
        self.scheduler = scheduler
        self.seed = seed
        self.mutation = mutation
        recoveriesMax = [0, 3, 1000, 1000][scheduler.draw(0...3)]
        switch scheduler.draw(0...5) {
        case 0: limit = QueueLimit(concurrency: scheduler.draw(1...2))
        case 1: limit = QueueLimit(rate: 1, window: .seconds(scheduler.draw(1...5)))
        default: limit = nil
        }
        faults = [0, 0, 50, 100][scheduler.draw(0...3)]
        slots = scheduler.draw(2...3)
    }

    var roots: [Root] { state.withLock { $0.roots } }
    var cancelled: Set<RunID> { state.withLock { $0.cancelled } }
    var processNumbers: [Int] { state.withLock { Array(0..<$0.next) } }

    /// How many runs somebody has wanted to start.
    var startsMade: Int { state.withLock { $0.starts } }

    func expect(starts: Int) { state.withLock { $0.starts = starts } }

    /// Whether somebody has set the clock.
    var hasJumped: Bool { state.withLock { $0.hasJumped } }

    /// Whether neither the store nor anybody else has been in the way.
    var isUndisturbed: Bool { faults == 0 && state.withLock { $0.strikes == 0 } }

    func expect(strikes: Int) { state.withLock { $0.strikes = strikes } }

    func add(_ root: Root) { state.withLock { $0.roots.append(root) } }

    // MARK: Processes

    func workflow(of process: Int) -> Grown { Grown(log: log, scheduler: scheduler, process: process) }

    func spawn(_ slot: Int) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let store = SimulatedStore(memory, scheduler, hints, log, faults: faults, mutation: mutation)
        var options = EngineOptions()
        options.queues = ["q"]
        options.slots = scheduler.draw(1...4)
        options.poll = .seconds(1)
        options.batchMax = scheduler.draw(1...8)
        options.storePatience = .seconds(1_000_000)
        options.recoveriesMax = recoveriesMax
        options.restingInMemoryMax = [0, 1, 4096][scheduler.draw(0...2)]
        options.restingInMemoryFor = [.zero, .milliseconds(500), .seconds(5), .seconds(30)][scheduler.draw(0...3)]
        options.quotas.organisation.runsAtOnce = 1000  // counts, and refuses nothing
        if let limit { options.queueLimits = ["q": limit] }
        let engine = try await Engine.open(
            store: store, workflows: [workflow(of: number)], options: options, clock: scheduler,
            random: SeededGenerator(seed: seed &* 1000 &+ UInt64(number)), tasks: scheduler)
        let running = Task(executorPreference: scheduler) { await engine.run() }
        let process = Process(number: number, engine: engine, store: store, running: running)
        state.withLock { $0.processes[slot] = process }
    }

    /// Some process that can be asked for something.
    func anyone() -> Process? {
        let able = state.withLock { state in
            state.processes.sorted { $0.key < $1.key }.map(\.value).filter { !$0.isStopped }
        }
        return able.isEmpty ? nil : able[scheduler.draw(0...able.count - 1)]
    }

    func process(at slot: Int) -> Process? { state.withLock { $0.processes[slot] } }

    private func take(_ slot: Int) -> Process? { state.withLock { $0.processes.removeValue(forKey: slot) } }

    private func leave(_ process: Process) { state.withLock { $0.ended.append(process.running) } }

    // MARK: What becomes of them

    func crash(_ slot: Int) {
        guard let process = take(slot) else { return }
        log.cut(process.number, isDead: true)
        process.store.die()
        process.engine.shutDown()
        leave(process)
    }

    /// Lets the process die at its nth commit from now.
    func crashAtCommit(_ slot: Int, _ number: Int, isAfter: Bool) {
        guard let process = process(at: slot) else { return }
        process.store.die(atCommit: number, isAfter: isAfter) { [self] in
            if self.process(at: slot)?.number == process.number { crash(slot) }
        }
    }

    func shutDown(_ slot: Int, grace: Duration?) async {
        guard let process = take(slot) else { return }
        leave(process)
        if let grace { await process.engine.drain(atMost: grace) }
        log.cut(process.number, isDead: false)
        process.engine.shutDown()
    }

    func setStopped(_ slot: Int, _ isStopped: Bool) {
        guard let process = process(at: slot) else { return }
        state.withLock { $0.processes[slot]?.isStopped = isStopped }
        if isStopped { process.store.stop() } else { process.store.go() }
    }

    /// Lets all processes end.
    func shutDownAll() async {
        for slot in 0..<slots { await shutDown(slot, grace: nil) }
        for task in state.withLock({ $0.ended }) { await task.value }
    }

    func jump(by duration: Duration) {
        state.withLock { state in
            state.jumped += duration
            state.hasJumped = true
        }
        scheduler.jump(by: duration)
    }

    /// Somebody sets the clock right again.
    private func setClockRight() { jump(by: .zero - state.withLock { $0.jumped }) }

    /// Nothing goes wrong any more.
    func calm() async {
        let hasJumped = state.withLock { $0.hasJumped }
        setClockRight()
        // What was made due while the clock was ahead is due by then.
        if hasJumped { try? await scheduler.sleep(for: .seconds(2 * 3600)) }
        state.withLock { $0.isCalm = true }
    }

    var isCalm: Bool { state.withLock { $0.isCalm } }

    /// What is wrong when more runs of the queue are at work than may be.
    func crowd(of runs: [RunSummary]) -> String? {
        guard let most = limit?.concurrency else { return nil }
        let byName = state.withLock { $0.byName }
        let crowd = runs.filter { run in
            run.queue == "q" && run.parent == nil && run.executor != nil && !byName.contains(run.id)
        }
        return crowd.count > most ? "\(crowd.count) runs of the queue are at work, \(most) may be" : nil
    }

    /// The processes as they are, for whoever looks into what went wrong.
    func processes() -> [String] {
        state.withLock { $0.processes.sorted { $0.key < $1.key } }.map { slot, process in
            "slot \(slot): process \(process.number) as \(process.engine.executor)"
                + (process.isStopped ? ", stopped" : "")
                + (process.engine.degraded.map { ", degraded: \($0)" } ?? "")
        }
    }

    // MARK: Notes

    func noteByName(_ run: RunID) { state.withLock { _ = $0.byName.insert(run) } }

    func noteCancel(_ run: RunID) { state.withLock { _ = $0.cancelled.insert(run) } }

    /// Whether the run has not been retried before.
    func noteRetry(_ run: RunID) -> Bool { state.withLock { $0.retried.insert(run).inserted } }
}
