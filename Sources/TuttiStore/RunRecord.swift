public import FoundationEssentials
public import TuttiCore

/// The state of a run.
public enum RunStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// Due, and waiting for an executor.
    case queued
    /// An executor works on it.
    case running
    /// It waits for something; ``RunSummary/reason`` says for what.
    case waiting
    /// It has its result.
    case completed
    /// It ended with an error.
    case failed
    /// It was ended by request.
    case cancelled
    /// It cannot go on by itself; ``RunSummary/reason`` says why.
    case blocked

    /// Whether nothing will change any more.
    public var isFinal: Bool { [.completed, .failed, .cancelled].contains(self) }

    /// The states that are not stored but follow from what is known of a run that goes on.
    package static let live: Set<RunStatus> = [.queued, .running, .waiting]
}

/// Why a run cannot go on by itself.
package enum BlockReason: String, Sendable, Hashable {
    /// The workflow asked for another step than the journal holds under the same key.
    case diverged
    /// Executors died with it again and again without any progress.
    case recoveryExhausted = "recovery_exhausted"
    /// What it has done could not be undone.
    case undoFailed = "undo_failed"
}

/// What is known of a run without its steps.
public struct RunSummary: Sendable, Hashable {
    /// Its name.
    public var id: RunID
    /// The workflow that it runs.
    public var workflow: String
    /// Its state now.
    public var status: RunStatus
    /// What it waits for (`approval`, `signal`, `timer`, `interrupted`), or why it is blocked (`diverged`,
    /// `recovery_exhausted`, `undo_failed`).
    public var reason: String?
    /// Whether nobody goes on with it until somebody resumes it by name: a foreground run without a living process.
    public var isUnattended: Bool
    /// Who may claim it; `nil` for a foreground run.
    public var queue: String?
    /// Who works on it, alive or not.
    public var executor: ExecutorID?
    /// Whether its end has been asked for.
    public var isCancelRequested: Bool
    /// When it was started.
    public var created: Timestamp
    /// When it ended.
    public var finished: Timestamp?
    /// When it ends by itself.
    public var deadline: Timestamp?
    /// How often it has been taken up.
    public var fence: Int64
    /// How it failed, or why it is blocked.
    public var error: StepError?
    /// The run that started it as its child.
    public var parent: RunID?
    /// The first of its ancestors; itself when nobody started it.
    public var root: RunID
    /// What it counts against limits.
    public var budgetUnits: Set<BudgetUnit>
    /// The run that it was made from.
    public var forkedFrom: RunID?
    /// How often it has been retried.
    public var generation: Int
    /// What people call it; `nil` for a run without a name of its own, and for those of older releases.
    public var title: String?
    /// The ``TraceContext/text`` of who has started it; `nil` for a trace of its own.
    public var trace: String?
    /// For whom it is.
    public var account: RunAccount

    package init(
        id: RunID, workflow: String, status: RunStatus, reason: String?, isUnattended: Bool = false, queue: String?,
        executor: ExecutorID?, isCancelRequested: Bool, created: Timestamp, finished: Timestamp?, deadline: Timestamp?,
        fence: Int64, error: StepError?, parent: RunID? = nil, root: RunID? = nil,
        budgetUnits: Set<BudgetUnit> = [], forkedFrom: RunID? = nil, generation: Int = 0, title: String? = nil,
        trace: String? = nil, account: RunAccount = RunAccount()
    ) {
        self.id = id
        self.workflow = workflow
        self.status = status
        self.reason = reason
        self.isUnattended = isUnattended
        self.queue = queue
        self.executor = executor
        self.isCancelRequested = isCancelRequested
        self.created = created
        self.finished = finished
        self.deadline = deadline
        self.fence = fence
        self.error = error
        self.parent = parent
        self.root = root ?? id
        self.budgetUnits = budgetUnits
        self.forkedFrom = forkedFrom
        self.generation = generation
        self.title = title
        self.trace = trace
        self.account = account
    }
}

/// A run with what went in and what came out.
package struct RunRecord: Sendable, Hashable {
    package var summary: RunSummary
    /// How the run is going to end when what it has done is undone; `nil` while that has not begun.
    package var undoing: EndCommand.Result?
    package var input: StoredPayload
    package var output: StoredPayload?

    package init(
        summary: RunSummary, undoing: EndCommand.Result? = nil, input: StoredPayload, output: StoredPayload?
    ) {
        self.summary = summary
        self.undoing = undoing
        self.input = input
        self.output = output
    }
}

/// One thing that happened in a run.
public struct RunEvent: Sendable, Hashable {
    /// The run it happened in.
    public var run: RunID
    /// Counted from 1 without a gap within the run; the first ones of an ended run may have been pruned.
    public var n: Int64
    /// Dotted, such as `step.completed`.
    public var type: String
    /// The key of the step it is about.
    public var key: String?
    /// A JSON object.
    public var data: Data
    /// When it was recorded.
    public var time: Timestamp

    package init(run: RunID, n: Int64, type: String, key: String?, data: Data, time: Timestamp) {
        self.run = run
        self.n = n
        self.type = type
        self.key = key
        self.data = data
        self.time = time
    }

    /// `run_…/n`, for ever the same.
    public var id: String { "\(run)/\(n)" }
}

/// A process that works on runs, or did.
public struct ExecutorSummary: Sendable, Hashable {
    /// Its name.
    public var id: ExecutorID
    /// Its process on this machine.
    public var process: Int32
    /// When it began.
    public var started: Timestamp
    /// Whether it still holds its lock.
    public var isAlive: Bool

    package init(id: ExecutorID, process: Int32, started: Timestamp, isAlive: Bool) {
        self.id = id
        self.process = process
        self.started = started
        self.isAlive = isAlive
    }
}
