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
    /// The organisation whose runs it works on.
    package var tenant: String { options.tenant }
    /// The name under which this process owns runs.
    public let executor: ExecutorID
    let options: EngineOptions
    let services: RunSession.Services

    private let workflows: [String: any Workflow]
    let state = Mutex(EngineState())
    let budgetWaits = BudgetWaits()
    /// Wakes the loop that looks for work.
    let pollNudge = Nudge()
    let lastAnswer = Mutex(Timestamp(milliseconds: 0))
    private let launches: AsyncStream<RunExecution>
    private let launcher: AsyncStream<RunExecution>.Continuation

    /// Registers a new executor with the store.
    ///
    /// - Parameters:
    ///   - workflows: those that runs are taken up by after a crash, found by their names.
    ///   - clock: the machine's, or one that a test advances.
    ///   - tasks: where the engine's own tasks run; `nil` for the pool. A simulation gives one whose order it knows.
    /// - Throws: ``StoreError`` when the store cannot be written.
    package static func open(
        store: any JournalStore, workflows: [any Workflow], options: EngineOptions = EngineOptions(),
        clock: any Timekeeper = SystemTimekeeper(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        tasks: (any TaskExecutor)? = nil
    ) async throws(StoreError) -> Engine {
        let generator = LockedGenerator(random)
        let executor = generator.draw { source in ExecutorID(at: clock.now(), using: &source) }
        try await store.openExecutor(executor, process: getpid(), at: clock.now())
        return Engine(
            store: store, executor: executor, workflows: workflows, options: options, clock: clock, random: generator,
            tasks: tasks)
    }

    private init(
        store: any JournalStore, executor: ExecutorID, workflows: [any Workflow], options: EngineOptions,
        clock: any Timekeeper, random: LockedGenerator,
        tasks: (any TaskExecutor)?
    ) {
        self.store = store
        self.executor = executor
        self.options = options
        self.workflows = Dictionary(
            workflows.map { (type(of: $0).name, $0) }, uniquingKeysWith: { first, _ in first })
        let hub = EventHub()
        let observer = options.observer
        let writer = GroupCommitWriter(
            store: store, clock: clock, commandsMax: options.batchMax, patience: options.storePatience
        ) { commands, outcomes, took in
            hub.changed(commands.lazy.flatMap(\.runs))
            observer?.committed(commands, outcomes, took: took)
        } didFail: { error in
            observer?.commitFailed(error)
        }
        services = RunSession.Services(
            reads: PatientReads(store: store, clock: clock, patience: options.storePatience), writer: writer,
            clock: clock, random: random, hub: hub, streams: Streams(hub: hub, writer: writer, clock: clock),
            tasks: tasks)
        (launches, launcher) = AsyncStream.makeStream(of: RunExecution.self)
    }

    // MARK: Life

    /// Does the engine's work until ``shutDown()``. Cancelling its task shuts the engine down as well.
    public func run() async {
        // In a task of its own: in a cancelled one no wait would wait, and the runs could not be given back.
        await withTaskCancellationHandler {
            await Task(executorPreference: services.tasks) { await self.work() }.value
        } onCancel: {
            shutDown()
        }
    }

    private func work() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.services.writer.run() }
            await self.workUntilShutDown()
            self.services.writer.close()
        }
        services.hub.close()
        try? await store.closeExecutor(executor)
    }

    private func workUntilShutDown() async {
        // Both are cancelled and awaited at the end of this scope.
        async let _ = poll()
        async let _ = heedHints()
        async let _ = services.streams.chunks.run()
        await withDiscardingTaskGroup { runs in
            for await execution in launches { runs.addTask { await self.carryOut(execution) } }
        }
        await giveBackResting()
    }

    /// Parks all runs: each ends the step it can end at once, gives its run back, and ``run()`` returns.
    ///
    /// Foreground runs wait for somebody to resume them by name; those of queues are due at once, for any executor.
    public func shutDown() {
        for session in takeNoMore() { session.stop(for: .parked) }
    }

    /// As ``shutDown()``, but lets the attempts at steps that are in flight get their results first; returns when all
    /// runs are parked, or their time is over.
    ///
    /// - Parameter grace: how long; what is in flight by then is cancelled.
    public func drain(atMost grace: Duration) async {
        let sessions = takeNoMore()
        for session in sessions { session.drain() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.services.clock.sleep(for: grace) }
            group.addTask { for session in sessions { _ = await self.sessionEnd(of: session.owner.run) } }
            await group.next()
            group.cancelAll()
        }
        for session in sessions { session.stop(for: .parked) }
    }

    private func takeNoMore() -> [RunSession] {
        let sessions = state.withLock { $0.shutDown() }
        launcher.finish()
        return sessions
    }

    /// What stops the journal from being written at the moment; `nil` while all is well.
    package var degraded: StoreError? { services.writer.degraded }

    /// Writes to the journal when the last attempt has failed, so that an engine without work learns that it is well
    /// again.
    ///
    /// - Throws: `StoreError`.
    package func proveWritable() async throws {
        guard degraded != nil else { return }
        _ = try await services.writer.submit(.touch(executor))
    }

    /// What goes on in the steps of this process; lost without harm.
    public func progress() -> AsyncStream<RunProgress> { services.hub.progress() }

    // MARK: Launching

    func workflow(named name: String) -> (any Workflow)? { workflows[name] }

    var workflowNames: [String] { workflows.keys.sorted() }

    /// Puts a run that this executor owns to work; does nothing when it is at work already.
    ///
    /// - Parameter recorded: the journal, loaded after the claim was committed.
    /// - Throws: ``RunError`` `.closed` when the engine shuts down, and the run has been given back.
    func launch(
        _ owner: Owner, _ workflow: any Workflow, record: RunRecord, recorded: [StoredStep], recoveries: Int,
        acceptsRecorded: Bool = false
    ) async throws {
        let input = try await services.reads { store throws(StoreError) in try await store.bytes(of: record.input) }
        let session = RunSession(
            owner: owner, engine: self, run: record.summary, acceptsRecorded: acceptsRecorded,
            undoNames: Set(workflow.undos.map(\.name)), recorded: recorded, recoveries: recoveries)
        let execution = RunExecution(session: session, workflow: workflow, record: record, input: input)
        switch state.withLock({ $0.admit(session, of: workflow, takesSlot: record.summary.queue != nil) }) {
        case .admitted(let former):
            former?.stop(for: .leaseLost)
            options.observer?.began(record.summary)
            // Between the two a shutdown may have closed the way; the session is stopped then, and gives its run back.
            if case .terminated = launcher.yield(execution) { await carryOut(execution) }
        case .isAtWork:
            // What the caller has come for may be new to it.
            callWaiters(of: owner.run)
        case .refused:
            _ = await execution.release()
            throw RunError.closed()
        }
    }

    private func carryOut(_ execution: RunExecution) async {
        let end = await execution.run()
        execution.session.leaveFrames()
        for waiter in state.withLock({ $0.remove(execution.session, end) }) { waiter.resume(returning: end) }
        if !end.isEvicted {
            services.hub.changed(execution.session.owner.run)
            if let parent = execution.record.summary.parent {
                callWaiters(of: parent, for: execution.session.owner.run)
            }
        }
        pollNudge.call()
    }

    /// Tells those who wait in a run that there may be something for them; one that is in no memory is taken up.
    ///
    /// - Parameters:
    ///   - child: the run whose work here has ended, when only who waits for that one is meant.
    ///   - time: when a wake was taken from the journal for this.
    func callWaiters(of run: RunID, for child: RunID? = nil, forWakeAt time: Timestamp? = nil) {
        while true {
            switch state.withLock({ $0.call(run) }) {
            case .nothing: return
            case .lookForWork: return lookForWork()
            case .callWaiters(let session):
                if let child { session.callWaiter(for: child) } else { session.callWaiters(forWakeAt: time) }
                if !session.isEvicted { return }  // else it has not heard the call
            }
        }
    }

    /// The end of the run's execution in this process; `nil` when it is not at work here or the task is cancelled.
    func sessionEnd(of run: RunID) async -> SessionEnd? {
        let token = state.withLock { $0.nextToken() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = !Task.isCancelled && state.withLock { $0.add(continuation, token, to: run) }
                if !waits {
                    continuation.resume(returning: nil)
                } else if Task.isCancelled {  // cancelled before the waiter was there to be found
                    state.withLock { $0.takeWaiter(token, of: run) }?.resume(returning: nil)
                }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter(token, of: run) }?.resume(returning: nil)
        }
    }

    func note(_ session: RunSession, isWaiting: Bool) {
        if state.withLock({ $0.note(session, isWaiting: isWaiting) }) { lookForWork() }
    }

    /// The run has come to rest or goes on: so many that rest stay in memory, and no more.
    func noteRest(of session: RunSession) {
        let now = services.clock.uptime()
        state.withLock { $0.noteRest(of: session, since: now) }
        evictResting(at: now)
    }

    /// Evicts runs that rest: those that are too many, and those that have rested long enough.
    func evictResting(at now: Duration) {
        let sessions = state.withLock { state in
            state.evict(beyond: options.restingInMemoryMax, restingSince: now - options.restingInMemoryFor)
        }
        for session in sessions { session.leave() }
    }

    var isShuttingDown: Bool { state.withLock { $0.isShuttingDown } }

    func isAtWork(_ run: RunID) -> Bool { state.withLock { $0.running[run] != nil } }

    func session(of run: RunID) -> RunSession? { state.withLock { $0.running[run]?.session } }

    func lookForWork() { pollNudge.call() }

    /// Makes other processes look for what has just been written for them, sooner than at their next poll.
    func tellOthers() { store.sendHint() }

    private func heedHints() async {
        for await _ in store.hints(for: executor) { lookForWork() }
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
