import FoundationEssentials
import Synchronization
public import TuttiCore
import TuttiRuntime
package import TuttiStore

extension Engine {
    // MARK: Starting

    /// Starts a run and returns when it is durable. It is for the ``RunAccount/current`` account.
    ///
    /// - Parameters:
    ///   - idempotencyKey: the same key for the same workflow names the same run: a second start returns the first
    ///     run instead of another one.
    ///   - queue: who may take it up after a crash; `nil` for a foreground run, which nobody takes up unasked.
    ///   - priority: of the due runs of a queue those with a higher one are taken up first.
    ///   - deadline: the time after which it fails with `deadline_exceeded`, counted from now, kept over restarts.
    ///   - budget: what it and its children may spend; when it does not suffice for the next step, the run is parked.
    /// - Throws: ``RunError`` `.badBudget`, `.inputConflict` when the idempotency key was used with another input,
    ///   `.quotaExceeded` when ``EngineOptions/quotas`` has no room for the account, `.tooLarge`, `.closed`;
    ///   ``StepError`` `not_encodable` when JSON cannot hold the input; `StoreError` when it could not be written.
    public func start<W: Workflow>(
        _ workflow: W, _ input: W.Input, idempotencyKey: String? = nil, queue: String? = nil,
        priority: Int = 0, deadline: Duration? = nil, budget: Budget? = nil
    ) async throws -> RunHandle<W.Output> {
        if state.withLock({ $0.isShuttingDown }) { throw RunError.closed() }
        let bytes = try encoded(input)
        let caps = try budget?.checked() ?? [:]
        let room = takeRoom(for: W.name, of: queue)
        defer { state.withLock { $0.returnSlots(room.slots) } }
        let now = services.clock.now()
        let id = services.random.draw { generator in RunID(at: now, using: &generator) }
        let account = RunAccount.current
        let command = StartCommand(
            id: id, tenant: options.tenant, workflow: W.name, input: Payload(bytes), inputHash: Digest.sha256Hex(bytes),
            idempotencyKey: account.keyStored(idempotencyKey), queue: queue, executor: room.mayBegin ? executor : nil,
            deadline: deadline.map { now + $0 }, budget: caps, priority: priority,
            title: workflow.checkedTitle(of: input), trace: TraceContext.current?.text, account: account,
            quotas: draws([.live, .starts], of: account, at: now), at: now)
        switch try await services.writer.submit(.start(command)) {
        case .existing(let known, let sameInput):
            guard sameInput else { throw RunError.inputConflict(idempotencyKey ?? "", known) }
            return RunHandle(id: known, engine: self)
        case .quotaRefused(let refusal): throw RunError.quotaExceeded(refusal)
        default: break
        }
        if room.mayBegin {
            try await launch(
                Owner(run: id, executor: executor, fence: StartCommand.firstFence), workflow,
                record: command.record(by: executor), recorded: [], recoveries: 0)
        } else {
            lookForWork()
            tellOthers()
        }
        return RunHandle(id: id, engine: self)
    }

    func encoded(_ input: some Encodable) throws -> Data {
        let bytes: Data
        do {
            bytes = try CanonicalJSON.encode(input)
        } catch {
            throw StepError.notEncodable(error, at: "input")
        }
        guard bytes.count <= EngineLimits.payloadSizeMax else {
            throw RunError(.tooLarge, "the input has \(bytes.count) bytes; the limit is \(EngineLimits.payloadSizeMax)")
        }
        return bytes
    }

    /// Whether a run that is started here may begin at once, and the slots set aside for it. One of a queue that this
    /// engine serves waits in it when all slots are taken; any other has nobody but its starter.
    func takeRoom(for name: String, of queue: String?, isChild: Bool = false) -> (mayBegin: Bool, slots: Int) {
        guard let queue, options.queues.contains(queue), workflow(named: name) != nil else { return (true, 0) }
        // What is limited begins in the order in which claims let it.
        if !isChild, options.queueLimits[queue] != nil { return (false, 0) }
        let slots = state.withLock { $0.reserveSlots(atMost: 1, of: options.slots) }
        return (slots == 1, slots)
    }

    // MARK: Taking up

    /// Takes up a run that was interrupted: recorded steps are not carried out again.
    ///
    /// - Parameter takeOver: also from a process that is alive, such as a stopped one, or from this one; results of
    ///   its former owner are then ignored.
    /// - Parameter acceptsRecorded: goes on with the recorded results where the code asks for the same key with another
    ///   input, instead of blocking the run.
    /// - Parameter raise: limits that are raised before. Whoever says the same again before the run was taken up, as
    ///   after a crash in between, has raised them once.
    /// - Throws: ``RunError`` `.notFound`, `.ended`, `.owned`, `.undoFailed`, `.unknownWorkflow`, `.closed`; with a
    ///   raise also `.isChild` and `.badBudget`, and nothing is changed then; `StoreError`.
    public func resume<Output>(
        _ id: RunID, takeOver: Bool = false, acceptsRecorded: Bool = false, raising raise: BudgetRaise? = nil,
        as output: Output.Type
    ) async throws -> RunHandle<Output> {
        guard let summary = try await summary(of: id) else { throw RunError.notFound(id) }
        guard workflow(named: summary.workflow) != nil else { throw RunError.unknownWorkflow(summary.workflow, id) }
        if let raise { try await raiseBudget(of: summary, raise, takeOver: takeOver) }
        guard state.withLock({ $0.beginClaim(of: id, takeOver: takeOver) }) else { throw RunError.isAtWorkHere(id) }
        switch try await claimAndTakeUp(id, takeOver: takeOver, acceptsRecorded: acceptsRecorded) {
        case .claimed: return RunHandle(id: id, engine: self)
        case .refused(.ended(let status)): throw RunError.ended(id, status)
        case .refused(.owned(let owner)): throw RunError.owned(id, by: owner)
        case .refused(.undoFailed): throw RunError.undoFailed(id)
        default: throw RunError.notFound(id)
        }
    }

    // MARK: Ending

    /// Ends a run. Steps that are being carried out are cancelled; the run's state is `cancelled` when they have ended.
    ///
    /// - Throws: ``RunError`` `.notFound`, `.ended` when it ended before; `StoreError`.
    public func cancel(_ id: RunID) async throws {
        let command = CancelCommand(
            run: id, tenant: options.tenant, event: .cancelRequested, at: services.clock.now())
        switch try await services.writer.submit(.cancel(command)) {
        case .notFound: throw RunError.notFound(id)
        case .alreadyEnded(.cancelled): break
        case .alreadyEnded(let status): throw RunError.ended(id, status)
        case .cancelRequested(let unattended):
            // Nobody works on these: take them and end them. Whoever claims one at the moment, also from a queue and in
            // this process, sees the flag.
            for run in unattended where state.withLock({ $0.beginClaim(of: run, takeOver: false) }) {
                _ = try await claimAndTakeUp(run, takeOver: false)
            }
        default: throw RunError.notFound(id)
        }
        lookForWork()
        tellOthers()
    }

    /// Claims a run by name, after `beginClaim`, and begins to work on it.
    func claimAndTakeUp(_ id: RunID, takeOver: Bool, acceptsRecorded: Bool = false) async throws -> JournalOutcome {
        defer {
            state.withLock { $0.endClaim(of: id) }
            lookForWork()
        }
        let claim = ClaimCommand(
            executor: executor, tenant: options.tenant, target: .run(id, takeOver: takeOver),
            recoveriesMax: options.recoveriesMax, at: services.clock.now())
        let outcome = try await services.writer.submit(.claim(claim))
        guard case .claimed(let runs) = outcome else { return outcome }
        for run in runs {
            try await takeUp(
                Owner(run: id, executor: executor, fence: run.fence), recoveries: run.recoveries,
                acceptsRecorded: acceptsRecorded)
        }
        return outcome
    }

    /// Stops working on a run and its children without ending them; they can be resumed.
    public func park(_ id: RunID) {
        guard let session = state.withLock({ $0.park(id) }) else { return lookForWork() }
        session.stop(for: .parked)
        if session.isEvicted { park(id) }  // it has left memory meanwhile
    }
}

extension StartCommand {
    /// The run as it stands right after its start.
    ///
    /// - Parameters:
    ///   - root: the first of its ancestors; `nil` for a run without a parent.
    ///   - units: what it counts against limits of its root.
    func record(by executor: ExecutorID, root: RunID? = nil, units: Set<BudgetUnit>? = nil) -> RunRecord {
        RunRecord(
            summary: RunSummary(
                id: id, workflow: workflow, status: .running, reason: nil, queue: queue, executor: executor,
                isCancelRequested: false, created: at, finished: nil, deadline: deadline,
                fence: StartCommand.firstFence, error: nil, parent: parent?.record.owner.run,
                root: root, budgetUnits: units ?? Set(budget.keys), title: title, trace: trace,
                account: account),
            input: .inline(input.bytes), output: nil)
    }
}

extension RunError {
    static func notFound(_ id: RunID) -> RunError {
        RunError(.notFound, "there is no run \(id); `tutti runs ls` lists what there is", run: id)
    }

    package static func ended(_ id: RunID, _ status: RunStatus) -> RunError {
        RunError(.ended, "the run \(id) has ended: it is \(status.rawValue)", run: id, status: status)
    }

    static func owned(_ id: RunID, by owner: ExecutorID) -> RunError {
        RunError(
            .owned,
            "another process (\(owner)) works on \(id); wait for it, or take the run from it with --take-over when it "
                + "is stopped", run: id, status: .running)
    }

    static func isAtWorkHere(_ id: RunID) -> RunError {
        RunError(.owned, "this process works on \(id) already; wait for its end", run: id, status: .running)
    }

    static func inputConflict(_ key: String, _ known: RunID) -> RunError {
        RunError(
            .inputConflict, "the idempotency key '\(key)' belongs to \(known), which was started with another input",
            run: known)
    }
}
