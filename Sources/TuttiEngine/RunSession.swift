import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// One execution of a run by its present owner: replays what is recorded, records what is new.
///
/// When it is stopped, the session turns inert: every later call of its context throws, and results that closures
/// still bring are ignored.
final class RunSession: Sendable {
    /// What a session needs from its engine.
    struct Services: Sendable {
        var reads: PatientReads
        var writer: GroupCommitWriter
        var clock: any Timekeeper
        var random: LockedGenerator
        var hub: EventHub
        var streams: Streams
        var tasks: (any TaskExecutor)?
    }

    let owner: Owner
    let engine: Engine
    /// The run as it was when the execution began.
    let run: RunSummary
    /// The names of what its workflow can undo.
    let undoNames: Set<String>
    /// Whether recorded results stand where the code asks for another input.
    private let acceptsRecorded: Bool
    /// What is compared instead of being written; only while an archive is replayed.
    let check: ReplayCheck?
    let state: Mutex<SessionState>
    /// Cancels the run's task; set before the workflow starts.
    private let cancelTask = Mutex<(@Sendable () -> Void)?>(nil)

    /// Where its steps stream to, from the first text on.
    private let framesHold = Mutex<Roster<RunID, FrameChannel>.Hold?>(nil)

    /// Who waits, and is called when the session is stopped or its run has been woken.
    private let branches = Mutex(Branches())

    init(
        owner: Owner, engine: Engine, run: RunSummary, acceptsRecorded: Bool, undoNames: Set<String>,
        recorded: [StoredStep], recoveries: Int, check: ReplayCheck? = nil
    ) {
        self.check = check
        self.owner = owner
        self.engine = engine
        self.run = run
        self.acceptsRecorded = acceptsRecorded
        self.undoNames = undoNames
        state = Mutex(
            SessionState(
                recorded: recorded, recoveries: recoveries,
                notedWait: run.reason.flatMap(WaitReason.init(rawValue:))))
    }

    /// How often the run has been retried.
    var generation: Int { run.generation }

    var services: Services { engine.services }

    // MARK: Stopping

    var stopReason: StopReason? { state.withLock { $0.stop } }

    func onStop(_ cancel: @escaping @Sendable () -> Void) {
        cancelTask.withLock { $0 = cancel }
        if stopReason != nil { cancel() }
    }

    func stop(for reason: StopReason) {
        guard state.withLock({ $0.stop(for: reason) }) else { return }
        cancelTask.withLock { $0 }?()
        callWaiters()
    }

    /// Gives up the run's memory if nothing goes on in it; whoever has something for the run has it replayed.
    ///
    /// - Returns: whether the session is stopped for that; then ``leave()`` has to follow.
    func evict() -> Bool {
        branches.withLock { branches in
            // What a person has accepted holds for this execution.
            guard branches.isAtRest, !acceptsRecorded else { return false }
            return state.withLock { $0.stop(for: .evicted) }
        }
    }

    /// Ends what is left of a session that was evicted.
    func leave() {
        cancelTask.withLock { $0 }?()
        callWaiters()
    }

    var isEvicted: Bool { stopReason == .evicted }

    /// Whether nothing goes on in the run before it is called.
    var isAtRest: Bool { branches.withLock { $0.isAtRest } }

    /// Tells those who wait that there may be something for them.
    ///
    /// - Parameter time: when a wake was taken from the journal for this.
    func callWaiters(forWakeAt time: Timestamp? = nil) { call { $0.callAll(forWakeAt: time) } }

    /// Tells who waits for a child that its work in this process has ended.
    func callWaiter(for child: RunID) { call { branches in branches.call(waiterFor: child).map { [$0] } ?? [] } }

    private func call(_ choose: (inout Branches) -> [Nudge]) {
        for nudge in changingRest({ branches in choose(&branches) }) { nudge.call() }
    }

    /// Changes what the branches do, and tells the engine when that has brought the run to rest or back to work.
    private func changingRest<Result>(_ body: (inout Branches) -> Result) -> Result {
        let (result, hasChanged) = branches.withLock { branches in
            let wasAtRest = branches.isAtRest
            let result = body(&branches)
            return (result, branches.isAtRest != wasAtRest)
        }
        if hasChanged { engine.noteRest(of: self) }
        return result
    }

    /// A task that the function has made itself asks for something.
    func noteOwnTask() { changingRest { $0.noteOwnTask() } }

    /// The branch that asks waits for several others from now on; each ends with ``end(branchOf:decides:)``.
    func fork(into count: Int) -> UInt64 { changingRest { $0.fork(into: count) } }

    /// One branch of a fork has ended.
    func end(branchOf fork: UInt64, decides: Bool) { changingRest { $0.end(branchOf: fork, decides: decides) } }

    /// Lets `body` wait until there may be something new for the run, or it is stopped. A wait in a task of the
    /// workflow's own making is not reached by the session's cancellation.
    func withWaiter<Output>(for child: RunID? = nil, _ body: (Waiter) async throws -> Output) async rethrows -> Output {
        let nudge = Nudge()
        let token = branches.withLock { $0.add(nudge, for: child) }
        defer { changingRest { $0.remove(token, for: child) } }
        return try await body(Waiter(session: self, token: token, nudge: nudge))
    }

    /// One wait of one branch.
    struct Waiter {
        fileprivate let session: RunSession
        fileprivate let token: UInt64
        fileprivate let nudge: Nudge

        /// Waits for a call, or until a deadline that is in the journal; returns at once when there was a call since it
        /// last returned, and early, too, when the task is cancelled.
        func wait(until deadline: Timestamp? = nil) async {
            let clock = session.services.clock
            guard session.changingRest({ $0.fallAsleep(token, until: deadline) }) else {
                return session.changingRest { $0.beginLook(token) }
            }
            if let deadline {
                let left = deadline - clock.now()
                if left > .zero { await nudge.wait(atMost: left, on: clock) }
            } else {
                await nudge.wait()
            }
            session.changingRest { $0.beginLook(token) }
        }

        /// Waits for a call where the end of the session is all that can be waited for.
        fileprivate func waitForStop() async { await nudge.wait() }
    }

    /// Waits until a time that the journal knows.
    ///
    /// - Throws: `CancellationError` when the session is stopped or the task cancelled.
    func pause(until due: Timestamp) async throws {
        try await withWaiter { waiter in
            while services.clock.now() < due {
                await waiter.wait(until: due)
                try checkActive()
            }
        }
    }

    /// Waits for the end of the session.
    func untilStopped() async {
        await withWaiter { waiter in
            while stopReason == nil, !Task.isCancelled { await waiter.waitForStop() }
        }
    }

    /// Parks the run when the attempts that are in flight have got their rows; later ones do not begin.
    func drain() {
        if state.withLock({ $0.drain() }) { stop(for: .parked) }
    }

    /// Carries out one attempt at a step.
    ///
    /// - Throws: what `body` throws; `CancellationError` when the run is parked before the attempt could begin.
    func attempt<Output>(_ body: () async throws -> Output) async throws -> Output {
        let (mayBegin, change) = state.withLock { state in (state.beginAttempt(), state.takeWaitingChange()) }
        tellEngine(change)
        guard mayBegin else {
            await untilStopped()
            throw CancellationError()
        }
        defer { if state.withLock({ $0.endAttempt() }) { stop(for: .parked) } }
        return try await body()
    }

    /// Whether the run is in its second phase.
    var isUndoing: Bool { state.withLock { $0.isUndoing } }

    /// Begins the second phase of the run, in which neither its cancellation nor its deadline counts.
    func beginUndo(recorded: [StoredStep]) {
        state.withLock { $0 = SessionState(undoing: recorded) }
        cancelTask.withLock { $0 = nil }
        if engine.isShuttingDown { stop(for: .parked) }
    }

    /// Ends the session with its function, and tells why it was stopped before that; `nil` when it was not.
    func finish() -> StopReason? {
        let reason = state.withLock { $0.finish() }
        callWaiters()
        return reason
    }

    /// - Throws: `CancellationError` once the session has been stopped; the error itself after a fault of the author.
    func checkActive() throws {
        switch stopReason {
        case nil: try Task.checkCancellation()
        case .fault(let error), .diverged(let error): throw error
        default: throw CancellationError()
        }
    }

    /// Stops the run with an error of its author's, which no catch in the workflow can undo.
    func fault(_ error: StepError) -> StepError {
        stop(for: .fault(error))
        return error
    }

    // MARK: Frames

    /// Where its steps stream to.
    var frames: FrameChannel {
        framesHold.withLock { hold in
            let known = hold ?? services.streams.frames.hold(owner.run)
            hold = known
            return known.value
        }
    }

    /// Its steps stream nothing more.
    func leaveFrames() { framesHold.withLock { $0 = nil } }

    // MARK: Reading

    /// The recorded row of a key, checked to be of the kind and input that the workflow asks for.
    ///
    /// - Throws: ``StepError`` `diverged`; `CancellationError` for a step that was cancelled, and when a replay of an
    ///   archive comes to what is not recorded.
    func recorded(_ key: String, kind: StepKind, fingerprint: String? = nil) async throws -> StoredStep? {
        let row = state.withLock { $0.takeRecorded(key) }
        if let row { try match(row, kind, fingerprint) }
        // Code that looks where earlier code did not finds nothing: no recording contradicts that.
        let isNewLook = row == nil && kind == .look
        if let check, row?.hasAnswer != true, !isNewLook {
            try await stand(check, at: key, recorded: row, asked: Self.describe(kind, fingerprint))
        }
        if case .cancelled? = row?.result { throw CancellationError() }
        return row
    }

    func match(_ row: StoredStep, _ kind: StepKind, _ fingerprint: String?) throws {
        if acceptsRecorded, row.kind == kind, let fingerprint, row.fingerprint != fingerprint {
            state.withLock { $0.accept(fingerprint, under: row.key) }
        } else if row.kind != kind || row.fingerprint != fingerprint {
            throw diverge(
                row.kind == kind ? .otherInput : .otherKind, row.key,
                recorded: Self.describe(row.kind, row.fingerprint), asked: Self.describe(kind, fingerprint),
                isAcceptable: row.kind == kind && fingerprint != nil)
        }
    }

    /// Stops the run, since its code asks for something else than the journal holds.
    func diverge(
        _ reason: ReplayReport.Divergence.Reason, _ key: String, recorded: String, asked: String,
        isAcceptable: Bool = false
    ) -> StepError {
        let divergence = ReplayReport.Divergence(
            reason: reason, key: key, recorded: recorded, replayed: asked, isAcceptable: isAcceptable)
        check?.note(divergence)
        let error = StepError.diverged(divergence)
        stop(for: .diverged(error))
        return error
    }

    private static func describe(_ kind: StepKind, _ fingerprint: String?) -> String {
        guard let fingerprint else { return "a \(kind.rawValue) without input" }
        return "a \(kind.rawValue) with the input \(fingerprint.prefix(12))"
    }

    /// The value under a recorded key; throws the recorded error.
    func value<Output: Decodable>(_ type: Output.Type, of result: StoredStep.Result, at key: String) async throws
        -> Output
    {
        switch result {
        case .completed(let payload): return try decode(type, from: try await bytes(of: payload), at: key)
        case .failed(let error), .open(let error, _): throw error
        case .cancelled, .waiting: throw CancellationError()
        }
    }

    func bytes(of payload: StoredPayload) async throws -> Data {
        try await read { store throws(StoreError) in try await store.bytes(of: payload) }
    }

    /// Reads from the journal.
    ///
    /// - Throws: `CancellationError` when it cannot be read, which stops the session.
    func read<Output: Sendable>(
        _ body: (any JournalStore) async throws(StoreError) -> Output
    ) async throws -> Output {
        do throws(StoreError) {
            return try await services.reads(body)
        } catch {
            throw failed(error)
        }
    }

    /// Ends the session, since the journal fails; but not for a branch that was cancelled, and gave up its patience for
    /// that alone.
    func failed(_ error: StoreError) -> CancellationError {
        if !error.isTransient || !Task.isCancelled { stop(for: .storeFailed(error)) }
        return CancellationError()
    }

    func decode<Output: Decodable>(_ type: Output.Type, from bytes: Data, at key: String) throws -> Output {
        do {
            return try CanonicalJSON.decode(type, from: bytes)
        } catch {
            throw diverge(.otherType, key, recorded: "another type", asked: "\(type): \(error)")
        }
    }

    /// The bytes of a value, within the limit.
    ///
    /// - Throws: ``StepError`` `not_encodable` or `too_large`.
    func encode(_ value: some Encodable, at key: String) throws(StepError) -> Data {
        let bytes: Data
        do {
            bytes = try CanonicalJSON.encode(value)
        } catch {
            throw .notEncodable(error, at: key)
        }
        guard bytes.count <= EngineLimits.payloadSizeMax else { throw .tooLarge(bytes.count, at: key) }
        return bytes
    }

    // MARK: Writing

    /// Has a row committed, together with all rows that waited for it.
    ///
    /// - Returns: what another attempt had recorded under the key before; `nil` when this row is the record.
    /// - Throws: `CancellationError` when the session is not the owner any more or the journal cannot be written.
    func record(_ row: StepRow, events: [EventDraft] = []) async throws -> StoredStep? {
        if case .adopted(let known) = try await record(RecordDraft(row: row, events: events)) { return known }
        return nil
    }

    /// Keeps a row that follows from durable ones until the next command.
    func deferRow(_ row: StepRow) async throws {
        if let check { return try await compare(row, check, follows: true) }
        if state.withLock({ $0.deferRow(row) }) { try await flush() }
    }

    /// Returns when every value that the workflow has seen is durable; no closure may start before.
    func flush() async throws {
        // A value on its way is awaited by a command behind it, which may have no rows of its own.
        if state.withLock({ $0.mustFlush }) { _ = try await record(RecordDraft()) }
    }

    /// As ``record(_:events:)``, for a scope whose branches may still be at work: none of them records anything more.
    func record(closing row: StepRow) async throws -> StoredStep? {
        state.withLock { $0.close(scope: row.key) }
        return try await record(row)
    }

    /// Remembers a child, for a race that may be decided while it is at work.
    func noteChild(_ child: RunID, under key: String) { state.withLock { $0.noteChild(child, under: key) } }

    /// All branches of a scope that was closed early have ended.
    func leave(scope key: String) { state.withLock { $0.leave(scope: key) } }

    /// Tells what the run waits for under a row that is open already.
    func resumeWait(_ key: String, _ reason: WaitReason) {
        tellEngine(
            state.withLock { state in
                state.resumeWait(key, reason)
                return state.takeWaitingChange()
            })
    }

    /// Tells the engine whether the run waits, if that has changed: one that waits leaves its slot to others.
    func tellEngine() { tellEngine(state.withLock { $0.takeWaitingChange() }) }

    private func tellEngine(_ isWaiting: Bool?) {
        if let isWaiting { engine.note(self, isWaiting: isWaiting) }
    }

    /// What became of a draft.
    enum Recorded {
        case written
        /// The key was closed before, with this.
        case adopted(StoredStep)
        /// What was to be taken out of the inbox is not there.
        case missed
    }

    /// Has a draft committed, together with all rows that waited for it.
    ///
    /// - Throws: `CancellationError` when the session is not the owner any more or the journal cannot be written.
    func record(_ draft: RecordDraft) async throws -> Recorded {
        if let check {
            if let row = draft.row { try await compare(row, check, follows: false) }
            return .written
        }
        let outcome: JournalOutcome
        let now = services.clock.now()
        var hasValue = false
        var isCutOff = false
        do throws(StoreError) {
            outcome = try await services.writer.submit { enqueue in
                // Rows are taken and queued in one step: else a command that was decided later could be committed
                // before the values that it counts on.
                state.withLock { state in
                    guard let prepared = state.prepare(draft, owner: owner, at: now) else {
                        isCutOff = true
                        return
                    }
                    hasValue = prepared.hasValue
                    enqueue(.record(prepared.command))
                }
            }
        } catch {
            if !isCutOff { stop(for: .storeFailed(error)) }
            throw CancellationError()
        }
        tellEngine(
            state.withLock { state in
                if hasValue { state.valueLanded() }
                return state.takeWaitingChange()
            })
        switch outcome {
        case .adopted(let known): return .adopted(known)
        case .done: return .written
        case .missed: return .missed
        default:
            stop(for: .leaseLost)
            throw CancellationError()
        }
    }

    /// The rows that still wait, for the command that ends or releases the run.
    func takeDeferred() -> [StepRow] { state.withLock { $0.takeDeferred().rows } }
}
