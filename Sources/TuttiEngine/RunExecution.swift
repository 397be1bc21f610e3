import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// How one execution of a run ended.
enum SessionEnd: Sendable {
    /// The run has its end, or is blocked.
    case ended
    /// It was given back and can be resumed.
    case parked
    /// It only waits, and its memory was given up. The engine keeps the run.
    case evicted
    /// Another executor owns it.
    case leaseLost
    /// The journal could not be written.
    case storeFailed(StoreError)

    var isEvicted: Bool { if case .evicted = self { true } else { false } }
}

/// Carries a run from its claim to its end: first wake, replay, the workflow's function, and the command that closes.
///
/// A class, and its later parts not inlined, for the sake of memory: a hundred thousand waiting runs keep the frames of
/// what they are in the middle of, and those should be small.
final class RunExecution: Sendable {
    let session: RunSession
    let workflow: any Workflow
    let record: RunRecord
    let input: Data

    private var services: RunSession.Services { session.services }

    func run() async -> SessionEnd {
        if let undoing = record.undoing { return await undo(before: undoing) }
        // At once: else a run that only waits could leave memory first, and nothing would wake it again.
        if let deadline = record.summary.deadline, deadline <= services.clock.now() {
            session.stop(for: .deadline(deadline))
        }
        // Of the run, not of who has happened to take it up.
        let account = record.summary.account
        let task = Task(executorPreference: services.tasks) { [self] in
            try await RunAccount.$current.withValue(account) {
                try await Scope.$mark.withValue(.scope(root)) { try await carryOut() }
            }
        }
        session.onStop { task.cancel() }
        return await close(with: await end(of: task))
    }

    private func end(of task: Task<Data, any Error>) async -> Result<Data, any Error> {
        guard let deadline = record.summary.deadline else { return await task.result }
        return await within(deadline) { await task.result }
    }

    private let root = Scope(path: "")

    init(session: RunSession, workflow: any Workflow, record: RunRecord, input: Data) {
        self.session = session
        self.workflow = workflow
        self.record = record
        self.input = input
    }

    private func carryOut() async throws -> Data {
        root.settle()
        return try await workflow.run(encoded: input, Context(session: session, scope: root))
    }

    /// Stops the session when the run's deadline passes before its function has ended.
    @inline(never)
    private func within(
        _ deadline: Timestamp, _ body: @escaping @Sendable () async -> Result<Data, any Error>
    ) async -> Result<Data, any Error> {
        await withTaskGroup(of: Result<Data, any Error>?.self) { group in
            group.addTask { await body() }
            group.addTask { [services, session] in
                try? await services.clock.sleep(for: max(.zero, deadline - services.clock.now()))
                if !Task.isCancelled { session.stop(for: .deadline(deadline)) }
                return nil
            }
            for await result in group {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            return .failure(CancellationError())
        }
    }

    // MARK: The closing command

    @inline(never)
    private func close(with result: Result<Data, any Error>) async -> SessionEnd {
        switch session.finish() {
        case nil, .ended: await end(Self.outcome(of: result))
        case .cancelled: await end(.cancelled)
        case .deadline(let deadline): await end(.failed(.deadlineExceeded(deadline)))
        case .fault(let error): await end(.failed(error))
        case .diverged(let error): await end(.blocked(.diverged, error))
        case .parked: await release()
        case .overBudget(let limits): await release(overBudget: limits)
        case .evicted: .evicted
        case .leaseLost: .leaseLost
        case .storeFailed(let error): .storeFailed(error)
        }
    }

    /// What a run ends with whose function has ended like this.
    static func outcome(of result: Result<Data, any Error>) -> EndCommand.Result {
        switch result {
        case .success(let output) where output.count <= EngineLimits.payloadSizeMax: .completed(Payload(output))
        case .success(let output): .failed(.tooLarge(output.count, at: "output"))
        case .failure(let error): .failed(StepError(error, at: ""))
        }
    }

    @inline(never)
    private func end(_ result: EndCommand.Result) async -> SessionEnd {
        let event: EventDraft =
            switch result {
            case .completed: .runCompleted
            case .failed(let error): .runFailed(error)
            case .cancelled: .runCancelled
            case .blocked(let reason, let error): .runBlocked(reason, error)
            }
        let command = EndCommand(
            owner: session.owner, rows: session.takeDeferred(), result: result, event: event, at: services.clock.now())
        do throws(StoreError) {
            switch try await services.writer.submit(.end(command)) {
            case .done: return .ended
            case .mustUndo: return await undo(before: result)
            default: return .leaseLost
            }
        } catch {
            return .storeFailed(error)
        }
    }

    // MARK: The second phase

    /// Undoes what the run has done, in a fresh task: one that was cancelled could wait for nothing.
    @inline(never)
    private func undo(before result: EndCommand.Result) async -> SessionEnd {
        let run = session.owner.run
        let recorded: [StoredStep]
        do throws(StoreError) {
            recorded = try await services.reads { store throws(StoreError) in
                try await store.steps(of: run).filter { $0.kind == .undo }
            }
        } catch {
            return .storeFailed(error)
        }
        session.beginUndo(recorded: recorded)
        let task = Task(executorPreference: services.tasks) { [session, workflow] in
            try await Compensation(session: session, workflow: workflow).run()
        }
        session.onStop { task.cancel() }
        let undone = await task.result
        switch session.finish() {
        case .parked: return await release()
        case .evicted: return .evicted
        case .storeFailed(let error): return .storeFailed(error)
        case .leaseLost: return .leaseLost
        default: break
        }
        switch undone {
        case .success: return await end(result)
        case .failure(let error): return await end(.blocked(.undoFailed, StepError(error, at: "")))
        }
    }

    /// Gives the run back.
    ///
    /// - Parameter limits: those that did not suffice, for a run that waits until they are raised.
    @inline(never)
    func release(overBudget limits: BudgetAmounts? = nil) async -> SessionEnd {
        let session = self.session
        let release = RunRelease(
            owner: session.owner, services: services, rows: session.takeDeferred(), isUndoing: session.isUndoing
        ) { () async throws(StoreError) in
            guard let limits else { return nil }
            return try await session.budget().isRaised(above: limits) ? nil : .budget
        }
        do throws(StoreError) {
            switch try await release.run() {
            case .released: return .parked
            case .leaseLost: return .leaseLost
            case .cancelRequested: return await end(.cancelled)
            }
        } catch {
            return .storeFailed(error)
        }
    }
}

extension StepError {
    /// The run was ended by its deadline.
    static let deadlineExceeded = "deadline_exceeded"

    static func deadlineExceeded(_ deadline: Timestamp) -> StepError {
        StepError(code: deadlineExceeded, message: "the run's deadline, \(deadline), has passed", origin: "")
    }
}
