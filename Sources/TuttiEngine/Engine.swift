import FoundationEssentials
import Glibc
import Synchronization
public import TuttiCore
package import TuttiRuntime
package import TuttiStore

/// Works on runs: starts them, takes them up again, and shares the journal with the engines of other processes.
///
/// Whoever makes an engine lets ``run()`` go on beside everything else until ``shutDown()``.
public final class Engine: Sendable {
    package let store: any JournalStore
    /// The name under which this process owns runs.
    public let executor: ExecutorID
    let options: EngineOptions
    let services: RunSession.Services

    private let workflows: [String: any Workflow]
    private let state = Mutex(State())
    /// Wakes the loop that looks for work.
    private let pollNudge = Nudge()
    private let launches: AsyncStream<RunExecution>
    private let launcher: AsyncStream<RunExecution>.Continuation

    private struct State {
        var running: [RunID: LiveRun] = [:]
        var isShuttingDown = false
    }

    private struct LiveRun {
        let session: RunSession
        let takesSlot: Bool
        var waiters: [CheckedContinuation<SessionEnd, Never>] = []
    }

    /// Registers a new executor with the store.
    ///
    /// - Parameters:
    ///   - workflows: those that runs are taken up by after a crash, found by their names.
    ///   - clock: the machine's, or one that a test advances.
    /// - Throws: ``StoreError`` when the store cannot be written.
    package static func open(
        store: any JournalStore, workflows: [any Workflow], options: EngineOptions = EngineOptions(),
        clock: any Timekeeper = SystemTimekeeper(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) async throws(StoreError) -> Engine {
        let generator = LockedGenerator(random)
        let executor = generator.draw { source in ExecutorID(at: clock.now(), using: &source) }
        try await store.openExecutor(executor, process: getpid(), at: clock.now())
        return Engine(
            store: store, executor: executor, workflows: workflows, options: options, clock: clock, random: generator)
    }

    private init(
        store: any JournalStore, executor: ExecutorID, workflows: [any Workflow], options: EngineOptions,
        clock: any Timekeeper, random: LockedGenerator
    ) {
        self.store = store
        self.executor = executor
        self.options = options
        self.workflows = Dictionary(
            workflows.map { (type(of: $0).name, $0) }, uniquingKeysWith: { first, _ in first })
        let hub = EventHub()
        let writer = GroupCommitWriter(
            store: store, clock: clock, commandsMax: options.batchMax, patience: options.storePatience
        ) { commands in
            for command in commands { if let run = command.run { hub.changed(run) } }
        }
        services = RunSession.Services(store: store, writer: writer, clock: clock, random: random, hub: hub)
        (launches, launcher) = AsyncStream.makeStream(of: RunExecution.self)
    }

    // MARK: Life

    /// Does the engine's work until ``shutDown()``.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.services.writer.run() }
            await self.workUntilShutDown()
            self.services.writer.close()
        }
        services.hub.close()
        try? await store.closeExecutor(executor)
    }

    private func workUntilShutDown() async {
        async let _ = poll()  // cancelled and awaited at the end of this scope
        await withDiscardingTaskGroup { runs in
            for await execution in launches { runs.addTask { await self.carryOut(execution) } }
        }
    }

    /// Parks all runs: each ends the step it can end at once, gives its run back, and ``run()`` returns.
    ///
    /// Foreground runs wait for somebody to resume them by name; those of queues are due at once, for any executor.
    public func shutDown() {
        for session in takeNoMore() { session.stop(for: .parked) }
    }

    /// As ``shutDown()``, but lets the attempts at steps that are in flight get their results first.
    ///
    /// - Parameter grace: how long; what is in flight by then is cancelled.
    public func drain(atMost grace: Duration) async {
        let sessions = takeNoMore()
        for session in sessions { session.drain() }
        try? await services.clock.sleep(for: grace)
        for session in sessions { session.stop(for: .parked) }
    }

    private func takeNoMore() -> [RunSession] {
        let sessions = state.withLock { state in
            state.isShuttingDown = true
            return state.running.values.map(\.session)
        }
        launcher.finish()
        return sessions
    }

    /// What stops the journal from being written at the moment; `nil` while all is well.
    package var degraded: StoreError? { services.writer.degraded }

    /// What goes on in the steps of this process; lost without harm.
    public func progress() -> AsyncStream<RunProgress> { services.hub.progress() }

    // MARK: Launching

    func workflow(named name: String) -> (any Workflow)? { workflows[name] }

    var workflowNames: [String] { workflows.keys.sorted() }

    /// Puts a run that this executor owns to work; does nothing when it is at work already.
    ///
    /// - Parameter recorded: the journal, loaded after the claim was committed.
    func launch(
        _ owner: Owner, _ workflow: any Workflow, record: RunRecord, recorded: [StoredStep], recoveries: Int
    ) async throws {
        let input = try await store.bytes(of: record.input)
        let session = RunSession(owner: owner, services: services, recorded: recorded, recoveries: recoveries)
        let isNew = try state.withLock { state in
            guard !state.isShuttingDown else { throw RunError.closed() }
            if let known = state.running[owner.run], known.session.owner.fence >= owner.fence { return false }
            state.running[owner.run] = LiveRun(session: session, takesSlot: record.summary.queue != nil)
            return true
        }
        guard isNew else { return }
        launcher.yield(RunExecution(session: session, workflow: workflow, record: record, input: input))
    }

    private func carryOut(_ execution: RunExecution) async {
        let end = await execution.run()
        let id = execution.session.owner.run
        let waiters = state.withLock { state -> [CheckedContinuation<SessionEnd, Never>] in
            guard let live = state.running[id], live.session === execution.session else { return [] }
            state.running[id] = nil
            return live.waiters
        }
        for waiter in waiters { waiter.resume(returning: end) }
        services.hub.changed(id)
        pollNudge.call()
    }

    /// The end of the run's execution in this process; `nil` when it is not at work here.
    func sessionEnd(of run: RunID) async -> SessionEnd? {
        guard isAtWork(run) else { return nil }
        return await withCheckedContinuation { continuation in
            let isLive = state.withLock { state -> Bool in
                guard state.running[run] != nil else { return false }
                state.running[run]?.waiters.append(continuation)
                return true
            }
            if !isLive { continuation.resume(returning: .ended) }
        }
    }

    func isAtWork(_ run: RunID) -> Bool { state.withLock { $0.running[run] != nil } }

    func session(of run: RunID) -> RunSession? { state.withLock { $0.running[run]?.session } }

    func lookForWork() { pollNudge.call() }

    // MARK: Looking for work

    /// Looks for wakes of own runs, and for runs of the queues that may be taken.
    private func poll() async {
        var seen: Int64 = -1
        while !Task.isCancelled {
            await pollNudge.wait(atMost: options.poll, on: services.clock)
            do {
                let count = try await store.changeCount()
                if count != seen { try await wakeOwnRuns() }
                seen = count
                try await claimFromQueues()
            } catch {
                continue  // the store will be asked again at the next turn
            }
        }
    }

    private func wakeOwnRuns() async throws {
        for owner in try await store.dueRuns(of: executor, at: services.clock.now()) {
            if let session = session(of: owner.run), session.owner == owner {
                try await wake(session)
            } else {
                // A claim that was applied and reported as failed.
                try await takeUp(owner, recoveries: 0)
            }
        }
    }

    private func wake(_ session: RunSession) async throws {
        let outcome = try await services.writer.submit(.takeWake(session.owner, at: services.clock.now()))
        switch outcome {
        case .wake(_, let isCancelRequested): if isCancelRequested { session.stop(for: .cancelled) }
        default: session.stop(for: .leaseLost)
        }
    }

    private func claimFromQueues() async throws {
        while let command = claimCommand(), try await store.hasClaimable(command) {
            guard case .claimed(let runs) = try await services.writer.submit(.claim(command)), !runs.isEmpty else {
                return
            }
            for run in runs {
                try await takeUp(
                    Owner(run: run.run, executor: executor, fence: run.fence), recoveries: run.recoveries)
            }
        }
    }

    private func claimCommand() -> ClaimCommand? {
        let taken = state.withLock { state in
            state.isShuttingDown ? Int.max : state.running.values.count { $0.takesSlot }
        }
        guard !options.queues.isEmpty, taken < options.slots else { return nil }
        return ClaimCommand(
            executor: executor, tenant: options.tenant,
            target: .queues(options.queues, workflows: workflowNames, limit: options.slots - taken),
            recoveriesMax: options.recoveriesMax, at: services.clock.now())
    }

    /// The first acts of a new owner: take the wake, then look at flags and journal.
    func takeUp(_ owner: Owner, recoveries: Int) async throws {
        let wake = try await services.writer.submit(.takeWake(owner, at: services.clock.now()))
        guard case .wake(_, let isCancelRequested) = wake else { return }
        if isCancelRequested {
            let command = EndCommand(
                owner: owner, rows: [], result: .cancelled, event: .runCancelled, at: services.clock.now())
            _ = try await services.writer.submit(.end(command))
            return
        }
        guard let record = try await store.run(owner.run, tenant: options.tenant) else { return }
        guard let workflow = workflows[record.summary.workflow] else {
            throw RunError.unknownWorkflow(record.summary.workflow, owner.run)
        }
        let recorded = try await store.journal(of: owner.run)
        try await launch(owner, workflow, record: record, recorded: recorded, recoveries: recoveries)
    }
}

extension RunError {
    static func unknownWorkflow(_ name: String, _ run: RunID) -> RunError {
        RunError(
            .unknownWorkflow, "this program has no workflow '\(name)'; resume \(run) with the program that started it",
            run: run)
    }

    static func closed() -> RunError { RunError(.closed, "the engine is being shut down; resume the run later") }
}
